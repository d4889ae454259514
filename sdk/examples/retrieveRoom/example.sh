set -eu
TOKEN=$(curl -sS --fail-with-body "$MEET_URL/application/token/" \
  -d grant_type=client_credentials \
  --data-urlencode "scope=$USER_EMAIL" \
  -d "client_id=$CLIENT_ID" \
  --data-urlencode "client_secret=$CLIENT_SECRET" |
  sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
ROOM=$(curl -sS --fail-with-body -X POST "$MEET_URL/rooms/" \
  -H "Authorization: Bearer $TOKEN" |
  sed -n 's/.*"id":"\([^"]*\)".*/\1/p')

curl -sS --fail-with-body "$MEET_URL/rooms/$ROOM/" \
  -H "Authorization: Bearer $TOKEN"
