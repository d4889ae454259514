#!/bin/sh
# Downloads a pinned PostgreSQL into .postgres, for machines on which none can be installed. No root is needed.
set -eu

version=17.10.0-beta.17
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-x64 sum=hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg== ;;
  Linux-aarch64) platform=linux-arm64 sum=mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig== ;;
  Darwin-arm64) platform=darwin-arm64 sum=E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ== ;;
  Darwin-x86_64) platform=darwin-x64 sum=gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg== ;;
  *) echo "no PostgreSQL to download for $(uname -s) on $(uname -m): install one" >&2; exit 1 ;;
esac

[ ! -x .postgres/bin/initdb ] || exit 0
new=$(mktemp -d .postgres.new-XXXXXX)
trap 'rm -rf "$new"' EXIT
echo "downloading PostgreSQL $version for $platform" >&2
curl -sSfL -o "$new/archive.tgz" "https://registry.npmjs.org/@embedded-postgres/$platform/-/$platform-$version.tgz"
actual=$(openssl dgst -sha512 -binary "$new/archive.tgz" | openssl base64 -A)
if [ "$actual" != "$sum" ]; then
  echo "the download is not the one that was pinned: nothing was installed" >&2
  exit 1
fi
tar -xzf "$new/archive.tgz" -C "$new"
# Archives of this registry cannot hold symbolic links; a list of pairs in JSON stands in for them.
tr '}' '\n' < "$new/package/native/pg-symlinks.json" |
  sed -n 's/.*"source":"native\/\([^"]*\)","target":"native\/\([^"]*\)".*/\1 \2/p' |
  while read -r source target; do
    ln -s "$(basename "$source")" "$new/package/native/$target"
  done
chmod -R go+rX "$new/package/native"
chmod +x "$new"/package/native/bin/*
mv "$new/package/native" .postgres
