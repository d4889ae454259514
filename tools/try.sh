#!/bin/sh
# Does what the README says: `make run` in an empty data directory, then the printed lines, then Ctrl-C.
set -eu

work=$(mktemp -d)
trap 'kill -TERM "$run" 2>/dev/null; rm -rf "$work"' EXIT
EXTERNAL_API_DATA="$work/data" EXTERNAL_API_LISTEN=127.0.0.1:18080 make --no-print-directory run > "$work/out" 2> "$work/err" &
run=$!
tries=0
until grep -q 'Ctrl-C stops it' "$work/out"; do
  tries=$((tries + 1))
  if [ $tries -gt 1200 ] || ! kill -0 "$run" 2>/dev/null; then
    cat "$work/out" "$work/err" >&2
    exit 1
  fi
  sleep 0.1
done

sed -n '/^# a token/,/^Ctrl-C/p' "$work/out" | sed '$d' > "$work/lines"
sh -eu "$work/lines" > "$work/answers" 2>/dev/null
cat "$work/answers"
grep -q '"count":1' "$work/answers"
# The room that was created is listed and read.
room=$(sed -n 's/.*"results":.*"slug":"\([^"]*\)".*/\1/p' "$work/answers")
[ "$(grep -c "\"slug\":\"$room\"" "$work/answers")" = 2 ]
curl -sf http://127.0.0.1:18080/external-api/v1.0/docs | grep -q swagger-ui

kill -TERM "$run"
wait "$run" || true
grep -q 'msg=stopped' "$work/err"
[ ! -e "$work/data/postgres/postmaster.pid" ]
trap 'rm -rf "$work"' EXIT
echo "make run works"
