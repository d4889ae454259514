"""What callers use: a client of an application, and one of each user that it acts for."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Self, Unpack
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from ._generated.models import Introspection, KeySet, Metadata, Room, TokenResponse
from ._generated.operations import Accesses, Authentication, ListRoomsQuery, Rooms
from ._refusals import error_of
from ._tokens import Tokens
from ._transport import NO_ANSWER, Headers, Request, Response, Transport, urllib_transport
from ._wire import Operation
from .errors import MeetError, NoAnswer

_USER_AGENT = "meet-external-api-python/" + version("meet-external-api")
_BACKOFF = (0.25, 0.5, 1.0)
"""Seconds, of which a random part is waited for after the first attempt, the second and the third, where the answer does not say how long."""
_LONGEST_WAIT = 30.0
"""Seconds; where an answer asks for more, its error comes at once."""
_REPEATED = (429, 502, 503, 504)


class Client:
    """A client of an application, for any number of threads.

    Args:
        url: the address of the API, such as ``https://meet.example.org/external-api/v1.0``.
        client_id: as the operator gave it to you.
        client_secret: as the operator gave it to you.
        timeout: seconds after which an answer is given up of which nothing has come meanwhile.
        headers: sent with every request, such as ``{"Prefer": "handling=strict"}``.
        transport: sends each request once; ``urllib_transport()`` where it is left out.
        wait: waits for so many seconds between attempts.
        clock: tells the seconds that have passed, for the life of tokens.

    Raises:
        ValueError: the address is none of HTTP.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        timeout: float = 30,
        headers: Mapping[str, str] | None = None,
        transport: Transport | None = None,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url!r} is no address of an API: it begins neither with https:// nor with http://")
        self._url = url.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._timeout = timeout
        self._headers = dict(headers or {})
        self._transport = transport or urllib_transport()
        self._wait = wait
        self._tokens = Tokens(clock)

    def __repr__(self) -> str:
        return f"Client({self._url!r}, {self._client_id!r})"

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Returns the same client, with the same tokens, which also sends these headers."""
        other = copy.copy(self)
        other._headers = {**self._headers, **headers}
        return other

    def user(self, email: str, scopes: Iterable[str] = ()) -> User:
        """Returns a client that acts for the user with that address, with some scopes of the application or, where none is named, all."""
        return User(self, email, scopes)

    def generate_token(self, user: str, scopes: Iterable[str] = ()) -> TokenResponse:
        """Gets a new token for the user with that address. Those of ``user()`` come by themselves."""
        return _Anybody(self).generate_token(
            grant_type="client_credentials",
            scope=" ".join([user, *sorted(scopes)]),
            client_id=self._client_id,
            client_secret=self._client_secret,
        )

    def introspect_token(self, token: str) -> Introspection:
        """Asks about a token of this application."""
        return _Anybody(self).introspect_token(token=token, client_id=self._client_id, client_secret=self._client_secret)

    def revoke_token(self, token: str) -> None:
        """Revokes a token of this application."""
        _Anybody(self).revoke_token(token=token, client_id=self._client_id, client_secret=self._client_secret)

    def read_metadata(self) -> Metadata:
        """Reads what OAuth libraries need to know."""
        return _Anybody(self).read_metadata()

    def read_keys(self) -> KeySet:
        """Reads the public keys of tokens."""
        return _Anybody(self).read_keys()

    def _answer(self, operation: Operation, user: User | None) -> Response:
        """Sends a request until its answer is a good one or another attempt is of no use, with a token of the user where there is one."""
        headers = {"Accept": "application/json", "User-Agent": _USER_AGENT, "X-Request-Id": str(uuid4())}
        if operation.body is not None:
            headers["Content-Type"] = "application/json"
        creation = "Idempotency-Key" in operation.headers
        if creation:
            headers["Idempotency-Key"] = str(uuid4())
        headers |= {name: value for name, value in operation.headers.items() if value is not None}
        for name, value in self._headers.items():
            # Whatever its letter case, as the names of headers go.
            headers = {other: one for other, one in headers.items() if other.lower() != name.lower()} | {name: value}
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"{name} has printable ASCII characters only")
        request_id = Headers(headers)["X-Request-Id"]
        url, body = self._url + operation.target(), operation.json()

        backoff = iter(_BACKOFF)
        unanswered = renewed = False
        while True:
            token = user._token() if user else ""
            authorization = {"Authorization": "Bearer " + token} if user else {}
            response, failure = self._send_once(Request(operation.method, url, headers | authorization, body, self._timeout))
            if response and (response.status < 300 or response.status == 304):
                return response
            if response and response.status == 404 and unanswered and operation.method == "DELETE":
                return response
            if response and response.status == 401 and user and not renewed:
                user._discard(token)
                renewed = True
                continue
            if response:
                error = error_of(operation.name, user is not None, response, request_id)
            else:
                error = NoAnswer(0, "No answer.", request_id=request_id)
                unanswered = True
            longest = next(backoff, None)
            repeated = response is None or response.status in _REPEATED or (creation and response.status == 409)
            if not repeated or longest is None or (error.retry_after or 0) > _LONGEST_WAIT:
                raise error from failure
            self._wait(random.uniform(0, longest) if error.retry_after is None else error.retry_after)

    def _send_once(self, request: Request) -> tuple[Response | None, Exception | None]:
        try:
            return self._transport(request), None
        except NO_ANSWER as failure:
            return None, failure


class _Anybody(Authentication):
    """Sends what needs no token."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def _answer(self, operation: Operation) -> Response:
        return self._client._answer(operation, None)


class User(Rooms, Accesses):
    """What an application does for one user. ``Client.user`` makes it."""

    def __init__(self, client: Client, email: str, scopes: Iterable[str]) -> None:
        self._client = client
        self._email = email
        self._scopes = frozenset(scopes)

    def __repr__(self) -> str:
        return f"User({self._email!r})"

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Returns the same client, with the same tokens, which also sends these headers."""
        other = copy.copy(self)
        other._client = self._client.with_headers(headers)
        return other

    def rooms(self, **query: Unpack[ListRoomsQuery]) -> Iterator[Room]:
        """Walks through all rooms of ``list_rooms``, by cursor; each page is fetched when its first room is asked for."""
        query = {"page_size": 100, "cursor": "", **query}
        while True:
            page = self.list_rooms(**query)
            yield from page.results
            if page.next is None:
                return
            # Not the URL: a token goes to the address that the client was given, and to no other.
            cursors = parse_qs(urlsplit(page.next).query).get("cursor")
            if not cursors:
                raise MeetError(200, "The server does not list by cursor.", request_id=page.headers.get("X-Request-Id", ""))
            query["cursor"] = cursors[0]

    def _answer(self, operation: Operation) -> Response:
        return self._client._answer(operation, self)

    @property
    def _key(self) -> tuple[str, frozenset[str]]:
        return self._email, self._scopes

    def _token(self) -> str:
        return self._client._tokens.get(self._key, lambda: self._client.generate_token(self._email, self._scopes))

    def _discard(self, token: str) -> None:
        self._client._tokens.discard(self._key, token)
