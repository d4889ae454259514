import os
import uuid
from datetime import datetime, timedelta, timezone

import openapi_client as meet

configuration = meet.Configuration(host=os.environ["MEET_URL"])
client = meet.ApiClient(configuration)
rooms = meet.RoomsApi(client)


def token(secret):
    request = meet.TokenRequest(
        client_id=os.environ["CLIENT_ID"], client_secret=secret, grant_type="client_credentials", scope=os.environ["USER_EMAIL"]
    )
    return meet.AuthenticationApi(client).generate_token(request)


try:
    token("wrong")
    raise AssertionError("a wrong secret is taken")
except meet.ApiException as refused:
    assert isinstance(refused.data, meet.OAuthError) and refused.data.error == "invalid_client", refused
configuration.access_token = token(os.environ["CLIENT_SECRET"]).access_token

tomorrow = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
configured = meet.RoomConfiguration(can_publish_sources=["microphone"])
created = rooms.create_room(room_create=meet.RoomCreate(access_level="restricted", configuration=configured, expires_at=tomorrow))
assert isinstance(created.id, uuid.UUID) and created.configuration.can_publish_sources == ["microphone"], created
assert created.expires_at == tomorrow, created
assert created.id in [room.id for room in rooms.list_rooms(page_size=100).results]
room_id = str(created.id)
assert rooms.retrieve_room(room_id) == created

configured = meet.RoomConfiguration(everyone_can_mute=False)
changed = rooms.update_room(room_id, room_update=meet.RoomUpdate(access_level="trusted", configuration=configured, expires_at=None))
assert changed.access_level == "trusted" and changed.configuration.everyone_can_mute is False, changed
assert changed.expires_at is None, changed

try:
    rooms.update_room(room_id, room_update=meet.RoomUpdate(access_level="public"))
    raise AssertionError("a public room is made")
except meet.ApiException as refused:
    assert refused.data.access_level == ["Public rooms are disabled for the external API."], refused

page = rooms.list_rooms(cursor="", role=["owner", "administrator"], created_after=datetime(2026, 1, 1, tzinfo=timezone.utc))
assert created.id in [room.id for room in page.results] and page.count is None, page
rooms.delete_room(room_id)
try:
    rooms.retrieve_room(room_id)
    raise AssertionError("a deleted room is found")
except meet.ApiException as refused:
    assert refused.status == 404 and refused.data.detail == "No Room matches the given query.", refused
