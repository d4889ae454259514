set -eu
TOKEN=$(curl -sS --fail-with-body "$MEET_URL/application/token/" \
  -d grant_type=client_credentials \
  --data-urlencode "scope=$USER_EMAIL" \
  -d "client_id=$CLIENT_ID" \
  --data-urlencode "client_secret=$CLIENT_SECRET" |
  sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')

# Page after page; the last one has no next.
PAGE="$MEET_URL/rooms/?cursor=&page_size=100"
while [ -n "$PAGE" ]; do
  ROOMS=$(curl -sS --fail-with-body "$PAGE" -H "Authorization: Bearer $TOKEN")
  echo "$ROOMS"
  PAGE=$(echo "$ROOMS" | sed -n 's/.*"next":"\([^"]*\)".*/\1/p')
done
