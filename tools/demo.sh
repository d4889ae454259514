#!/bin/sh
# Serves with the embedded database, a demo application, a demo user and a demo operator, and prints what to paste.
set -eu

export EXTERNAL_API_DATA="${EXTERNAL_API_DATA:-./data}"
export EXTERNAL_API_LISTEN="${EXTERNAL_API_LISTEN:-127.0.0.1:8080}"
export EXTERNAL_API_DRAIN_SECONDS="${EXTERNAL_API_DRAIN_SECONDS:-0}"
export EXTERNAL_API_LOG_FORMAT=text
[ "${EXTERNAL_API_LOG_LEVEL:-}" = debug ] || export EXTERNAL_API_LOG_LEVEL=info
export APPLICATION_BASE_URL="${APPLICATION_BASE_URL:-http://localhost:3000}"
program=bin/meet-external-api
user=user@example.com
operator=admin@example.com
demo="$EXTERNAL_API_DATA/demo"

# What is made on the first run: a key for tokens, and the credentials of the application and of the operator, readable by their owner
# alone.
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

make_operator() {
  [ ! -s "$demo/operator.json" ] || return 0
  "$program" operator create --email "$operator" --json > "$demo/operator.new"
  mv "$demo/operator.new" "$demo/operator.json"
}

value() { sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" "$demo/$2.json"; }

# An address of all of this machine is not one that can be asked.
url_of() {
  case $1 in
    :* | 0.0.0.0:* | \[::\]:*) echo "http://127.0.0.1:${1##*:}" ;;
    *) echo "http://$1" ;;
  esac
}

introduce() {
  api="$(url_of "$address")/external-api/v1.0"
  if [ -n "$operations" ]; then
    console="$(url_of "$operations")/console/
  sign in as $operator with the password $(value password operator)"
  elif [ "${EXTERNAL_API_OPERATIONS_LISTEN:-}" = none ]; then
    console="there is none, as EXTERNAL_API_OPERATIONS_LISTEN says"
  else
    console="there is none: its address is taken, as the log says; set EXTERNAL_API_OPERATIONS_LISTEN to another one"
  fi
  cat <<END

Ready. Documentation to read and try: $api/docs
The console for operators: $console
The demo application acts for $user. Paste into another terminal:

# a token
TOKEN=\$(curl -s $api/application/token/ -d grant_type=client_credentials -d scope=$user \\
  -d client_id=$(value client_id application) \\
  -d client_secret=$(value client_secret application) |
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
  operations=
  while IFS= read -r line; do
    printf '%s\n' "$line" >&2
    case $line in
      *' msg=listening address='*) address=${line##*=} ;;
      *' msg="listening for operators" address='*) operations=${line##*=} ;;
      *' msg=ready')
        { make_application && make_operator && introduce; } || kill -TERM "$server"
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
