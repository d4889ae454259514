import os
from datetime import datetime, timedelta, timezone
from uuid import UUID

from meet import AuthenticatedClient, Client, models
from meet.api.authentication import generate_token
from meet.api.rooms import create_room, delete_room, list_rooms, retrieve_room, update_room

URL = os.environ["MEET_URL"]


def token(secret):
    request = models.TokenRequest(
        client_id=os.environ["CLIENT_ID"],
        client_secret=secret,
        grant_type=models.GrantType.CLIENT_CREDENTIALS,
        scope=os.environ["USER_EMAIL"],
    )
    return generate_token.sync(client=Client(base_url=URL), body=request)


refused = token("wrong")
assert isinstance(refused, models.OAuthError) and refused.error == models.OAuthErrorCode.INVALID_CLIENT, refused
client = AuthenticatedClient(base_url=URL, token=token(os.environ["CLIENT_SECRET"]).access_token)

tomorrow = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
created = create_room.sync(
    client=client,
    body=models.RoomCreate(
        access_level=models.RoomAccessLevel.RESTRICTED,
        configuration=models.RoomConfiguration(can_publish_sources=[models.TrackSource.MICROPHONE]),
        expires_at=tomorrow,
    ),
)
assert isinstance(created, models.Room) and isinstance(created.id, UUID), created
assert created.configuration.can_publish_sources == ["microphone"] and created.expires_at == tomorrow, created
assert created.id in [room.id for room in list_rooms.sync(client=client, page_size=100).results]
assert retrieve_room.sync(created.id, client=client) == created

changed = update_room.sync(
    created.id,
    client=client,
    body=models.RoomUpdate(
        access_level=models.RoomAccessLevel.TRUSTED,
        configuration=models.RoomConfiguration(everyone_can_mute=False),
        expires_at=None,
    ),
)
assert changed.access_level == models.RoomAccessLevel.TRUSTED and changed.configuration.everyone_can_mute is False, changed
assert not changed.expires_at, changed

refused = update_room.sync(created.id, client=client, body=models.RoomUpdate(access_level=models.RoomAccessLevel.PUBLIC))
assert isinstance(refused, models.FieldErrors), refused
assert refused.access_level == ["Public rooms are disabled for the external API."], refused

page = list_rooms.sync(
    client=client,
    cursor="",
    role=[models.RoomRole.OWNER, models.RoomRole.ADMINISTRATOR],
    created_after=datetime(2026, 1, 1, tzinfo=timezone.utc),
)
assert created.id in [room.id for room in page.results] and not page.count, page
assert delete_room.sync_detailed(created.id, client=client).status_code == 204
gone = retrieve_room.sync(created.id, client=client)
assert isinstance(gone, models.ErrorDetail) and gone.detail == "No Room matches the given query.", gone
