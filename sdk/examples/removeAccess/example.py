import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
room = user.create_room()
user.grant_access(room.id, email=os.environ["COLLEAGUE_EMAIL"], role="administrator")
for access in user.list_accesses(room.id).results:
    if access.role == "administrator":
        user.remove_access(room.id, access.id)
        print(f"{access.email} has no role any more")
