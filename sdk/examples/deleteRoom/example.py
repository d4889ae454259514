import os

from meet_external_api import Client, RoomNotFound

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
room = user.create_room()
user.delete_room(room.id)
try:
    user.delete_room(room.id)
except RoomNotFound:
    print(f"{room.id} is gone")
