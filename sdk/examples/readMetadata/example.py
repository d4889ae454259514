import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
metadata = meet.read_metadata()
print(metadata.token_endpoint)
print("Clients authenticate by", ", ".join(metadata.token_endpoint_auth_methods_supported))
