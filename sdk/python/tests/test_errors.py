"""Each type of error, from the answer that it stands for."""

import os
import pickle
import re
import socket
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest

import meet_external_api as meet
from conftest import Watch
from meet_external_api import Client, Response, User


def test_the_types_are_those_of_all_clients() -> None:
    table = re.findall(r"^\| `(\w+)` \|", (Path(__file__).parents[2] / "README.md").read_text(), re.MULTILINE)
    assert sorted([*table, "MeetError", "NotFound"]) == sorted(meet.errors.__all__)
    assert all(issubclass(getattr(meet, name), meet.MeetError) for name in table)


def test_bad_request(user: User) -> None:
    with pytest.raises(meet.BadRequest) as error:
        user.create_room(expires_at=datetime.now(UTC) - timedelta(days=1))
    assert (error.value.status, error.value.detail) == (400, "")
    assert error.value.fields == {"expires_at": ["Enter a time in the future."]}
    assert str(error.value) == f"400 expires_at: ['Enter a time in the future.'] (request id {error.value.request_id})"
    with pytest.raises(meet.BadRequest) as error:
        user.create_room(attendees=["bob@example.com", "bob"])
    assert error.value.fields == {"attendees": {"1": ["Enter a valid email address."]}}


def test_bad_request_that_the_types_refuse_too(user: User) -> None:
    with pytest.raises(meet.BadRequest) as error:
        user.create_room(access_level="secret")  # type: ignore[arg-type]
    assert list(error.value.fields) == ["access_level"]
    with pytest.raises(meet.BadRequest) as error:
        user.with_headers({"Prefer": "handling=strict"}).create_room(acess_level="trusted")  # type: ignore[call-arg]
    assert list(error.value.fields) == ["acess_level"]


def test_request_id(user: User) -> None:
    with pytest.raises(meet.RoomNotFound) as error:
        user.with_headers({"X-Request-Id": "booking-42"}).retrieve_room(uuid4())
    assert error.value.request_id == "booking-42"


def test_invalid_client() -> None:
    client = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], "wrong-secret")
    for refused in (client.user("user@example.com").list_rooms, lambda: client.introspect_token("some")):
        with pytest.raises(meet.InvalidClient) as error:
            refused()
        assert (error.value.status, error.value.detail) == (401, "Invalid credentials")


def test_unauthenticated(unlucky: Callable[..., User], watch: Watch) -> None:
    user = unlucky("401;on=listRooms", "401;on=listRooms")
    with pytest.raises(meet.Unauthenticated) as error:
        user.list_rooms()
    assert error.value.status == 401
    assert (watch.count("/rooms/"), watch.count("/token/")) == (2, 2)


def test_insufficient_scope(client: Client) -> None:
    with pytest.raises(meet.InsufficientScope) as error:
        client.user(os.environ["USER_EMAIL"], scopes=["rooms:create"]).list_rooms()
    assert error.value.scope == "rooms:list"
    copied = pickle.loads(pickle.dumps(error.value))
    assert (type(copied), copied.scope, str(copied)) == (meet.InsufficientScope, "rooms:list", str(error.value))


def test_domain_not_allowed() -> None:
    limited = Client(os.environ["MEET_URL"], os.environ["LIMITED_CLIENT_ID"], os.environ["LIMITED_CLIENT_SECRET"])
    assert limited.user(os.environ["USER_EMAIL"]).list_rooms().count is not None
    with pytest.raises(meet.DomainNotAllowed) as error:
        limited.user("user@example.org").list_rooms()
    assert isinstance(error.value, meet.Forbidden)


def test_forbidden(user: User, colleague: User) -> None:
    room = user.create_room(attendees=[os.environ["COLLEAGUE_EMAIL"]])
    with pytest.raises(meet.Forbidden) as error:
        colleague.update_room(room.id, access_level="restricted")
    assert type(error.value) is meet.Forbidden


def test_what_is_not_found(client: Client, user: User) -> None:
    room = user.create_room()
    with pytest.raises(meet.UserNotFound):
        client.user("nobody@example.com").list_rooms()
    with pytest.raises(meet.UserNotFound):
        user.grant_access(room.id, email="nobody@example.com")
    for id in (uuid4(), "no-such-room", "/"):
        with pytest.raises(meet.RoomNotFound):
            user.retrieve_room(id)
    with pytest.raises(meet.RoomNotFound):
        user.grant_access(uuid4(), email=os.environ["COLLEAGUE_EMAIL"])
    with pytest.raises(meet.RoomNotFound):
        user.remove_access(uuid4(), uuid4())
    with pytest.raises(meet.AccessNotFound):
        user.remove_access(room.id, uuid4())
    with pytest.raises(meet.AccessNotFound):
        user.remove_access(room.id, "no-id")
    with pytest.raises(meet.NotFound) as error:
        user.list_rooms(page=1000)
    assert type(error.value) is meet.NotFound


