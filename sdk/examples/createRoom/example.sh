set -eu
TOKEN=$(curl -sS --fail-with-body "$MEET_URL/application/token/" \
  -d grant_type=client_credentials \
  --data-urlencode "scope=$USER_EMAIL" \
  -d "client_id=$CLIENT_ID" \
  --data-urlencode "client_secret=$CLIENT_SECRET" |
  sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')

# The same again with the same key, such as the id of a booking, is the same room.
curl -sS --fail-with-body "$MEET_URL/rooms/" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Idempotency-Key: booking-$(date +%s)-$$" \
  -H "Content-Type: application/json" \
  -d '{"access_level": "trusted"}'
