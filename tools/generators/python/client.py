import os
import uuid

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

created = rooms.create_room(
    room_create=meet.RoomCreate(access_level="restricted", configuration=meet.RoomConfiguration(can_publish_sources=["microphone"]))
)
assert isinstance(created.id, uuid.UUID) and created.configuration.can_publish_sources == ["microphone"], created
assert created.id in [room.id for room in rooms.list_rooms(page_size=100).results]
assert rooms.retrieve_room(created.id) == created

changed = rooms.update_room(
    created.id, room_update=meet.RoomUpdate(access_level="trusted", configuration=meet.RoomConfiguration(everyone_can_mute=False))
)
assert changed.access_level == "trusted" and changed.configuration.everyone_can_mute is False, changed

try:
    rooms.update_room(created.id, room_update=meet.RoomUpdate(access_level="public"))
    raise AssertionError("a public room is made")
except meet.ApiException as refused:
    assert refused.data.access_level == ["Public rooms are disabled for the external API."], refused
