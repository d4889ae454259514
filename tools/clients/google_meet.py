"""Makes, reads, changes and empties a room with google-apps-meet, as its documentation says, but for the endpoint and the token."""

import os

from google.api_core import exceptions
from google.apps import meet_v2
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

Config = meet_v2.SpaceConfig


def client(token):
    return meet_v2.SpacesServiceClient(
        credentials=Credentials(token=token),
        transport="rest",
        client_options={"api_endpoint": os.environ["SERVER"] + "/external-api/google"},
    )


def refused(error, call, *said, **request):
    try:
        call(**request)
    except error as refusal:
        assert all(text in str(refusal) for text in said), refusal
        return refusal
    raise AssertionError(f"{error.__name__} was expected")


meet = client(os.environ["TOKEN"])
space = meet.create_space(space=meet_v2.Space(config=Config(access_type=Config.AccessType.RESTRICTED)))
assert space.config.access_type == Config.AccessType.RESTRICTED, space
assert space.meeting_uri.endswith("/" + space.meeting_code), space
assert meet.create_space().config.access_type == Config.AccessType.TRUSTED
assert meet.get_space(name=space.name) == space
assert meet.get_space(name="spaces/" + space.meeting_code.upper()) == space

space.config.access_type = Config.AccessType.TRUSTED
changed = meet.update_space(space=space, update_mask="config.accessType")
assert changed == space == meet.get_space(name=space.name), changed
changed = meet.update_space(request={"space": {"name": space.name}, "update_mask": {"paths": ["config.access_type"]}})
assert changed == space, "the default"

refused(exceptions.NotFound, meet.get_space, "No Room matches the given query.", name="spaces/abc-defg-hij")
moderated = meet_v2.Space(config=Config(moderation=Config.Moderation.ON))
refusal = refused(exceptions.BadRequest, meet.create_space, "config.moderation", space=moderated)
assert refusal.details[0]["fieldViolations"][0]["field"] == "config.moderation", refusal.details
refused(exceptions.Forbidden, client(os.environ["NARROW_TOKEN"]).create_space, "Required scope: rooms:create")
refused(RefreshError, client("wrong").get_space, name=space.name)

refused(exceptions.BadRequest, meet.end_active_conference, "There is no active conference", name=space.name)
assert meet.end_active_conference(name=os.environ["BUSY_SPACE"]) is None

print(space.name)
