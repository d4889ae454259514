set -eu
curl -sS --fail-with-body "$MEET_URL/application/token/" \
  -d grant_type=client_credentials \
  --data-urlencode "scope=$USER_EMAIL" \
  -d "client_id=$CLIENT_ID" \
  --data-urlencode "client_secret=$CLIENT_SECRET"
