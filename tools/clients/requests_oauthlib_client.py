"""Gets tokens with requests-oauthlib, as its documentation says, and creates a room with each."""

import os
import sys

from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

base = os.environ["SERVER"] + "/external-api/v1.0"
client_id, client_secret = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
credentials = {
    "basic": {"auth": HTTPBasicAuth(client_id, client_secret)},
    "post": {"client_secret": client_secret, "include_client_id": True},
}
session = OAuth2Session(client=BackendApplicationClient(client_id=client_id))
token = session.fetch_token(base + "/application/token/", scope=os.environ["SCOPE"], **credentials[sys.argv[1]])
assert token["expires_in"] == 3600 and "rooms:create" in token["scope"], token

created = session.post(base + "/rooms/")
assert created.status_code == 201, created.text

print(created.json()["id"])
