import os

from meet_external_api import Client, RoomChanged

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
room = user.create_room()
try:
    room = user.update_room(room.id, if_match=room.headers["ETag"], access_level="restricted", expires_at=None)
    print(room.id, room.access_level)
except RoomChanged:
    print("Somebody else has changed it: read it again")
