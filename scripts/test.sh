#!/bin/sh
# Installs what tests need, then checks and tests everything. Options go to pytest.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

# systemd-container boots real hosts, mmdebstrap makes their file systems, debian-archive-keyring
# proves these are Debian's, iproute2 gives them a network, openssh-client logs in with the system's
# own ssh, sudo is what local tests of privilege use, poppler-utils reads the PDFs back.
TEST_PACKAGES="systemd-container mmdebstrap debian-archive-keyring iproute2 openssh-client sudo poppler-utils"

# shellcheck disable=SC2086 # lists of words
install_packages $RUN_PACKAGES $TEST_PACKAGES
make_environment requirements-dev.lock

sh scripts/check.sh
exec .venv/bin/python -m pytest -n 2 "$@" </dev/null
