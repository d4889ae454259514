# Requests that openapi.yaml does not describe and that are taken all the same (docs/contract.md, "Conventions", "POST
# /application/token/" and "GET /rooms/"): null as a body is as none, and an empty parameter is as left out. And such as it describes
# and that are refused, for what no schema can say: a cursor is one of the server's and stands in place of a page, a room expires
# within a year, an Idempotency-Key is for one request, and an ETag in If-Match is the room's.
import datetime
import re
import uuid

import schemathesis

CREDENTIALS = ("client_id", "client_secret", "client_assertion_type", "client_assertion")
used_keys = set()


@schemathesis.hook
def filter_case(context, case):
    body, query = case.body, case.query or {}
    empty = isinstance(body, dict) and any(isinstance(body.get(name), str) and not body[name].strip() for name in CREDENTIALS)
    left_out = any(value == "" for name, value in query.items() if name != "cursor")
    return body is not None and not empty and not left_out


# Unlike filter_case, this is asked about what is made of examples too.
@schemathesis.hook
def before_call(context, case, kwargs):
    query, body, headers = case.query or {}, case.body, case.headers or {}
    if is_cursor(query.get("cursor")):
        query["cursor"] = ""
        if "page" in query:
            del query["cursor"]
    if isinstance(body, dict) and is_time(body.get("expires_at")):
        tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        body["expires_at"] = tomorrow.isoformat()
    if key := headers.get("Idempotency-Key"):
        if key in used_keys:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        used_keys.add(key)
    if is_etag(headers.get("If-Match")):
        headers["If-Match"] = "*"


def is_cursor(value):
    return isinstance(value, str) and re.fullmatch("[-_a-zA-Z0-9]{0,100}", value)


def is_etag(value):
    return isinstance(value, str) and re.fullmatch('"[!#-~]*"', value)


def is_time(value):
    try:
        return datetime.datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
