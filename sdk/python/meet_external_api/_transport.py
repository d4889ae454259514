"""How one request is sent once: by urllib of the standard library, or by what a caller puts in its place."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """A request. Its text shows neither headers nor body, which hold secrets."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    timeout: float
    """Seconds to wait for an answer."""


class Headers(Mapping[str, str]):
    """Headers of an answer, found by their names in any letter case."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = {name.lower(): value for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._headers[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return f"Headers({self._headers!r})"


@dataclass(frozen=True)
class Response:
    """An answer, whatever its status. Its text does not show the body, which may be a token."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)


Transport = Callable[[Request], Response]
"""Sends a request once, follows no redirect, and raises OSError or http.client.HTTPException where no answer comes."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token to where it leads."""

    def redirect_request(self, *_: object) -> None:
        return None


def urllib_transport(context: ssl.SSLContext | None = None) -> Transport:
    """Makes a transport of the standard library, which takes proxies from the environment as urllib.request does.

    Args:
        context: whom to trust, where that is not what the machine trusts.
    """
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=context))

    def send(request: Request) -> Response:
        sent = urllib.request.Request(request.url, request.body, dict(request.headers), method=request.method)
        try:
            with opener.open(sent, timeout=request.timeout) as answer:
                return Response(answer.status, Headers(dict(answer.headers)), answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Response(refused.code, Headers(dict(refused.headers)), refused.read())

    return send


NO_ANSWER = (OSError, http.client.HTTPException)
"""What a transport raises where no answer comes."""
