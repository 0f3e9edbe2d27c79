#!/bin/sh
# Style, types and who may import whom; needs the environment that scripts/test.sh makes.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff check .
$bin/ruff format --check .
$bin/mypy
$bin/lint-imports
