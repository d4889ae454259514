"""The schemas of openapi.yaml. Made by sdk/python/generate; not edited."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal, Required, TypedDict
from uuid import UUID

from .._wire import Answer

AttendeeStatus = Literal["invited", "member", "unknown"]
"""`member`: the user has a role in the room; `invited`: so has a user who was created for this and has not signed in yet;
`unknown`: nobody who could be given one has the address."""
ClientAssertionType = Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
"""Given with `client_assertion`."""
GrantableRole = Literal["administrator", "member"]
"""The role to give; `administrator` where it is left out."""
GrantType = Literal["client_credentials"]
RoomAccessLevel = Literal["public", "restricted", "trusted"]
"""Who may enter: `public`, anybody with the link; `trusted`, anybody who is signed in, others wait to be let in;
`restricted`, those with a role in the room, others wait to be let in."""
RoomCreator = Literal["me"]
"""Who created a room."""
RoomRole = Literal["administrator", "member", "owner"]
"""The role that the user has now."""
TrackSource = Literal["camera", "microphone", "screen_share", "screen_share_audio"]


class TokenRequest(TypedDict, total=False):
    grant_type: Required[GrantType]
    scope: Required[str]
    """The e-mail address of the user to act for (ASCII, compared without regard to case). Before or after it,
    separated by spaces, permission scopes to narrow the token to."""
    client_id: str
    """As the operator gave it to you. May be left out where an assertion or HTTP Basic names it."""
    client_secret: str
    """As the operator gave it to you. Left out where an assertion or HTTP Basic stands in for it."""
    client_assertion_type: ClientAssertionType
    """Given with `client_assertion`."""
    client_assertion: str
    """A JWT that your private key signed (RFC 7523): `iss` and `sub` are your client_id, `aud` is the URL of the token
    endpoint or the `issuer` of the metadata, `exp` at most an hour away, `jti` used once. Its header names your key by
    `kid` where several of them fit its `alg`."""


class TokenReference(TypedDict, total=False):
    token: Required[str]
    """The `access_token` that is meant."""
    client_id: str
    """As the operator gave it to you. May be left out where an assertion or HTTP Basic names it."""
    client_secret: str
    """As the operator gave it to you. Left out where an assertion or HTTP Basic stands in for it."""
    client_assertion_type: ClientAssertionType
    """Given with `client_assertion`."""
    client_assertion: str
    """A JWT that your private key signed (RFC 7523): `iss` and `sub` are your client_id, `aud` is the URL of the token
    endpoint or the `issuer` of the metadata, `exp` at most an hour away, `jti` used once. Its header names your key by
    `kid` where several of them fit its `alg`."""
    token_type_hint: str
    """Taken, and of no use here."""


class RoomConfiguration(TypedDict, total=False):
    """What participants may do. No other keys are taken."""

    can_publish_sources: list[TrackSource] | None
    """What participants may send, each source once; null or absent for everything."""
    everyone_can_mute: bool | None
    """Whether every participant may mute the others."""


class RoomCreate(TypedDict, total=False):
    """What is left out has the server's default."""

    access_level: RoomAccessLevel
    """Who may enter: `public`, anybody with the link; `trusted`, anybody who is signed in, others wait to be let in;
    `restricted`, those with a role in the room, others wait to be let in."""
    configuration: RoomConfiguration
    """What participants may do. No other keys are taken."""
    attendees: list[str]
    """E-mail addresses of users who are to be members of the room, and so need not wait to be let in. In an update they replace its
    members; administrators and owners stay. Where nobody has an address, the user is created or left out, as the operator has set
    it; the answer says which."""
    expires_at: datetime.datetime | None
    """When the room is deleted (RFC 3339), at most a year from now. Null and absent mean never."""


class RoomUpdate(TypedDict, total=False):
    """What is left out stays as it is."""

    access_level: RoomAccessLevel
    """Who may enter: `public`, anybody with the link; `trusted`, anybody who is signed in, others wait to be let in;
    `restricted`, those with a role in the room, others wait to be let in."""
    configuration: RoomConfiguration
    """What participants may do. No other keys are taken."""
    attendees: list[str]
    """E-mail addresses of users who are to be members of the room, and so need not wait to be let in. In an update they replace its
    members; administrators and owners stay. Where nobody has an address, the user is created or left out, as the operator has set
    it; the answer says which."""
    expires_at: datetime.datetime | None
    """When the room is deleted (RFC 3339), at most a year from now. Null means never."""


class AccessGrant(TypedDict, total=False):
    email: Required[str]
    """The address of the user who gets the role."""
    role: GrantableRole
    """The role to give; `administrator` where it is left out."""


@dataclass(frozen=True, kw_only=True)
class Introspection(Answer):
    """What RFC 7662, section 2.2 names. All but `active` is absent for a token that is not."""

    active: bool
    """Whether requests with the token are let in."""
    client_id: str | None = None
    sub: str | None = None
    """The UUID of the user that the token acts for."""
    user_id: str | None = None
    """The same as `sub`, as in the token."""
    scope: str | None = None
    """The permission scopes, separated by spaces. Absent when there are none."""
    token_type: str | None = None
    iss: str | None = None
    aud: str | None = None
    """Absent where the operator set no audience."""
    jti: str | None = None
    """Absent for a token that Meet issued."""
    iat: int | None = None
    """When it was issued, in seconds since the epoch."""
    exp: int | None = None
    """When it expires, in seconds since the epoch."""


