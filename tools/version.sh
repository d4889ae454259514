#!/bin/sh
# Prints the version of this checkout: that of the newest release (the newest "## [X.Y.Z]" of CHANGELOG.md), exactly so on the commit that
# brought its heading, which is the release; else X.Y.Z+N.gCOMMIT, N commits later; with .dirty where not all is committed. Outside of git:
# development. In a shallow clone that may lack the release, N is unknown and left out.
#
# usage: tools/version.sh             the version
#        tools/version.sh release     the commit of the last release that this checkout comes after: what upgrades come from, and what
#                                     openapi.yaml is compared with. Empty: there is none.
#
# Tags play no part: a clone may lack them.
set -eu
cd "$(dirname "$0")/.."

# On a distant mount, or as another user than the owner, git may refuse the repository: that is as none.
if ! head=$(git rev-parse --verify --quiet HEAD 2>/dev/null) || [ ! -e .git ]; then
  [ "${1:-}" = release ] && { echo "tools/version.sh: not a checkout of git" >&2; exit 1; }
  echo development
  exit
fi

versions() { git show HEAD:CHANGELOG.md | sed -n 's/^## \[\([0-9]*\.[0-9]*\.[0-9]*\)\].*/\1/p'; }

# commit VERSION prints the commit that brought the heading of a version, and fails where the history ends before one that surely did.
commit() {
  found=$(git log -S"## [$1]" --reverse --format=%H -- CHANGELOG.md | head -n 1)
  shallow=$(git rev-parse --git-path shallow)
  [ ! -f "$shallow" ] || ! grep -q "^$found" "$shallow" || return 1
  echo "$found"
}

changed=$(git status --porcelain)

if [ "${1:-}" = release ]; then
  for version in $(versions); do
    found=$(commit "$version") || { echo "tools/version.sh: the history is cut off: git fetch --unshallow" >&2; exit 1; }
    if [ "$found" != "$head" ] || [ -n "$changed" ]; then
      echo "$found"
      exit
    fi
  done
  exit
fi

version=$(versions | head -n 1)
if ! found=$(commit "$version"); then
  version="$version+g$(git rev-parse --short=12 HEAD)"
elif [ "$found" != "$head" ]; then
  version="$version+$(git rev-list --count "$found..HEAD").g$(git rev-parse --short=12 HEAD)"
elif [ -n "$changed" ]; then
  version="$version+0.g$(git rev-parse --short=12 HEAD)"
fi
[ -z "$changed" ] || version="$version.dirty"
echo "$version"
