#!/bin/sh
# Does what the README says: `make run` in an empty data directory, then the printed lines, then Ctrl-C.
set -eu

port=18080
. tools/with_demo.sh

sed -n '/^# a token/,/^Ctrl-C/p' "$work/out" | sed '$d' > "$work/lines"
sh -eu "$work/lines" > "$work/answers" 2>/dev/null
cat "$work/answers"
grep -q '"count":1' "$work/answers"
# The room that was created is listed and read.
room=$(sed -n 's/.*"results":.*"slug":"\([^"]*\)".*/\1/p' "$work/answers")
[ "$(grep -c "\"slug\":\"$room\"" "$work/answers")" = 2 ]
curl -sf http://127.0.0.1:18080/external-api/v1.0/docs | grep -q swagger-ui

stop_demo
grep -q 'msg=stopped' "$work/err"
[ ! -e "$work/data/postgres/postmaster.pid" ]
echo "make run works"
