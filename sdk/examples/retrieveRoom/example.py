import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
created = user.create_room()
room = user.retrieve_room(created.id)
print(room.slug, room.url)
unchanged = user.retrieve_room(room.id, if_none_match=room.headers["ETag"]) is None
print(f"unchanged: {unchanged}")
