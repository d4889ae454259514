"""The operations of openapi.yaml. Made by sdk/python/generate; not edited."""

from __future__ import annotations

import datetime
from typing import TypedDict, Unpack, overload
from urllib.parse import quote
from uuid import UUID

from .._wire import Operation, Sender
from .models import *


class Authentication(Sender):
    """The operations with the tag Authentication."""

    def generate_token(
        self,
        **body: Unpack[TokenRequest],
    ) -> TokenResponse:
        """Exchange client credentials for a token.

        The OAuth 2.0 client credentials grant (RFC 6749, section 4.4) with one addition: `scope` names the user to act
        for, by e-mail address. Permission scopes may stand beside the address, separated by spaces, to narrow the token
        to them: `user@example.com rooms:create`. Without any, the token has all the scopes of the application.

        Credentials come in the body, or by HTTP Basic with both parts form-urlencoded first (RFC 6749, section 2.3.1), or,
        where the operator knows your public keys, as a signed assertion in place of the secret (`private_key_jwt`, RFC 7523);
        in one of these ways only, and never in the URL. Other parameters are ignored.

        A user who does not exist is answered with 404, or created without further rights, as the operator has set it.
        """
        return self._send(
            Operation(
                name="generate_token",
                method="POST",
                path="/application/token/",
                body=body,
            ),
            TokenResponse,
        )

    def introspect_token(
        self,
        **body: Unpack[TokenReference],
    ) -> Introspection:
        """Ask about a token of your own.

        Token introspection (RFC 7662) of a token that your application got. `active` alone, and false, is the answer for one
        that has expired, was revoked, belongs to another application, or is none; and for one whose user was switched off.

        You authenticate as for `POST /application/token/`; without any credentials: 401.
        """
        return self._send(
            Operation(
                name="introspect_token",
                method="POST",
                path="/application/introspect/",
                body=body,
            ),
            Introspection,
        )

    def revoke_token(
        self,
        **body: Unpack[TokenReference],
    ) -> None:
        """Revoke a token of your own.

        Token revocation (RFC 7009) of a token that your application got: from then on requests with it are answered with 401
        `Token revoked.` A token that has expired, was revoked before, or is none, is answered with 200 too.

        You authenticate as for `POST /application/token/`; without any credentials: 401.
        """
        self._do(
            Operation(
                name="revoke_token",
                method="POST",
                path="/application/revoke/",
                body=body,
            ),
        )

    def read_metadata(
        self,
    ) -> Metadata:
        """Read what OAuth libraries need to know.

        Authorization server metadata (RFC 8414). Libraries that discover it find it at
        `/.well-known/oauth-authorization-server` at the root of the host too, also with the path of the issuer behind it.
        """
        return self._send(
            Operation(
                name="read_metadata",
                method="GET",
                path="/.well-known/oauth-authorization-server",
            ),
            Metadata,
        )

    def read_keys(
        self,
    ) -> KeySet:
        """Read the public keys of tokens.

        The keys that verify tokens, as a JWK Set (RFC 7517, section 5): several while keys are being changed, none where
        tokens are signed with a shared secret (HS*).
        """
        return self._send(
            Operation(
                name="read_keys",
                method="GET",
                path="/.well-known/jwks.json",
            ),
            KeySet,
        )


class ListRoomsQuery(TypedDict, total=False):
    """What list_rooms may be asked for."""

    page: int
    page_size: int
    cursor: str
    slug: str
    access_level: list[RoomAccessLevel]
    role: list[RoomRole]
    created_after: datetime.datetime
    created_before: datetime.datetime
    created_by: RoomCreator
    """Who created a room."""


