import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
room = user.create_room()
for access in user.list_accesses(room.id).results:
    print(access.email, access.role)
