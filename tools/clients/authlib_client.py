"""Gets tokens with Authlib, as its documentation says, and creates a room with each."""

import os
import sys

from authlib.integrations.requests_client import OAuth2Session

base = os.environ["SERVER"] + "/external-api/v1.0"
session = OAuth2Session(
    os.environ["CLIENT_ID"],
    os.environ["CLIENT_SECRET"],
    scope=os.environ["SCOPE"],
    token_endpoint_auth_method="client_secret_" + sys.argv[1],
)
token = session.fetch_token(base + "/application/token/", grant_type="client_credentials")
assert token["expires_in"] == 3600 and "rooms:create" in token["scope"], token

created = session.post(base + "/rooms/")
assert created.status_code == 201, created.text

active = session.introspect_token(base + "/application/introspect/", token=token["access_token"])
assert active.json()["active"], active.text
revoked = session.revoke_token(base + "/application/revoke/", token=token["access_token"])
assert revoked.status_code == 200, revoked.text
assert session.get(base + "/rooms/").status_code == 401

print(created.json()["id"])
