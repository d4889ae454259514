"""Clients of the server in MEET_URL, whose requests are watched; what goes wrong is asked of the server by Sandbox-Fault."""

import os
from collections.abc import Callable
from uuid import uuid4

import pytest

from meet_external_api import Client, Request, Response, User, urllib_transport


class Watch:
    """A transport that keeps what was sent and answered, and the waits between attempts, which it does not spend."""

    def __init__(self) -> None:
        self.sent: list[Request] = []
        self.answers: list[Response] = []
        self.waits: list[float] = []
        self._send = urllib_transport()

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        answer = self._send(request)
        self.answers.append(answer)
        return answer

    def token(self) -> str:
        """The one that was sent last."""
        return self.sent[-1].headers["Authorization"].removeprefix("Bearer ")

    def count(self, path: str) -> int:
        """How many requests had a URL with this end."""
        return sum(request.url.endswith(path) for request in self.sent)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def client(watch: Watch) -> Client:
    return Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], transport=watch, wait=watch.waits.append)


@pytest.fixture
def user(client: Client) -> User:
    return client.user(os.environ["USER_EMAIL"])


@pytest.fixture
def colleague(client: Client) -> User:
    return client.user(os.environ["COLLEAGUE_EMAIL"])


@pytest.fixture
def unlucky(user: User) -> Callable[..., User]:
    """Makes a client of the user that meets these faults one after the other, each once, and is served then."""

    def make(*faults: str) -> User:
        return user.with_headers({"Sandbox-Fault": ", ".join(faults), "Sandbox-Run": str(uuid4())})

    return make
