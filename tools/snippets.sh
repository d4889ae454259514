#!/bin/sh
# Runs every fenced block of docs/callers.md against a server of its own, in an empty data directory. A block fails when its
# exit status is not 0, or when it does not print what its lines that begin with `#> ` say; one without such lines creates a
# room, and has to print the room's UUID. Blocks in `sh` go on where those before them ended, as in one terminal.
set -eu

# As in the Makefile: what a module needs is fetched, a newer Go too.
export GOTOOLCHAIN=auto
document=docs/callers.md
tools/install.sh curl openssl python3 node java

. tools/with_demo.sh

value() { sed -n "s/.*\"$1\": \"\\([^\"]*\\)\".*/\\1/p" "$work/data/demo/application.json"; }
MEET_URL=$url/external-api/v1.0
CLIENT_ID=$(value client_id)
CLIENT_SECRET=$(value client_secret)
USER_EMAIL=user@example.com
COLLEAGUE_EMAIL=colleague@example.com
CLIENT_KEY=$work/client.pem
export MEET_URL CLIENT_ID CLIENT_SECRET USER_EMAIL COLLEAGUE_EMAIL CLIENT_KEY

# Whom the operator knows.
EXTERNAL_API_DATA="$work/data" bin/meet-external-api user create --email "$COLLEAGUE_EMAIL" > /dev/null
# What the operator does with the public key of an application.
openssl genpkey -algorithm RSA -out "$CLIENT_KEY" 2>/dev/null
openssl pkey -in "$CLIENT_KEY" -pubout -out "$work/client.pub.pem"
EXTERNAL_API_DATA="$work/data" bin/meet-external-api application update "$CLIENT_ID" --public-keys "$work/client.pub.pem" > /dev/null

# A directory for each block, named by the line where it begins and its language.
awk -v work="$work" '
  !/^```/ { if (block) print > block; next }
  block { close(block); block = ""; next }
  { name = sprintf("%s/block-%04d-%s", work, NR, substr($0, 4)); system("mkdir " name); block = name "/block" }
' "$document"

# run_block DIRECTORY LANGUAGE
run_block() {
  cd "$1" && case $2 in
    # shellcheck disable=SC2016
    sh) sh -euc '. "$1" > /dev/null; . "$2"' sh "$work/before" ./block ;;
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
: > "$work/before"
for block in "$work"/block-*; do
  where=${block##*/block-}
  language=${where#*-}
  cp "$block/block" "$block/source"
  sed -n 's/^#> //p' "$block/block" > "$block/expected"
  if (run_block "$block" "$language") > "$block/output" 2> "$block/errors" && prints_promised "$block/expected" "$block/output"; then
    result=ok
    passed=$((passed + 1))
    [ "$language" != sh ] || cat "$block/source" >> "$work/before"
  else
    result=FAILED
    failed=$((failed + 1))
  fi
  echo "$document:$(expr "${where%%-*}" + 0) $language $result"
  [ $result = ok ] || sed 's/^/  /' "$block/output" "$block/errors"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
