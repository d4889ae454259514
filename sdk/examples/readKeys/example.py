import os

from meet_external_api import Client

meet = Client(os.environ["MEET_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
keys = meet.read_keys().keys
print(f"{len(keys)} public keys of tokens")
for key in keys:
    print(key.additional_properties["kid"])
