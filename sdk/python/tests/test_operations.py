"""Each operation of the specification, as a caller uses it."""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from conftest import Watch
from meet_external_api import Client, Headers, MeetError, Request, Response, RoomNotFound, User


def test_a_room_from_its_creation_to_its_end(user: User) -> None:
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    room = user.create_room(
        access_level="restricted",
        configuration={"can_publish_sources": ["microphone"], "everyone_can_mute": None},
        attendees=[os.environ["COLLEAGUE_EMAIL"], "nobody@example.com"],
        expires_at=end,
    )
    assert isinstance(room.id, UUID)
    assert room.access_level == "restricted"
    assert room.configuration.can_publish_sources == ["microphone"]
    assert room.expires_at == end
    assert [(one.email, one.status) for one in room.attendees or []] == [
        (os.environ["COLLEAGUE_EMAIL"], "member"),
        ("nobody@example.com", "unknown"),
    ]
    assert room.headers["Location"].endswith(f"/rooms/{room.id}/")

    read = user.retrieve_room(room.id)
    assert (read.name, read.url, read.attendees) == (room.name, room.url, None)
    assert user.retrieve_room(str(room.slug)) == read
    assert user.retrieve_room(room.id, if_none_match=read.headers["ETag"]) is None

    unchanged = user.update_room(room.id)
    assert unchanged == read
    changed = user.update_room(room.id, if_match=read.headers["etag"], access_level="trusted", expires_at=None)
    assert (changed.access_level, changed.expires_at) == ("trusted", None)

    user.delete_room(room.id, if_match=changed.headers["ETag"])
    with pytest.raises(RoomNotFound):
        user.retrieve_room(room.id)


def test_accesses(user: User) -> None:
    room = user.create_room()
    granted = user.grant_access(room.id, email=os.environ["COLLEAGUE_EMAIL"])
    assert (granted.email, granted.role, granted.created) == (os.environ["COLLEAGUE_EMAIL"], "administrator", True)
    again = user.grant_access(room.id, email=os.environ["COLLEAGUE_EMAIL"], role="member")
    assert (again.role, again.created) == ("member", False)
    owner, _ = user.list_accesses(room.id).results
    assert (owner.email, owner.role) == (os.environ["USER_EMAIL"], "owner")
    assert owner.created_at.tzinfo is not None
    second = user.grant_access(room.id, email=os.environ["COLLEAGUE_EMAIL"], role="administrator")
    assert second.role == "administrator"
    other = next(access for access in user.list_accesses(room.id).results if access.role == "administrator")
    user.remove_access(room.id, other.id)
    assert user.list_accesses(room.id).results == [owner]


def test_tokens(client: Client) -> None:
    token = client.generate_token(os.environ["USER_EMAIL"], scopes=["rooms:list", "rooms:create"])
    assert (token.token_type, token.scope) == ("Bearer", "rooms:list rooms:create")
    asked = client.introspect_token(token.access_token)
    assert (asked.active, asked.client_id, asked.scope) == (True, os.environ["CLIENT_ID"], token.scope)
    client.revoke_token(token.access_token)
    assert client.introspect_token(token.access_token).active is False


def test_what_oauth_libraries_read(client: Client) -> None:
    metadata = client.read_metadata()
    assert metadata.token_endpoint == os.environ["MEET_URL"] + "/application/token/"
    assert "client_credentials" in metadata.grant_types_supported
    assert client.read_keys().keys == []


def test_lists(user: User) -> None:
    rooms = [user.create_room(access_level="restricted") for _ in range(5)]
    made = {room.id for room in rooms}
    page = user.list_rooms(page=1, page_size=2)
    assert page.count is not None and page.count >= 5
    assert len(page.results) == 2
    assert page.next is not None and page.previous is None
    since = datetime.now(UTC) - timedelta(days=1)
    found = user.list_rooms(slug=str(rooms[0].slug), access_level=["restricted", "trusted"], role=["owner"], created_after=since)
    assert [room.id for room in found.results] == [rooms[0].id]
    assert user.list_rooms(created_before=since).results == []
    assert made <= {room.id for room in user.rooms()}


def test_all_pages_are_walked_through_as_they_are_read(user: User, watch: Watch) -> None:
    since = datetime.now(UTC)
    made = {user.create_room().id for _ in range(5)}
    del watch.sent[:]
    rooms = user.rooms(page_size=2, created_after=since, role=["owner"])
    walked = [next(rooms).id, next(rooms).id]
    assert len(watch.sent) == 1
    walked += [room.id for room in rooms]
    assert (len(walked), set(walked)) == (5, made)
    assert len(watch.sent) == 3
    assert all("role=owner" in request.url and "page_size=2" in request.url for request in watch.sent)


def test_headers_of_the_caller(client: Client, watch: Watch) -> None:
    strict = client.with_headers({"Prefer": "handling=strict", "X-Request-Id": "booking-42"})
    room = strict.user(os.environ["USER_EMAIL"]).create_room()
    assert (room.headers["X-Request-Id"], room.headers["Preference-Applied"]) == ("booking-42", "handling=strict")
    assert watch.sent[-1].headers["User-Agent"].startswith("meet-external-api-python/1.")
    client.user(os.environ["USER_EMAIL"]).create_room()
    assert "Prefer" not in watch.sent[-1].headers


def test_a_header_has_one_name_in_any_letter_case(user: User, watch: Watch) -> None:
    user.with_headers({"x-request-id": "booking-42"}).list_rooms()
    assert [value for name, value in watch.sent[-1].headers.items() if name.lower() == "x-request-id"] == ["booking-42"]


def test_what_makes_no_sense_is_not_sent(user: User, watch: Watch) -> None:
    for id in ("", ".", ".."):
        with pytest.raises(ValueError, match="an identifier is empty"):
            user.remove_access("a-room", id)
    for key in ("r\u00e9union", "two\nlines"):
        with pytest.raises(ValueError, match="printable ASCII"):
            user.create_room(idempotency_key=key)
    assert watch.sent == []


def test_a_server_that_lists_by_page_alone() -> None:
    def send(request: Request) -> Response:
        token = b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}'
        page = b'{"next": "https://meet.example.org/rooms/?page=2", "results": []}'
        return Response(200, Headers({}), token if request.url.endswith("/token/") else page)

    with pytest.raises(MeetError, match="does not list by cursor"):
        list(Client("https://meet.example.org", "id", "secret", transport=send).user("user@example.com").rooms())


def test_a_time_needs_its_zone(user: User) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        user.create_room(expires_at=datetime(2027, 1, 1))


def test_an_address_of_the_api_is_one_of_http() -> None:
    with pytest.raises(ValueError, match="no address of an API"):
        Client("file:///etc/passwd", "id", "secret")
