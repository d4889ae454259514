set -eu
curl -sS --fail-with-body "$MEET_URL/.well-known/jwks.json"
