#!/bin/sh
# Downloads a pinned release of PostgreSQL into .postgres, for machines on which none is installed. No root is needed.
set -eu

version=17.11.0
# From Maven Central, with SHA-256.
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-amd64 sum=0dd7b72b6f335b8ecfb355fa24c5781e8a93edd09880bb77eb52ebbf29b3e96d ;;
  Linux-aarch64) platform=linux-arm64v8 sum=8b042e0ea418b1927d95399207950da0734d27fe01e29503ade3bdc464ad4c2b ;;
  Darwin-arm64) platform=darwin-arm64v8 sum=a1c2786acb0c398f9b2d76806fc52f5dc8b222cbc8e9383a9b9702084daaf3a5 ;;
  Darwin-x86_64) platform=darwin-amd64 sum=d464ff178e9860ba204662ac23fa547504b7fd392392ff2fb92e3fd73b5bdb64 ;;
  *) platform= ;;
esac

# fail WHY
fail() {
  echo "there is no PostgreSQL, and none could be downloaded ($1): install one" \
    "(Debian and Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql@17)" >&2
  exit 1
}

[ ! -x .postgres/bin/initdb ] || exit 0
[ -n "$platform" ] || fail "not for $(uname -s) on $(uname -m)"
needed="curl openssl unzip"
[ "$(uname -s)" != Linux ] || needed="$needed xz" # which tar takes; that of macOS needs no other program
# shellcheck disable=SC2086
tools/install.sh $needed || fail "without these programs"
new=$(mktemp -d .postgres.new-XXXXXX)
trap 'rm -rf "$new"' EXIT
echo "downloading PostgreSQL $version for $platform" >&2
name=embedded-postgres-binaries-$platform
curl -sSfL --connect-timeout 20 -o "$new/archive" "https://repo1.maven.org/maven2/io/zonky/test/postgres/$name/$version/$name-$version.jar" ||
  fail "see the line above"
[ "$(openssl dgst -sha256 -r "$new/archive" | cut -d ' ' -f 1)" = "$sum" ] || fail "what came is not what was pinned"
mkdir "$new/postgres"
unzip -p "$new/archive" 'postgres-*.txz' | tar -xJf - -C "$new/postgres"
chmod -R go+rX "$new/postgres"
mv "$new/postgres" .postgres
