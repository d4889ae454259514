"""Which error an answer is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from . import errors
from ._transport import Response

_BY_STATUS: Mapping[int, type[errors.MeetError]] = {
    400: errors.BadRequest,
    403: errors.Forbidden,
    409: errors.Conflict,
    412: errors.RoomChanged,
    422: errors.IdempotencyKeyReused,
    429: errors.Throttled,
    500: errors.ServerFault,
    502: errors.Unavailable,
    503: errors.Unavailable,
    504: errors.Unavailable,
}

_BY_TEXT: Mapping[str, type[errors.NotFound]] = {
    "user not found": errors.UserNotFound,
    "no room matches": errors.RoomNotFound,
    "no resourceaccess matches": errors.AccessNotFound,
}


def error_of(operation: str, bearer: bool, response: Response, request_id: str) -> errors.MeetError:
    """Makes the error that an answer is.

    Args:
        operation: the name of the operation, such as ``grant_access``.
        bearer: whether the request had a token, and not the credentials of a client.
        request_id: that of the request, for an answer without one.
    """
    detail, fields = _body(response)
    scope = re.search(r'error="insufficient_scope".*scope="([^"]*)"', response.headers.get("WWW-Authenticate", ""))
    kind = _kind(operation, bearer, response.status, detail, scope is not None)
    error = kind(response.status, detail, fields, response.headers.get("X-Request-Id", request_id), _retry_after(response))
    if isinstance(error, errors.InsufficientScope) and scope:
        error.scope = scope[1]
    return error


def _kind(operation: str, bearer: bool, status: int, detail: str, lacks_scope: bool) -> type[errors.MeetError]:
    if status == 401:
        return errors.Unauthenticated if bearer else errors.InvalidClient
    if status == 403 and operation == "generate_token":
        return errors.DomainNotAllowed
    if status == 403 and lacks_scope:
        return errors.InsufficientScope
    if status == 404:
        return _not_found(operation, bearer, detail)
    return _BY_STATUS.get(status, errors.MeetError)


def _not_found(operation: str, bearer: bool, detail: str) -> type[errors.MeetError]:
    # What is not there, where the path names several things, the text alone tells.
    for text, kind in _BY_TEXT.items():
        if text in detail.lower():
            return kind
    # "Not found." is the answer to what no id can be.
    if operation == "remove_access":
        return errors.AccessNotFound
    return errors.RoomNotFound if bearer and operation != "list_rooms" else errors.NotFound


def _body(response: Response) -> tuple[str, dict[str, Any]]:
    """The detail and the fields. A proxy's answer may be none of the API's."""
    try:
        body = json.loads(response.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return "The answer is not one of the API.", {}
    fields = {name: value for name, value in body.items() if name not in ("detail", "error", "error_description")}
    return str(body.get("detail", "")), fields


def _retry_after(response: Response) -> float | None:
    """Seconds, which a proxy may give as a date (RFC 9110, section 10.2.3)."""
    text = response.headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
