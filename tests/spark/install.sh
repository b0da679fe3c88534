#!/bin/sh
# What the tests of Spark need and pip does not bring: Java 17 from Debian.
# Run as root, or with sudo on the PATH.
set -eu
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if ! command -v java >/dev/null; then
  $as_root apt-get update -q
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    openjdk-17-jre-headless
fi
