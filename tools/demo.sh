#!/bin/sh
# Serves with the embedded database, a demo application and a demo user, and prints what to paste.
set -eu

export EXTERNAL_API_DATA="${EXTERNAL_API_DATA:-./data}"
export EXTERNAL_API_LISTEN="${EXTERNAL_API_LISTEN:-127.0.0.1:8080}"
export EXTERNAL_API_DRAIN_SECONDS="${EXTERNAL_API_DRAIN_SECONDS:-0}"
export EXTERNAL_API_LOG_FORMAT=text
[ "${EXTERNAL_API_LOG_LEVEL:-}" = debug ] || export EXTERNAL_API_LOG_LEVEL=info
export APPLICATION_BASE_URL="${APPLICATION_BASE_URL:-http://localhost:3000}"
program=bin/meet-external-api
user=user@example.com
demo="$EXTERNAL_API_DATA/demo"

# What is made on the first run: a key for tokens, and the credentials of the application, readable by their owner alone.
umask 077
mkdir -p "$demo"
if [ ! -s "$demo/jwt.key" ]; then
  head -c 48 /dev/urandom | openssl base64 -A > "$demo/jwt.key"
fi
export APPLICATION_JWT_SECRET_KEY_FILE="$demo/jwt.key"

make_application() {
  [ ! -s "$demo/application.json" ] || return 0
  users=$("$program" user list --search "$user" --json)
  case $users in *"\"$user\""*) ;; *) "$program" user create --email "$user" >/dev/null ;; esac
  "$program" application create --name Demo --any-domain --scope rooms:list --scope rooms:retrieve --scope rooms:create \
    --scope rooms:update --scope rooms:delete --scope rooms:grant-access --json > "$demo/application.new"
  mv "$demo/application.new" "$demo/application.json"
}

value() { sed -n "s/.*\"$1\": \"\\([^\"]*\\)\".*/\\1/p" "$demo/application.json"; }

introduce() {
  # An address of all of this machine is not one that can be asked.
  case $address in
    :* | 0.0.0.0:* | \[::\]:*) url="http://127.0.0.1:${address##*:}" ;;
    *) url="http://$address" ;;
  esac
  api="$url/external-api/v1.0"
  cat <<END

Ready. Documentation to read and try: $api/docs
The demo application acts for $user. Paste into another terminal:

# a token
TOKEN=\$(curl -s $api/application/token/ -d grant_type=client_credentials -d scope=$user \\
  -d client_id=$(value client_id) \\
  -d client_secret=$(value client_secret) |
  sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')

# create a room, and keep its id; where no answer comes, the same again with the same key makes no second room
KEY=try-\$(date +%s)
ROOM=\$(curl -s -X POST $api/rooms/ -H "Authorization: Bearer \$TOKEN" -H "Idempotency-Key: \$KEY" | tee /dev/stderr |
  sed -n 's/.*"id":"\\([^"]*\\)".*/\\1/p')

# list rooms
curl -s $api/rooms/ -H "Authorization: Bearer \$TOKEN"

# read the room
curl -s $api/rooms/\$ROOM/ -H "Authorization: Bearer \$TOKEN"

# delete it: 204, and 404 from then on
curl -si -X DELETE $api/rooms/\$ROOM/ -H "Authorization: Bearer \$TOKEN"

Ctrl-C stops it. Everything is kept in $EXTERNAL_API_DATA.

END
}

# Shows the log, and once the server is ready what to paste. Its own log tells both that and its address: another server might answer
# where it was to listen. It is read to its end, after the signal that stops the server too.
follow() {
  trap '' INT TERM HUP
  rm "$log"
  while IFS= read -r line; do
    printf '%s\n' "$line" >&2
    case $line in
      *' msg=listening address='*) address=${line##*=} ;;
      *' msg=ready')
        { make_application && introduce; } || kill -TERM "$server"
        break ;;
    esac
  done
  cat >&2 || cat >/dev/null
}

log=$(mktemp -u "$demo/log-XXXXXX")
mkfifo "$log"
"$program" serve 2> "$log" &
server=$!
follow < "$log" &
follower=$!
# The terminal gives its Ctrl-C to the server, too: a second signal would end it at once.
trap : INT
trap 'kill -TERM "$server" 2>/dev/null' TERM
# A signal ends a wait, but not the server.
while :; do
  wait "$server" && status=0 || status=$?
  kill -0 "$server" 2>/dev/null || break
done
wait "$follower"
exit "$status"
