#!/bin/sh
# Makes the pictures of docs/applications.md anew: the console of a server that has been in use, in a browser.
set -eu

export GOTOOLCHAIN=auto
tools/install.sh chromium postgres
mkdir -p docs/images
SCREENSHOTS=$PWD/docs/images go test -count=1 -run '^TestScreenshots$' ./cmd/meet-external-api
chmod 644 docs/images/*.png
ls -l docs/images
