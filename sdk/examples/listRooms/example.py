import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
user.create_room()
for room in user.rooms(role=["owner"], created_by="me"):
    print(room.id, room.slug, room.access_level)
