#!/bin/sh
# Generates clients of openapi.yaml, compiles them, and has each get a token, make a room, list, read and change it, and be told by
# typed errors of a wrong secret and a bad value, from a server of its own (docs/generators.md).
# usage: tools/generators.sh NAME ... (directories of tools/generators)
set -eu

# As in the Makefile: what a module needs is fetched, a newer Go too.
export GOTOOLCHAIN=auto
tools/install.sh node python java
for name in "$@"; do
  case $name in
    java | kotlin) tools/install.sh mvn ;;
    rust) tools/install.sh cargo cc ;;
    php) tools/install.sh php ;;
  esac
done

port=18083
. tools/with_demo.sh

value() { sed -n "s/.*\"$1\": \"\\([^\"]*\\)\".*/\\1/p" "$work/data/demo/application.json"; }
tools=$PWD/tools/generators
export MEET_URL=http://127.0.0.1:$port/external-api/v1.0 USER_EMAIL=user@example.com
CLIENT_ID=$(value client_id)
CLIENT_SECRET=$(value client_secret)
# What `run` in each directory finds: the specification, and the tools that several need.
export CLIENT_ID CLIENT_SECRET SPECIFICATION="$PWD/openapi.yaml" BIN="$tools/node_modules/.bin" PYTHONPATH="$tools/.python"
export OPENAPI_GENERATOR="java -jar $tools/.python/openapi_generator_cli/openapi-generator.jar generate -i $SPECIFICATION --global-property apiDocs=false,modelDocs=false,apiTests=false,modelTests=false"
export TSC="$BIN/tsc --strict --target es2022 --module nodenext --skipLibCheck --outDir out"
ln -s "$tools/node_modules" "$work/node_modules"

passed=0
failed=0
for name in "$@"; do
  cp -r "$tools/$name" "$work/$name"
  if (cd "$work/$name" && sh -euc '. ./run') > "$work/$name.log" 2>&1; then
    echo "$name ok"
    passed=$((passed + 1))
  else
    echo "$name FAILED"
    sed 's/^/  /' "$work/$name.log"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
