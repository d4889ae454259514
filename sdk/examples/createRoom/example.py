import os
from datetime import UTC, datetime, timedelta

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
room = user.create_room(
    access_level="restricted",
    attendees=[os.environ["COLLEAGUE_EMAIL"]],
    expires_at=datetime.now(UTC) + timedelta(hours=2),
)
print(room.id, room.url)
print(f"expires at {room.expires_at}; {room.attendees}")
