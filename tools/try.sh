#!/bin/sh
# Does what the README says: `make run` in an empty data directory, then the printed lines, then Ctrl-C.
set -eu

. tools/with_demo.sh

sed -n '/^# a token/,/^Ctrl-C/p' "$work/out" | sed '$d' > "$work/lines"
# And then the creation once more by its key, which gives the same room, and the reading, which does not find it any more.
{ cat "$work/lines"; grep -A1 '^ROOM=' "$work/lines"; grep '/rooms/\$ROOM/ -H' "$work/lines" | grep -v DELETE; } > "$work/again"
sh -eu "$work/again" > "$work/answers" 2>/dev/null
cat "$work/answers"
grep -q '"count":1' "$work/answers"
# The one that was to fail did.
grep -q '^HTTP/1.1 429' "$work/answers"
# The room that was created is listed and read.
room=$(sed -n 's/.*"results":.*"slug":"\([^"]*\)".*/\1/p' "$work/answers")
[ "$(grep -c "\"slug\":\"$room\"" "$work/answers")" = 2 ]
grep -q '^HTTP/1.1 204' "$work/answers"
tail -n 1 "$work/answers" | grep -qF '{"detail":"No Room matches the given query."}'
curl -sf "$url"/external-api/v1.0/docs | grep -q "Get a token"
# The console lets the demo operator in, and nobody with another password.
console=$(sed -n 's|^The console for operators: ||p' "$work/out")
password=$(sed -n 's|.* with the password ||p' "$work/out")
[ "$(stat -c %a "$work/data/demo/operator.json")" = 600 ]
curl -sfL "$console" | grep -q 'name="password"'
sign_in() {
  curl -s -o "$work/page" -w '%{http_code}' -c "$work/cookies" "${console}sign-in/" -d address=admin@example.com -d "password=$1"
}
[ "$(sign_in "not-$password")" = 403 ]
[ "$(sign_in "$password")" = 303 ]
[ "$(curl -s -b "$work/cookies" -w '%{redirect_url}' "${console}sign-in/")" = "$console" ]

# Neither of the two logs says that anything is wrong.
if grep -E 'level=(WARN|ERROR)' "$work/err" || grep -E '(WARNING|ERROR|FATAL|PANIC):' "$work/data/postgres.log"; then
  exit 1
fi

# refused TEXT COMMAND...: the command ends with an error and says the text.
refused() {
  text=$1
  shift
  if "$@" > "$work/said" 2>&1 || ! grep -qF -e "$text" "$work/said"; then
    cat "$work/said"
    echo "this does not say: $text" >&2
    exit 1
  fi
}
# A second one at the same address ends, with the same data or others, and takes no answer of the first one for its own.
for data in "$work/data" "$work/other"; do
  refused 'address already in use' env EXTERNAL_API_DATA="$data" EXTERNAL_API_LISTEN="${url#http://}" make run
  if grep Paste "$work/said"; then exit 1; fi
done
[ ! -e "$work/other/postgres" ]

stop_demo
grep -q 'msg=stopped' "$work/err"
[ ! -e "$work/data/postgres/postmaster.pid" ]

# Without Go, with an old one, and without both PostgreSQL and a network.
mkdir -p "$work/go" "$work/clone/tools"
make=$(command -v make)
refused 'install Go 1.21 or later' env PATH="$work/go" "$make" build
printf '#!/bin/sh\necho go version go1.20.14 linux/amd64\n' > "$work/go/go"
chmod +x "$work/go/go"
refused 'install Go 1.21 or later' env PATH="$work/go" "$make" build
cp tools/install.sh tools/postgres.sh "$work/clone/tools"
cd "$work/clone"
refused 'apt-get install postgresql' env https_proxy=http://127.0.0.1:9 HTTPS_PROXY=http://127.0.0.1:9 tools/postgres.sh
echo "make run works"
