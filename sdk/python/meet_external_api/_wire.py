"""What generated operations consist of, and how they become JSON and come of it."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import urlencode
from uuid import UUID

from ._transport import Response
from .errors import MeetError

A = TypeVar("A", bound="Answer")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One request of an operation of openapi.yaml. What is None in ``headers`` is not sent."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    query: Mapping[str, object] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)

    def target(self) -> str:
        """The path and the query, below the address of the API."""
        query = {name: [_text(one) for one in value] if isinstance(value, list) else _text(value) for name, value in self.query.items()}
        # An identifier that is empty, "." or ".." would make the path that of another operation.
        if not {"", ".", ".."}.isdisjoint(self.path.split("/")[1:-1]):
            raise ValueError(f"{self.name}: an identifier is empty, or a dot")
        return self.path + ("?" + urlencode(query, doseq=True) if query else "")

    def json(self) -> bytes | None:
        """The body, or None where the operation has none."""
        return None if self.body is None else json.dumps(self.body, default=_text).encode()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server answers. Its values are not checked: a later server may have words that a Literal does not name."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Those of the answer: the ``ETag`` of a room, ``X-Request-Id``, ``Idempotent-Replayed``. Empty for what is within an answer."""
    additional_properties: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Members that the specification does not name."""

    @classmethod
    @cache
    def _kinds(cls) -> dict[str, Any]:
        hints = get_type_hints(cls)
        return {one.name: hints[one.name] for one in fields(cls) if one.name not in ("headers", "additional_properties")}


class Sender(ABC):
    """What operations are sent by."""

    @abstractmethod
    def _answer(self, operation: Operation) -> Response:
        """Returns the answer to an operation where it is a good one, and raises MeetError where it is not."""

    def _do(self, operation: Operation) -> None:
        self._answer(operation)

    def _send(self, operation: Operation, kind: type[A]) -> A:
        return _parse(kind, self._answer(operation))

    def _send_if_changed(self, operation: Operation, kind: type[A]) -> A | None:
        answer = self._answer(operation)
        return None if answer.status == 304 else _parse(kind, answer)


def _text(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _parse(kind: type[A], response: Response) -> A:
    try:
        answer: A = _decode(kind, json.loads(response.body), response.headers)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        detail = "The answer is not what the specification says."
        raise MeetError(response.status, detail, request_id=response.headers.get("X-Request-Id", "")) from error
    return answer


def _decode(kind: Any, value: Any, headers: Mapping[str, str] | None = None) -> Any:
    if NoneType in get_args(kind):
        if value is None:
            return None
        kind = next(one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is list:
        return [_decode(get_args(kind)[0], one) for one in value]
    if isinstance(kind, type) and issubclass(kind, Answer):
        kinds = kind._kinds()
        members = {name: _decode(one, value[name]) for name, one in kinds.items() if name in value}
        others = {name: one for name, one in value.items() if name not in kinds}
        return kind(headers=headers or {}, additional_properties=others, **members)
    if kind is datetime:
        return datetime.fromisoformat(value)
    return UUID(value) if kind is UUID else value
