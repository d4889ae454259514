# Requests that openapi.yaml does not describe and that are taken all the same (docs/contract.md, "Conventions" and "POST
# /application/token/"): null as a body is as none, and an empty parameter beside other credentials is as left out.
import schemathesis

CREDENTIALS = ("client_id", "client_secret", "client_assertion_type", "client_assertion")


@schemathesis.hook
def filter_case(context, case):
    body = case.body
    empty = isinstance(body, dict) and any(isinstance(body.get(name), str) and not body[name].strip() for name in CREDENTIALS)
    return body is not None and not empty
