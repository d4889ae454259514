"""Tokens are kept, and fetched once for all who need them."""

import asyncio
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Semaphore

import pytest

from conftest import Watch
from meet_external_api import Client, Headers, InvalidClient, Request, Response, TokenResponse, Transport, User
from meet_external_api._tokens import Tokens

TOKEN = "/application/token/"
THREADS = 16


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.read = Semaphore(0)
        """Released each time that somebody looks at the clock."""

    def __call__(self) -> float:
        self.read.release()
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client_with(transport: Transport, clock: Clock, secret: str = os.environ["CLIENT_SECRET"]) -> Client:
    return Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], secret, transport=transport, clock=clock)


def at_once(call: Callable[[], object]) -> None:
    """Calls from many threads that begin together, and raises what one of them does."""
    barrier = Barrier(THREADS)

    def one() -> None:
        barrier.wait()
        call()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(one) for _ in range(THREADS)]:
            done.result()


def test_kept_for_each_user_and_set_of_scopes(client: Client, watch: Watch) -> None:
    for scopes in ((), (), ["rooms:list"], ["rooms:list", "rooms:create"], ["rooms:create", "rooms:list"]):
        client.user(os.environ["USER_EMAIL"], scopes).list_rooms()
    assert watch.count(TOKEN) == 3
    client.user(os.environ["COLLEAGUE_EMAIL"]).list_rooms()
    client.with_headers({"Prefer": "handling=strict"}).user(os.environ["USER_EMAIL"]).list_rooms()
    assert watch.count(TOKEN) == 4


def test_one_request_for_many_threads(watch: Watch, clock: Clock) -> None:
    client = client_with(watch, clock)
    user = client.user(os.environ["USER_EMAIL"])
    at_once(user.list_rooms)
    assert watch.count(TOKEN) == 1
    clock.now += 3600
    at_once(user.list_rooms)
    assert watch.count(TOKEN) == 2
    client.revoke_token(watch.token())
    at_once(user.list_rooms)
    assert watch.count(TOKEN) == 3


def test_one_request_for_many_tasks(user: User, watch: Watch) -> None:
    async def rooms() -> None:
        await asyncio.gather(*(asyncio.to_thread(user.list_rooms) for _ in range(THREADS)))

    asyncio.run(rooms())
    assert watch.count(TOKEN) == 1


def test_fetched_anew_a_minute_before_it_expires(watch: Watch, clock: Clock) -> None:
    user = client_with(watch, clock).user(os.environ["USER_EMAIL"])
    user.list_rooms()
    clock.now += 3600 - 61
    user.list_rooms()
    assert watch.count(TOKEN) == 1
    clock.now += 1
    user.list_rooms()
    assert watch.count(TOKEN) == 2


def test_a_tenth_of_a_short_life_before_it_expires(watch: Watch, clock: Clock) -> None:
    def short(request: Request) -> Response:
        answer = watch(request)
        if not request.url.endswith(TOKEN):
            return answer
        return Response(answer.status, Headers(answer.headers), json.dumps(json.loads(answer.body) | {"expires_in": 100}).encode())

    user = client_with(short, clock).user(os.environ["USER_EMAIL"])
    user.list_rooms()
    clock.now += 89
    user.list_rooms()
    assert watch.count(TOKEN) == 1
    clock.now += 1
    user.list_rooms()
    assert watch.count(TOKEN) == 2


def test_a_refusal_is_not_kept(watch: Watch, clock: Clock) -> None:
    user = client_with(watch, clock, "wrong-secret").user(os.environ["USER_EMAIL"])
    for asked in (1, 2):
        with pytest.raises(InvalidClient):
            user.list_rooms()
        assert watch.count(TOKEN) == asked


def test_a_refusal_is_told_to_all_who_wait(watch: Watch, clock: Clock) -> None:
    def while_all_wait(request: Request) -> Response:
        if waiting and request.url.endswith(TOKEN):
            # Each looks whether the token that was kept still counts, and who fetches one, when it begins to.
            for _ in range(THREADS + 1):
                assert clock.read.acquire(timeout=30)
        return watch(request)

    waiting = False
    user = client_with(while_all_wait, clock).user(os.environ["USER_EMAIL"])
    user.list_rooms()
    clock.now += 3600
    while clock.read.acquire(blocking=False):
        pass
    waiting = True
    with pytest.raises(InvalidClient):
        at_once(user.with_headers({"Sandbox-Fault": "401;on=generateToken"}).list_rooms)
    assert watch.count(TOKEN) == 2


def test_what_interrupts_one_thread_is_nothing_to_the_others() -> None:
    tokens, key, fetching, asked = Tokens(), ("user@example.com", frozenset[str]()), Event(), Event()

    def interrupted() -> TokenResponse:
        fetching.set()
        assert asked.wait(30)
        raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(tokens.get, key, interrupted)
        assert fetching.wait(30)
        second = pool.submit(tokens.get, key, lambda: TokenResponse(access_token="new", token_type="Bearer", expires_in=3600))
        asked.set()
        assert second.result(30) == "new"
        with pytest.raises(KeyboardInterrupt):
            first.result(30)


def test_a_token_without_a_life_is_not_waited_for() -> None:
    tokens, key = Tokens(), ("user@example.com", frozenset[str]())
    for _ in range(2):
        with pytest.raises(TypeError):
            tokens.get(key, lambda: TokenResponse(access_token="new", token_type="Bearer", expires_in="3600"))  # type: ignore[arg-type]


def test_tokens_that_have_expired_are_let_go(watch: Watch, clock: Clock) -> None:
    client = client_with(watch, clock)
    client.user(os.environ["USER_EMAIL"]).list_rooms()
    clock.now += 3600
    client.user(os.environ["COLLEAGUE_EMAIL"]).list_rooms()
    # Nothing that a caller sees tells.
    assert len(client._tokens._kept) == 1


def test_a_token_that_is_revoked_is_replaced(client: Client, user: User, watch: Watch) -> None:
    user.list_rooms()
    client.revoke_token(watch.token())
    user.list_rooms()
    assert [answer.status for answer in watch.answers[-3:]] == [401, 200, 200]
