#!/bin/sh
# What the browser tests need and the package does not: Chromium and CJK fonts from Debian,
# axe-core from npm. Run as root, or with sudo on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if ! command -v chromium >/dev/null || ! fc-list 2>/dev/null | grep -qi cjk; then
  $as_root apt-get update -q
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium fonts-noto-cjk
fi
if [ ! -f "$here/.axe/package/axe.min.js" ]; then
  mkdir -p "$here/.axe"
  cd "$here/.axe"
  npm pack --silent axe-core@4 >/dev/null
  tar -xzf axe-core-*.tgz package/axe.min.js package/LICENSE
  rm -f axe-core-*.tgz
fi
