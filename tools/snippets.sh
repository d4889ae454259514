#!/bin/sh
# Runs every fenced block of the documents for callers against a server of its own, in an empty data directory.
#
# A block fails when its exit status is not 0, or when it does not print what its lines that begin with `#> ` say; one without
# such lines creates a room, and has to print the room's UUID. Blocks in `sh` go on where those before them in the document ended,
# as in one terminal. A block whose fence names a file, such as ```python events.py, is written to it, for those in `sh` to run.
#
# Documents with such programs are run a second time through a proxy that refuses requests and loses answers: the outcome is the same.
set -eu

# As in the Makefile: what a module needs is fetched, a newer Go too.
export GOTOOLCHAIN=auto
documents='docs/applications.md docs/callers.md docs/sandbox.md docs/booking-page.md docs/calendar.md docs/hand-over.md'
tools/install.sh curl jq openssl python3 node java

# Guests whom nobody knows are invited.
export APPLICATION_ALLOW_USER_CREATION=true OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION=true OIDC_USER_SUB_FIELD_IMMUTABLE=false
. tools/with_demo.sh

value() { sed -n "s/.*\"$1\": \"\\([^\"]*\\)\".*/\\1/p" "$work/data/demo/application.json"; }
CLIENT_ID=$(value client_id)
CLIENT_SECRET=$(value client_secret)
USER_EMAIL=user@example.com
COLLEAGUE_EMAIL=colleague@example.com
CLIENT_KEY=$work/client.pem
# What the operator's lines of a document need.
EXTERNAL_API_DATA=$work/data
OPERATIONS_URL=$(sed -n 's|^The console for operators: \(http://[^/]*\)/.*|\1|p' "$work/out")
PATH=$PWD/bin:$PATH
export OPERATIONS_URL MEET_URL CLIENT_ID CLIENT_SECRET USER_EMAIL COLLEAGUE_EMAIL CLIENT_KEY EXTERNAL_API_DATA PATH

# Whom the operator knows.
for address in bookings@example.com host@example.com ada@example.com grace@example.com; do
  meet-external-api user create --email "$address" > /dev/null
done
# What the operator does with the public key of an application.
openssl genpkey -algorithm RSA -out "$CLIENT_KEY" 2>/dev/null
openssl pkey -in "$CLIENT_KEY" -pubout -out "$work/client.pub.pem"
meet-external-api application update "$CLIENT_ID" --public-keys "$work/client.pub.pem" > /dev/null

# The client in Python, made as tools/generators/requirements.txt pins it.
PYTHONPATH=$PWD/tools/generators/.python python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-index --no-deps \
  --no-build-isolation --target "$work/python" ./sdk/python
export PYTHONPATH="$work/python"

# run_block DIRECTORY LANGUAGE: those in sh leave their variables in the file ../state.
run_block() {
  cd "$1" && case $2 in
    # shellcheck disable=SC2016
    sh) cd .. && sh -eua -c '[ ! -e state ] || . ./state; . "$1"; export -p > state' sh "$1/block" ;;
    python) python3 block ;;
    javascript) mv block block.mjs && node block.mjs ;;
    go) mv block main.go && go mod init snippet && go mod tidy && go run . ;;
    java) mv block Block.java && java Block.java ;;
    *) echo "no way to run the language \"$2\"" && false ;;
  esac
}

# prints_promised EXPECTED OUTPUT: every line of EXPECTED is in OUTPUT; where there is none, a UUID.
prints_promised() {
  [ -s "$1" ] || { grep -qE '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}( |$)' "$2" || return 1; }
  while IFS= read -r line; do
    grep -qF -e "$line" "$2" || return 1
  done < "$1"
}

passed=0
failed=0
# run_document DOCUMENT DIRECTORY: a directory in it for each block, named by the line where it begins and its language.
run_document() {
  mkdir "$2"
  awk -v directory="$2" '
    !/^```/ { if (block) print > block; next }
    block { close(block); block = ""; next }
    NF > 1 { block = directory "/" $2; next }
    { name = sprintf("%s/block-%04d-%s", directory, NR, substr($0, 4)); system("mkdir " name); block = name "/block" }
  ' "$1"
  for block in "$2"/block-*; do
    where=${block##*/block-}
    language=${where#*-}
    sed -n 's/^#> //p' "$block/block" > "$block/expected"
    if (run_block "$block" "$language") > "$block/output" 2> "$block/errors" && prints_promised "$block/expected" "$block/output"; then
      result=ok
      passed=$((passed + 1))
    else
      result=FAILED
      failed=$((failed + 1))
    fi
    echo "$1:$(expr "${where%%-*}" + 0) $language $result"
    [ $result = ok ] || sed 's/^/  /' "$block/output" "$block/errors"
  done
}

for document in $documents; do
  MEET_URL=$url/external-api/v1.0
  run_document "$document" "$work/$(basename "$document" .md)"
done

echo "once more, through a proxy that refuses requests and loses answers"
python3 tools/bad_weather.py "${url#http://}" > "$work/proxy" &
proxy=$!
trap 'kill "$proxy" 2>/dev/null || true; wait "$proxy" 2>/dev/null || true; stop_demo; rm -rf "$work"' EXIT
until [ -s "$work/proxy" ]; do kill -0 "$proxy" && sleep 0.1; done
for document in $documents; do
  grep -qE '^```[a-z]+ [a-z]' "$document" || continue
  MEET_URL=$(cat "$work/proxy")/external-api/v1.0
  run_document "$document" "$work/$(basename "$document" .md)-in-bad-weather"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] || grep level=ERROR "$work/err" >&2 || true
[ $failed = 0 ] && [ $passed -gt 0 ]
