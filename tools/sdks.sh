#!/bin/sh
# Tests the clients in sdk/, and runs their examples, against a server of its own. Each answer is checked by Prism on its way, and one that is not
# as openapi.yaml says is an error.
# usage: tools/sdks.sh NAME ... (directories of sdk)
set -eu

# As in the Makefile: what a module needs is fetched, a newer Go too.
export GOTOOLCHAIN=auto
tools/install.sh node python java mvn
. tools/with_demo.sh

value() { sed -n "s/.*\"$1\": \"\\([^\"]*\\)\".*/\\1/p" "$2"; }
node tools/generators/prism.mjs openapi.yaml "$url/external-api/v1.0" > "$work/prism" &
prism=$!
trap 'kill "$prism" 2>/dev/null || true; stop_demo; rm -rf "$work"' EXIT
until MEET_URL=$(sed -n 's/^listening on //p' "$work/prism") && [ -n "$MEET_URL" ]; do
  kill -0 "$prism"
  sleep 0.1
done
export MEET_URL USER_EMAIL=user@example.com COLLEAGUE_EMAIL=colleague@example.com
CLIENT_ID=$(value client_id "$work/data/demo/application.json")
CLIENT_SECRET=$(value client_secret "$work/data/demo/application.json")
# An application that may do little, for few.
export EXTERNAL_API_DATA="$work/data"
bin/meet-external-api application create --name Limited --domain example.com --scope rooms:list --json > "$work/limited.json"
LIMITED_CLIENT_ID=$(value client_id "$work/limited.json")
LIMITED_CLIENT_SECRET=$(value client_secret "$work/limited.json")
export CLIENT_ID CLIENT_SECRET LIMITED_CLIENT_ID LIMITED_CLIENT_SECRET

failed=0
for name in "$@"; do
  if "sdk/$name/test" > "$work/$name.log" 2>&1; then
    echo "$name ok"
  else
    echo "$name FAILED"
    sed 's/^/  /' "$work/$name.log"
    failed=$((failed + 1))
  fi
done
kill "$prism"
wait "$prism" || failed=$((failed + 1))
sed '1d' "$work/prism"
[ $failed = 0 ] && [ $# -gt 0 ]
