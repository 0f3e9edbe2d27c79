#!/bin/sh
# Installs what tests need, then checks and tests everything. Options go to pytest.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

# systemd-container boots real hosts, mmdebstrap makes their file systems, debian-archive-keyring
# proves these are Debian's, iproute2 gives them a network, openssh-client logs in with the system's
# own ssh, openssh-server is an sshd on loopback for tests of the transport, sudo is for tests of
# privilege, busybox is one more shell that collection must work in, nftables drops what a scan must not see,
# poppler-utils reads PDFs back.
TEST_PACKAGES="systemd-container mmdebstrap debian-archive-keyring iproute2 openssh-client \
openssh-server sudo busybox nftables poppler-utils"

# Tests start an sshd of their own on loopback: this machine must not open a door because of them.
keep_sshd_off() {
    if [ -d /run/systemd/system ] && [ -n "$(missing_packages openssh-server)" ]; then
        say "Dịch vụ SSH của máy này sẽ không được bật (systemctl unmask ssh để bật lại)." \
            "The SSH service of this machine will stay off (systemctl unmask ssh to allow it)."
        as_root systemctl mask ssh.service ssh.socket
    fi
}

keep_sshd_off
# shellcheck disable=SC2086 # lists of words
install_packages $RUN_PACKAGES $TEST_PACKAGES
make_environment requirements-dev.lock

sh scripts/check.sh
exec .venv/bin/python -m pytest -n 2 "$@" </dev/null
