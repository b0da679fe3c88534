#!/bin/sh
# What the tests of SPARQL servers need and the package does not: Virtuoso 7 from Debian.
# Run as root, or with sudo on the PATH.
set -eu
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if ! command -v virtuoso-t >/dev/null; then
  $as_root apt-get update -q
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    virtuoso-opensource-7
fi
