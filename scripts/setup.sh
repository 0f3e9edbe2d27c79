# shellcheck shell=sh
# Shared by the other scripts: `. scripts/setup.sh` in the repository's own folder, under `set -eu`.
# Installs only what is missing, and says what before it does.

# attt runs on Python's venv; nmap scans; Pango, HarfBuzz and Liberation fonts write the PDFs.
# Debian 12's fonts-liberation has no Vietnamese letters; there they come with fonts-liberation2.
case "$(. /etc/os-release 2>/dev/null && echo "$ID $VERSION_ID")" in
    "debian 12") FONTS=fonts-liberation2 ;;
    *) FONTS=fonts-liberation ;;
esac
# shellcheck disable=SC2034 # used by the scripts that read this file
RUN_PACKAGES="python3-venv nmap libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 $FONTS"

say() { # VIETNAMESE ENGLISH
    printf '%s\n%s\n' "==> $1" "    $2"
}

stop() { # VIETNAMESE ENGLISH
    printf '%s\n%s\n' "LỖI: $1" "ERROR: $2" >&2
    exit 2
}

missing_packages() { # PACKAGE...
    for package; do
        case "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :)" in
            installed) ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

install_packages() { # PACKAGE...
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        stop "Máy này không dùng apt. Hãy tự cài các gói tương đương với: $*, rồi xem README." \
            "This machine does not use apt. Install what corresponds to: $*; then see README."
    fi
    wanted=$(missing_packages "$@")
    [ -n "$wanted" ] || return 0
    say "Sẽ cài các gói hệ thống còn thiếu: $wanted" "Will install the missing system packages: $wanted"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        stop "Cần quyền root hoặc sudo để cài: $wanted" "Root or sudo is needed to install: $wanted"
    fi
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends $wanted </dev/null
}

check_python() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop \
        "Cần Python 3.11 trở lên; máy này có $(python3 -V 2>&1)." \
        "Python 3.11 or later is needed; this machine has $(python3 -V 2>&1)."
}

stamp_of() { # LOCK: what the environment depends on
    { sha256sum "$1" requirements-build.lock scripts/setup.sh; python3 -V; pwd; } 2>&1
}

make_environment() { # LOCK
    check_python
    stamp=".venv/$1.installed"
    if [ -x .venv/bin/attt ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(stamp_of "$1")" ] &&
        .venv/bin/python -c 'import attt' 2>/dev/null; then
        return 0
    fi
    say "Sẽ cài các thư viện Python trong $1 (đúng mã băm) vào thư mục .venv" \
        "Will install the Python libraries of $1 (by their hashes) into the folder .venv"
    if [ -e "$stamp" ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        rm -rf .venv
        python3 -m venv .venv
    fi
    # python-nmap is published as source only: it is built here, with the locked setuptools.
    install_locked --only-binary :all: -r requirements-build.lock
    install_locked --no-build-isolation --use-pep517 -r "$1"
    link_project
    stamp_of "$1" >"$stamp"
}

install_locked() { # OPTION...
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        --require-hashes "$@" </dev/null
}

# The project runs from its own folder: a path file and a starter need no build and no download.
link_project() {
    pwd >"$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/attt.pth"
    cat >.venv/bin/attt <<'STARTER'
#!/bin/sh
'''exec' "${0%/*}/python" "$0" "$@"
' '''
from attt.cli.main import main

main()
STARTER
    chmod 755 .venv/bin/attt
}
