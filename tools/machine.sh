#!/bin/sh
# Sees that this machine has what the Makefile cannot install with pip, and installs it with apt when it may.
#
#   tools/machine.sh run     Python 3.11 or later that can make a virtual environment (for `make demo`)
#   tools/machine.sh test    the above, and chromium and fonts with Korean and Chinese (for `make test`)
#
# Says nothing and takes no time when nothing is missing. PYTHON names another interpreter than python3.
set -eu

python=${PYTHON:-python3}
wanted=${1:-run}
missing=""

if ! command -v "$python" >/dev/null 2>&1; then
    missing="$missing python3 python3-venv"
elif ! "$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))'; then
    echo "Naru needs Python 3.11 or later; $python is $("$python" -V 2>&1)." >&2
    echo "Install a newer one and name it: make PYTHON=python3.12" >&2
    exit 1
elif [ ! -x .venv/bin/python ] && ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    # Debian keeps ensurepip in a package of its own.
    missing="$missing python3-venv"
fi

if [ "$wanted" = test ]; then
    command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
    # The noto-cjk package's own files: asking fontconfig would need another package.
    [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
fi

[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "This machine lacks:$missing" >&2
    echo "Install them as root, then run make again:  apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing with apt:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# $missing is a list of names: it must split. Package lists are fetched only if the install fails without them.
# shellcheck disable=SC2086
if ! apt-get install -y -qq --no-install-recommends $missing >"$log" 2>&1 &&
    ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "apt could not install:$missing (its last words stand above). Install them by hand, then run make again." >&2
    exit 1
fi
