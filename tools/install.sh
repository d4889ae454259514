#!/bin/sh
# Makes sure that programs are there: installs Debian's packages where it may, else says in one line what is missing.
# usage: tools/install.sh postgres|chromium|node|python|cc|java|curl ...
set -eu

present() {
  case $1 in
    postgres) [ -n "${EXTERNAL_API_POSTGRES_BIN:-}" ] || [ -x .postgres/bin/initdb ] || command -v initdb ||
      ls /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql@*/bin/initdb /usr/local/opt/postgresql@*/bin/initdb ;;
    chromium) command -v chromium ;;
    node) command -v npm ;;
    python) python3 -m pip --version ;;
    systemd) command -v systemd-analyze ;;
    pgbouncer | haproxy) command -v "$1" || [ -x "/usr/sbin/$1" ] ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

packages() {
  case $1 in
    postgres) echo postgresql ;;
    mvn) echo maven ;;
    php) echo php-cli php-curl php-mbstring php-guzzlehttp-guzzle ;;
    node) echo nodejs npm ;;
    python) echo python3 python3-pip ;;
    cc) echo gcc libc6-dev ;;
    xz) echo xz-utils ;;
    java) echo default-jdk-headless ;;
    *) echo "$1" ;;
  esac
}

missing=""
for program in "$@"; do
  present "$program" || missing="$missing $(packages "$program")"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing$missing"
  # shellcheck disable=SC2086
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    exit 0
  fi
fi
echo "missing: install$missing (Debian and Ubuntu: sudo apt-get install$missing)" >&2
exit 1
