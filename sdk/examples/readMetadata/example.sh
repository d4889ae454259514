set -eu
curl -sS --fail-with-body "$MEET_URL/.well-known/oauth-authorization-server"
