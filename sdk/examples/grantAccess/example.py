import os

from meet_external_api import Client, UserNotFound

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
user = meet.user(os.environ["USER_EMAIL"])
room = user.create_room(access_level="restricted")
try:
    access = user.grant_access(room.id, email=os.environ["COLLEAGUE_EMAIL"], role="administrator")
    print(f"{access.email} is {access.role}")
except UserNotFound:
    print("Meet knows nobody with this address")