class Rooms(Sender):
    """The operations with the tag Rooms."""

    def list_rooms(
        self,
        **query: Unpack[ListRoomsQuery],
    ) -> RoomList:
        """List rooms.

        The rooms in which the user has a role (`member`, `administrator` or `owner`). An application that the operator restricted
        to its own rooms sees only those that it created. Filters combine with and.

        Pages come by number, sorted by `name`, then `id`, with the `count` of all; or by cursor, sorted by `id`, without it. A page
        by number reads all rooms of the user, one by cursor only its own: take cursors for users with thousands of rooms, and to
        walk through all. Rooms that are made or removed meanwhile neither repeat nor hide others then.

        Needs the scope `rooms:list`.
        """
        return self._send(
            Operation(
                name="list_rooms",
                method="GET",
                path="/rooms/",
                query=query,
            ),
            RoomList,
        )

    def create_room(
        self,
        *,
        idempotency_key: str | None = None,
        **body: Unpack[RoomCreate],
    ) -> Room:
        """Create a room.

        Creates a room that the user owns. The body may be left out, and so may each of its fields; other keys are ignored.
        The server draws the room's name, which is also its slug.

        Needs the scope `rooms:create`, and with `attendees` also `rooms:grant-access`.
        """
        return self._send(
            Operation(
                name="create_room",
                method="POST",
                path="/rooms/",
                headers={"Idempotency-Key": idempotency_key},
                body=body,
            ),
            Room,
        )

    @overload
    def retrieve_room(
        self,
        id: UUID | str,
        *,
        if_none_match: None = None,
    ) -> Room: ...

    @overload
    def retrieve_room(
        self,
        id: UUID | str,
        *,
        if_none_match: str | None,
    ) -> Room | None: ...

    def retrieve_room(
        self,
        id: UUID | str,
        *,
        if_none_match: str | None = None,
    ) -> Room | None:
        """Read a room.

        One room, in which the user has any role.

        Needs the scope `rooms:retrieve`.
        """
        return self._send_if_changed(
            Operation(
                name="retrieve_room",
                method="GET",
                path="/rooms/{id}/".format(id=quote(str(id), safe="")),
                headers={"If-None-Match": if_none_match},
            ),
            Room,
        )

    def delete_room(
        self,
        id: UUID | str,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete a room.

        Deletes a room with its accesses, and ends the meeting in it. The user has to own the room, and your application to have
        created it; without an application, it has to have been created through this API. Deleting it twice is 404 the second time.

        The address of the room may go on to open a meeting, without an owner, for whoever has it: that is how Meet treats addresses
        that it does not know, unless its operator has switched `ALLOW_UNREGISTERED_ROOMS` off.

        Needs the scope `rooms:delete`.
        """
        self._do(
            Operation(
                name="delete_room",
                method="DELETE",
                path="/rooms/{id}/".format(id=quote(str(id), safe="")),
                headers={"If-Match": if_match},
            ),
        )

    def update_room(
        self,
        id: UUID | str,
        *,
        if_match: str | None = None,
        **body: Unpack[RoomUpdate],
    ) -> Room:
        """Change a room.

        Changes what the body names; a configuration is replaced as a whole. Other keys are ignored, and an empty object
        changes nothing. The user has to be an administrator or an owner of the room, and to set `expires_at`, somebody who may
        delete it.

        Needs the scope `rooms:update`, and with `attendees` also `rooms:grant-access`.
        """
        return self._send(
            Operation(
                name="update_room",
                method="PATCH",
                path="/rooms/{id}/".format(id=quote(str(id), safe="")),
                headers={"If-Match": if_match},
                body=body,
            ),
            Room,
        )

    def grant_access(
        self,
        id: UUID | str,
        **body: Unpack[AccessGrant],
    ) -> GrantedAccess:
        """Give another user a role in a room.

        Makes the user with that address an administrator or a member of the room; repeating it is harmless. An owner stays
        one. The user that you act for has to be an administrator or an owner of the room. A user who does not exist is
        answered with 404, or created, as the operator has set it, and only where the application may act for the address.

        Needs the scope `rooms:grant-access`.
        """
        return self._send(
            Operation(
                name="grant_access",
                method="POST",
                path="/rooms/{id}/grant-access/".format(id=quote(str(id), safe="")),
                body=body,
            ),
            GrantedAccess,
        )


class Accesses(Sender):
    """The operations with the tag Accesses."""

    def list_accesses(
        self,
        id: UUID | str,
    ) -> AccessList:
        """List who has a role in a room.

        Everybody who has a role in the room, the first one first. The user has to have a role in it; e-mail addresses are shown to
        administrators and owners only.

        Needs the scope `rooms:retrieve`.
        """
        return self._send(
            Operation(
                name="list_accesses",
                method="GET",
                path="/rooms/{id}/accesses/".format(id=quote(str(id), safe="")),
            ),
            AccessList,
        )

    def remove_access(
        self,
        id: UUID | str,
        access_id: UUID | str,
    ) -> None:
        """Take a user's role in a room away.

        The user that you act for has to be an administrator or an owner of the room; to take an owner's role away, an owner. Everybody
        may take their own away. A room keeps at least one owner.

        Needs the scope `rooms:grant-access`.
        """
        self._do(
            Operation(
                name="remove_access",
                method="DELETE",
                path="/rooms/{id}/accesses/{access_id}/".format(id=quote(str(id), safe=""), access_id=quote(str(access_id), safe="")),
            ),
        )
