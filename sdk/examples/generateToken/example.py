import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
token = meet.generate_token(os.environ["USER_EMAIL"], scopes=["rooms:create"])
print(f"A token for {token.scope}, which lives {token.expires_in} seconds")
