# To be sourced: serves what `make run` serves, in an empty data directory, on the port in $port or a free one, until the
# script ends. Sets: url, where it is served; work, a temporary directory, with the data in data, and what was printed in out and err; run, the process.
work=$(mktemp -d)
: > "$work/out"
run=
stop_demo() {
  [ -z "$run" ] || { kill -TERM "$run" 2>/dev/null && wait "$run" || true; }
  run=
}
trap 'stop_demo; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# Not as a part of a make that runs several of these at once, and keeps back what each says.
MAKEFLAGS='' EXTERNAL_API_DATA="$work/data" EXTERNAL_API_LISTEN="127.0.0.1:${port:-0}" EXTERNAL_API_OPERATIONS_LISTEN=127.0.0.1:0 \
  make --no-print-directory run > "$work/out" 2> "$work/err" &
run=$!
tries=0
until grep -q 'Ctrl-C stops it' "$work/out"; do
  tries=$((tries + 1))
  if [ $tries -gt 6000 ] || ! kill -0 "$run" 2>/dev/null; then
    cat "$work/out" "$work/err" >&2
    exit 1
  fi
  sleep 0.1
done
url=$(sed -n 's|^Ready\..* \(http://[^/]*\)/.*|\1|p' "$work/out")
