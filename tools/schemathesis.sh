#!/bin/sh
# Makes requests of openapi.yaml, good and bad ones, to a server of its own, and checks every answer by it.
# usage: tools/schemathesis.sh [EXAMPLES of each operation]
set -eu
tools/install.sh curl python

# What an operator can switch off is on, so that more of the requests get through.
export EXTERNAL_API_ALLOW_PUBLIC_ACCESS=true EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE=0
export APPLICATION_ALLOW_USER_CREATION=true OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION=true OIDC_USER_SUB_FIELD_IMMUTABLE=false
port=18084
. tools/with_demo.sh

value() { sed -n "s/.*\"$1\": \"\\([^\"]*\\)\".*/\\1/p" "$work/data/demo/application.json"; }
url=http://127.0.0.1:$port/external-api/v1.0
CLIENT_ID=$(value client_id)
CLIENT_SECRET=$(value client_secret)
TOKEN=$(curl -sf "$url/application/token/" -d grant_type=client_credentials -d scope=user@example.com \
  -d "client_id=$CLIENT_ID" -d "client_secret=$CLIENT_SECRET" | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
export CLIENT_ID CLIENT_SECRET TOKEN PYTHONPATH=tools/generators/.python:tools SCHEMATHESIS_HOOKS=schemathesis_hooks
tools/generators/.python/bin/schemathesis --config-file tools/schemathesis.toml run --checks all --continue-on-failure \
  --seed 1 --max-examples "${1:-10}" --url "$url" openapi.yaml
