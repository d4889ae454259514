"""Client of the external API of La Suite Meet.

A ``Client`` is made with the address of the API and the credentials of an application; its ``user()`` acts for one user.
Answers are dataclasses, what is sent are keyword arguments, and whatever fails is a ``MeetError``.
"""

from importlib.metadata import version

from . import errors
from ._client import Client, User
from ._generated import models
from ._generated.models import *
from ._generated.operations import ListRoomsQuery
from ._transport import Headers, Request, Response, Transport, urllib_transport
from .errors import *

__version__ = version("meet-external-api")

__all__ = ["Client", "Headers", "ListRoomsQuery", "Request", "Response", "Transport", "User", "urllib_transport"]
__all__ += models.__all__
__all__ += errors.__all__
