#!/bin/sh
# Tries the two commands where nothing is installed:  sh scripts/bare.sh demo|test [SUITE...]
# Makes a minimal Debian of each SUITE (bookworm, trixie), copies this repository into it and runs
# scripts/demo.sh or scripts/test.sh there, without a terminal. Needs root, mmdebstrap and git.
# With ATTT_BARE_WORKTREE=1 the files as they lie here are taken instead of a fresh clone.
set -eu
cd "$(dirname "$0")/.."
cache=${ATTT_LAB_CACHE:-/var/tmp/attt-lab}
job=${1:?demo or test}
shift
[ $# -gt 0 ] || set -- bookworm trixie

# shellcheck disable=SC2016 # these are apt's own names
mirror() {
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' |
        sed -n 's/ Debian Debian$//p' | head -n 1
}

minimal_root() { # SUITE: a tar of it, made once
    tar=$cache/bare-$1.tar
    [ -e "$tar" ] && return 0
    # shellcheck disable=SC2046 # no word where apt has no mirror of Debian
    mmdebstrap --quiet --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        "$1" "$tar.draft.tar" $(mirror)
    mv "$tar.draft.tar" "$tar"
}

copy_repository() { # FOLDER
    if [ "${ATTT_BARE_WORKTREE:-}" = 1 ]; then
        mkdir -p "$1"
        git ls-files -co --exclude-standard | while read -r file; do [ ! -e "$file" ] || echo "$file"; done |
            tar -c -T - | tar -x -C "$1" --no-same-owner
    else
        git clone --quiet --no-hardlinks . "$1"
    fi
}

# What this machine needs to reach its mirrors is copied at run time, never written down here.
copy_access() { # ROOT
    cp /etc/resolv.conf "$1/etc/resolv.conf" 2>/dev/null || :
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$1/etc/pip.conf"
    [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$1/ca.crt"
}

# Runs inside private mount and process namespaces, which take everything with them when they end.
# shellcheck disable=SC2016 # expanded inside
INSIDE='
set -eu
mount --bind "$1" "$1"
mount --rbind /sys "$1/sys"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/run"
exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin CI="$3" $(env | grep -E "^(PYTEST_ADDOPTS|PIP_[A-Z_]*(URL|HOST|TIMEOUT|RETRIES)|https?_proxy|no_proxy)=") \
    PIP_CERT=/ca.crt \
    chroot "$1" setsid -w sh "/opt/attt/scripts/$2.sh" <&-
'

mkdir -p "$cache"
chmod 0700 "$cache"
failed=0
for suite; do
    minimal_root "$suite"
    root=$(mktemp -d "$cache/bare-$suite.XXXXXX")
    chmod 755 "$root"
    trap 'rm -rf --one-file-system "$root"' EXIT
    tar -x -C "$root" -f "$cache/bare-$suite.tar"
    copy_repository "$root/opt/attt"
    copy_access "$root"
    for round in 1 2; do
        begun=$(date +%s)
        code=0
        unshare --mount --propagation private --pid --fork --kill-child \
            sh -c "$INSIDE" sh "$root" "$job" "${CI:-}" || code=$?
        echo "bare: $suite: scripts/$job.sh, round $round: exit $code after $(($(date +%s) - begun)) s"
        [ "$code" -eq 0 ] || failed=1
    done
    rm -rf --one-file-system "$root"
    trap - EXIT
done
exit "$failed"
