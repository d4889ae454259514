"""What is repeated, how often, and after which waits."""

import os
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

import meet_external_api as meet
from conftest import Watch
from meet_external_api import Client, User

Unlucky = Callable[..., User]


def test_waits_as_the_answer_says(unlucky: Unlucky, watch: Watch) -> None:
    unlucky("503;on=listRooms;seconds=2", "429;on=listRooms;seconds=7", "503;on=listRooms;seconds=30").list_rooms()
    assert watch.waits == [2, 7, 30]


def test_waits_for_real() -> None:
    client = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    user = client.user(os.environ["USER_EMAIL"])
    user.list_rooms()
    begin = time.monotonic()
    user.with_headers({"Sandbox-Fault": "429;on=listRooms;seconds=1", "Sandbox-Run": str(uuid4())}).list_rooms()
    assert time.monotonic() - begin >= 1


def test_does_not_wait_long(unlucky: Unlucky, watch: Watch) -> None:
    with pytest.raises(meet.Throttled) as error:
        unlucky("429;on=listRooms;seconds=31").list_rooms()
    assert error.value.retry_after == 31
    assert (watch.count("/rooms/"), watch.waits) == (1, [])


def test_backs_off_where_no_answer_says_how_long(unlucky: Unlucky, watch: Watch) -> None:
    unlucky("cut;on=listRooms", "cut;on=listRooms", "cut;on=listRooms").list_rooms()
    assert len(watch.waits) == 3
    assert all(0 <= wait <= longest for wait, longest in zip(watch.waits, (0.25, 0.5, 1), strict=True))


def test_an_attempt_whose_token_is_refused_does_not_count(unlucky: Unlucky, watch: Watch) -> None:
    unlucky("cut;on=listRooms", "401;on=listRooms", "cut;on=listRooms", "cut;on=listRooms").list_rooms()
    assert (watch.count("/rooms/"), len(watch.waits)) == (5, 3)


def test_a_creation_whose_answer_is_lost_makes_one_room(unlucky: Unlucky, user: User, watch: Watch) -> None:
    before = {room.id for room in user.rooms()}
    del watch.sent[:]
    room = unlucky("lost;on=createRoom", "409;on=createRoom", "503;on=createRoom").create_room()
    assert room.headers["Idempotent-Replayed"] == "true"
    keys = {request.headers.get("Idempotency-Key") for request in watch.sent}
    assert (len(watch.sent), len(keys)) == (4, 1)
    assert {room.id for room in user.rooms()} - before == {room.id}


def test_a_key_of_the_callers_own(user: User, watch: Watch) -> None:
    key = f"booking-{uuid4()}"
    assert user.create_room(idempotency_key=key) == user.create_room(idempotency_key=key)
    assert watch.sent[-1].headers["Idempotency-Key"] == key


def test_each_creation_has_a_key_of_its_own(user: User) -> None:
    assert user.create_room().id != user.create_room().id


def test_only_a_creation_is_repeated_after_409(unlucky: Unlucky, user: User, watch: Watch) -> None:
    room = user.create_room()
    del watch.sent[:]
    with pytest.raises(meet.Conflict):
        unlucky("409;on=updateRoom").update_room(room.id, access_level="restricted")
    assert len(watch.sent) == 1


def test_a_deletion_whose_answer_is_lost_has_been_done(unlucky: Unlucky, user: User, watch: Watch) -> None:
    room = user.create_room()
    unlucky("lost;on=deleteRoom").delete_room(room.id)
    assert watch.answers[-1].status == 404
    with pytest.raises(meet.RoomNotFound):
        unlucky("503;on=deleteRoom").delete_room(room.id)


def test_an_access_that_is_removed_and_its_answer_lost(unlucky: Unlucky, user: User) -> None:
    room = user.create_room(attendees=[os.environ["COLLEAGUE_EMAIL"]])
    member = next(access for access in user.list_accesses(room.id).results if access.role == "member")
    unlucky("lost;on=removeAccess").remove_access(room.id, member.id)
    assert [access.role for access in user.list_accesses(room.id).results] == ["owner"]


def test_does_not_wait_for_an_answer_for_ever(watch: Watch) -> None:
    hasty = Client(
        os.environ["MEET_URL"],
        os.environ["CLIENT_ID"],
        os.environ["CLIENT_SECRET"],
        timeout=1,
        transport=watch,
        wait=watch.waits.append,
        headers={"Sandbox-Fault": "slow;on=readKeys;seconds=5", "Sandbox-Run": str(uuid4())},
    )
    hasty.read_keys()
    assert (len(watch.sent), len(watch.answers)) == (2, 1)


def test_a_request_for_a_token_is_repeated_too(client: Client, watch: Watch) -> None:
    faults = {"Sandbox-Fault": "503;on=generateToken, cut;on=generateToken", "Sandbox-Run": str(uuid4())}
    client.with_headers(faults).user(os.environ["USER_EMAIL"]).list_rooms()
    assert (watch.count("/token/"), watch.count("/rooms/")) == (3, 1)
    assert {request.headers["X-Request-Id"] for request in watch.sent[:3]} != {watch.sent[3].headers["X-Request-Id"]}