@dataclass(frozen=True, kw_only=True)
class Metadata(Answer):
    """What RFC 8414, section 2 names."""

    issuer: str
    """The `iss` of tokens where that is a URL, else the URL whose metadata this is."""
    token_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    introspection_endpoint: str
    introspection_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_signing_alg_values_supported: list[str]
    revocation_endpoint: str
    revocation_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_signing_alg_values_supported: list[str]
    service_documentation: str


@dataclass(frozen=True, kw_only=True)
class KeySet(Answer):
    keys: list[JSONWebKey]


@dataclass(frozen=True, kw_only=True)
class JSONWebKey(Answer):
    """RFC 7517, section 4, without private members."""


@dataclass(frozen=True, kw_only=True)
class TokenResponse(Answer):
    access_token: str = field(repr=False)
    """A JWT (RFC 7519). Treat it as opaque."""
    token_type: str
    expires_in: int
    """Seconds that the token lives."""
    scope: str | None = None
    """The permission scopes of the token, separated by spaces, in the order in which the application holds them.
    Absent when there are none."""


@dataclass(frozen=True, kw_only=True)
class StoredConfiguration(Answer):
    """As stored. It may hold keys and values that this API does not take."""

    can_publish_sources: list[str] | None = None
    """What participants may send; null or absent for everything."""
    everyone_can_mute: bool | None = None
    """Whether every participant may mute the others."""


@dataclass(frozen=True, kw_only=True)
class Attendee(Answer):
    email: str
    """As it was sent, without white space around it."""
    status: AttendeeStatus
    """`member`: the user has a role in the room; `invited`: so has a user who was created for this and has not signed in yet;
    `unknown`: nobody who could be given one has the address."""


@dataclass(frozen=True, kw_only=True)
class Room(Answer):
    id: UUID
    name: str
    slug: None | str
    """The name of the room in its URL. Null only for a room that Meet made without one."""
    access_level: RoomAccessLevel
    """Who may enter: `public`, anybody with the link; `trusted`, anybody who is signed in, others wait to be let in;
    `restricted`, those with a role in the room, others wait to be let in."""
    configuration: StoredConfiguration
    """As stored. It may hold keys and values that this API does not take."""
    url: str | None = None
    """Where people join. Present when the operator configured the address of the Meet instance."""
    telephony: Telephony | None = None
    """How people join by telephone. Present when the operator switched it on."""
    expires_at: datetime.datetime | None = None
    """When the room is deleted (RFC 3339, in UTC). Absent for a room that is not."""
    attendees: list[Attendee] | None = None
    """What became of the `attendees` of this request. Absent where it had none."""


@dataclass(frozen=True, kw_only=True)
class Telephony(Answer):
    """How people join by telephone. Present when the operator switched it on."""

    enabled: bool
    """Always true."""
    phone_number: None | str
    pin_code: None | str
    """What to type when asked for it. Null for a room that has none."""
    default_country: str
    """The country of the number, ISO 3166-1 alpha-2."""


@dataclass(frozen=True, kw_only=True)
class GrantedAccess(Answer):
    email: str
    """As it was sent, without white space around it."""
    role: RoomRole
    """The role that the user has now."""
    created: bool
    """Whether the user had no role before."""
    provisional_user_created: bool
    """Whether the user was created for this."""
    detail: str | None = None
    """Why the role is not the one that was asked for."""


@dataclass(frozen=True, kw_only=True)
class RoomAccess(Answer):
    id: UUID
    email: None | str
    """Null for a user without one, and for those who are members of the room only."""
    full_name: None | str
    """Null for a user who has not signed in yet."""
    role: RoomRole
    """The role that the user has now."""
    created_at: datetime.datetime
    """When the user got a role in the room (RFC 3339, in UTC)."""


@dataclass(frozen=True, kw_only=True)
class AccessList(Answer):
    results: list[RoomAccess]


@dataclass(frozen=True, kw_only=True)
class RoomList(Answer):
    """`count` and `previous` are there with `page`, and absent with `cursor`."""

    next: None | str
    """The absolute URL of the next page. Null on the last one, and only there."""
    results: list[Room]
    count: int | None = None
    """How many rooms there are on all pages."""
    previous: None | str = None
    """The absolute URL of the page before."""


__all__ = [
    "AccessGrant",
    "AccessList",
    "Attendee",
    "AttendeeStatus",
    "ClientAssertionType",
    "GrantableRole",
    "GrantedAccess",
    "GrantType",
    "Introspection",
    "JSONWebKey",
    "KeySet",
    "Metadata",
    "Room",
    "RoomAccess",
    "RoomAccessLevel",
    "RoomConfiguration",
    "RoomCreate",
    "RoomCreator",
    "RoomList",
    "RoomRole",
    "RoomUpdate",
    "StoredConfiguration",
    "Telephony",
    "TokenReference",
    "TokenRequest",
    "TokenResponse",
    "TrackSource",
]
