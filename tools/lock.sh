#!/bin/sh
# Writes the lock files: what Naru runs on, what builds it, what it is tested with (all three together), and what looks at them.
#
# --universal keeps one file for every Python from 3.11 and every platform; hashes of all published files are named.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-annotate --no-config --custom-compile-command "make lock" "$@" >/dev/null
}
compile pyproject.toml -o requirements/run.txt
compile --group build -c requirements/run.txt -o requirements/build.txt
compile pyproject.toml --group build --group dev -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt
compile --group supply -o requirements/supply.txt