def test_conflict(user: User) -> None:
    room = user.create_room()
    (access,) = user.list_accesses(room.id).results
    with pytest.raises(meet.Conflict, match="at least one owner"):
        user.remove_access(room.id, access.id)


def test_room_changed(user: User) -> None:
    room = user.create_room(access_level="trusted")
    user.update_room(room.id, access_level="restricted")
    for change in (user.update_room, user.delete_room):
        with pytest.raises(meet.RoomChanged):
            change(room.id, if_match=room.headers["ETag"])


def test_idempotency_key_reused(user: User) -> None:
    key = str(uuid4())
    user.create_room(idempotency_key=key)
    with pytest.raises(meet.IdempotencyKeyReused):
        user.create_room(idempotency_key=key, access_level="restricted")


def test_throttled(user: User, watch: Watch) -> None:
    with pytest.raises(meet.Throttled) as error:
        user.with_headers({"Sandbox-Fault": "429;on=listRooms;seconds=2"}).list_rooms()
    assert error.value.retry_after == 2
    assert watch.waits == [2, 2, 2]


def test_server_fault(user: User, watch: Watch) -> None:
    with pytest.raises(meet.ServerFault) as error:
        user.with_headers({"Sandbox-Fault": "500;on=createRoom"}).create_room()
    assert error.value.status == 500
    assert watch.count("/rooms/") == 1


def test_unavailable(user: User, watch: Watch) -> None:
    with pytest.raises(meet.Unavailable) as error:
        user.with_headers({"Sandbox-Fault": "503;on=listRooms"}).list_rooms()
    assert (error.value.status, error.value.retry_after) == (503, 1)
    assert watch.count("/rooms/") == 4


@pytest.mark.parametrize("status", [502, 504])
def test_unavailable_behind_a_proxy(status: int) -> None:
    answer = Response(status, meet.Headers({"Retry-After": "Fri, 27 Nov 2026 00:00:00 GMT"}), b"<html>")
    waits: list[float] = []
    client = Client("https://meet.example.org", "id", "secret", transport=lambda _: answer, wait=waits.append)
    with pytest.raises(meet.Unavailable, match=f"^{status} The answer is not one of the API. "):
        client.read_keys()
    assert waits == [0, 0, 0]


def test_no_answer(user: User, watch: Watch) -> None:
    with pytest.raises(meet.NoAnswer) as error:
        user.with_headers({"Sandbox-Fault": "cut;on=listRooms"}).list_rooms()
    assert error.value.status == 0
    assert isinstance(error.value.__cause__, (OSError, HTTPException))
    assert error.value.request_id == watch.sent[-1].headers["X-Request-Id"]
    assert watch.count("/rooms/") == 4
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(meet.NoAnswer):
        Client(f"http://127.0.0.1:{port}", "id", "secret", wait=watch.waits.append).read_keys()


def test_any_other_status(user: User) -> None:
    with pytest.raises(meet.MeetError) as error:
        user.create_room(attendees=["a" * 70_000])
    assert (type(error.value), error.value.status) == (meet.MeetError, 413)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"keys": 1}', b"{}"])
def test_an_answer_of_something_else(body: bytes) -> None:
    client = Client("https://meet.example.org", "id", "secret", transport=lambda _: Response(200, meet.Headers({}), body))
    with pytest.raises(meet.MeetError, match="not what the specification says"):
        client.read_keys()


def test_a_redirect_is_not_followed() -> None:
    paths = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(meet.MeetError) as error:
            Client(f"http://127.0.0.1:{server.server_port}", "id", "secret").read_keys()
        server.shutdown()
    assert (error.value.status, paths) == (302, ["/.well-known/jwks.json"])


def test_no_text_shows_a_secret_or_a_token(client: Client, user: User, watch: Watch) -> None:
    user.list_rooms()
    token, wrong = watch.token(), str(uuid4())
    with pytest.raises(meet.InvalidClient) as error:
        Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], wrong, transport=watch).generate_token("user@example.com")
    generated = client.generate_token(os.environ["USER_EMAIL"])
    shown = [client, user, generated, client._tokens._kept, *watch.sent, *watch.answers, error.value]
    texts = [str(one) + repr(one) for one in shown] + traceback.format_exception(error.value)
    for secret in (os.environ["CLIENT_SECRET"], wrong, token, generated.access_token):
        assert not any(secret in text for text in texts)
