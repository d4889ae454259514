"""Tokens, each kept until shortly before it expires, and fetched once for all who need it at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from threading import Lock

from ._generated.models import TokenResponse
from .errors import MeetError

Key = tuple[str, frozenset[str]]
"""The address of a user and the scopes; none for all."""


@dataclass(frozen=True)
class _Kept:
    token: str = field(repr=False)
    until: float


class Tokens:
    """Tokens of one application, for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._kept: dict[Key, _Kept] = {}
        self._coming: dict[Key, Future[str]] = {}

    def get(self, key: Key, fetch: Callable[[], TokenResponse]) -> str:
        """Returns a token that counts for some time yet; where there is none, what ``fetch`` gets, for all who wait for it, or its error."""
        while True:
            with self._lock:
                kept = self._kept.get(key)
                if kept and self._clock() < kept.until:
                    return kept.token
                coming = self._coming.get(key)
                if not coming:
                    ours = self._coming[key] = Future()
                    break
            try:
                return coming.result()
            except CancelledError:
                # The thread that fetched it for this one as well was interrupted.
                continue
        try:
            asked = self._clock()
            answer = fetch()
            until = asked + answer.expires_in - min(60, answer.expires_in / 10)
        except BaseException as error:
            with self._lock:
                del self._coming[key]
            if isinstance(error, MeetError):
                ours.set_exception(error)
            else:
                ours.cancel()
            raise
        with self._lock:
            del self._coming[key]
            # Those of users who do not come back are let go.
            self._kept = {other: one for other, one in self._kept.items() if asked < one.until}
            self._kept[key] = _Kept(answer.access_token, until)
        ours.set_result(answer.access_token)
        return answer.access_token

    def discard(self, key: Key, token: str) -> None:
        """Throws a token away that was refused, unless another one has taken its place."""
        with self._lock:
            kept = self._kept.get(key)
            if kept and kept.token == token:
                del self._kept[key]
