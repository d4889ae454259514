"""What is raised where the API does not do what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "AccessNotFound",
    "BadRequest",
    "Conflict",
    "DomainNotAllowed",
    "Forbidden",
    "IdempotencyKeyReused",
    "InsufficientScope",
    "InvalidClient",
    "MeetError",
    "NoAnswer",
    "NotFound",
    "RoomChanged",
    "RoomNotFound",
    "ServerFault",
    "Throttled",
    "Unauthenticated",
    "Unavailable",
    "UserNotFound",
]


class MeetError(Exception):
    """Any error of the API, and itself one that has no kind of its own.

    Attributes:
        status: the status of the answer; 0 where there was none.
        detail: what is wrong, for people; empty where fields say it.
        fields: what is wrong, by field; a list of texts, or for elements of a list a mapping from their index to such lists.
        request_id: to quote to the operator.
        retry_after: seconds to wait before the next try, where the server says so.
    """

    def __init__(
        self, status: int, detail: str, fields: Mapping[str, Any] | None = None, request_id: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(status, detail, fields, request_id, retry_after)
        self.status = status
        self.detail = detail
        self.fields: Mapping[str, Any] = fields or {}
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        what = self.detail or "; ".join(f"{name}: {messages}" for name, messages in self.fields.items())
        return " ".join(filter(None, [str(self.status or ""), what, f"(request id {self.request_id})"]))


class NoAnswer(MeetError):
    """No answer after all attempts; ``__cause__`` says what happened to the last one."""


class BadRequest(MeetError):
    """400: a value is refused; ``fields`` says which."""


class InvalidClient(MeetError):
    """401 to ``client_id`` and ``client_secret``."""


class Unauthenticated(MeetError):
    """401 to a token, also to a new one."""


class Forbidden(MeetError):
    """403: the user's role in the room does not allow it, or the application has not created it."""


class InsufficientScope(Forbidden):
    """403: the token lacks a scope."""

    scope = ""
    """The scope that is needed."""


class DomainNotAllowed(Forbidden):
    """403 to a request for a token: the application may not act for that domain."""


class NotFound(MeetError):
    """404; by itself it is a page after the last one, or a server on which applications are switched off."""


class UserNotFound(NotFound):
    """404: nobody has the address."""


class RoomNotFound(NotFound):
    """404: no such room, or none that the user may see."""


class AccessNotFound(NotFound):
    """404: no such access to the room."""


class Conflict(MeetError):
    """409."""


class RoomChanged(MeetError):
    """412: the room is not as ``if_match`` has it; also where an attempt whose answer was lost has made the change."""


class IdempotencyKeyReused(MeetError):
    """422: the key was used for another creation."""


class Throttled(MeetError):
    """429, after all attempts; ``retry_after`` says how long to wait."""


class ServerFault(MeetError):
    """500: a fault of the server. Nobody knows whether it was done."""


class Unavailable(MeetError):
    """502, 503 or 504, after all attempts."""
