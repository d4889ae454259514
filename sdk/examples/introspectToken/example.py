import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
token = meet.generate_token(os.environ["USER_EMAIL"]).access_token
answer = meet.introspect_token(token)
print(f"active: {answer.active}, for the user {answer.sub} and {answer.scope}")
