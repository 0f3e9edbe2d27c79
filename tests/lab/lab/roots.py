"""Root file systems, made once by mmdebstrap and never written to again: a host's writes go to memory."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUITES = {
    "debian-11": "bullseye",
    "debian-12": "bookworm",
    "debian-12-opinion": "bookworm",
    "debian-12-services": "bookworm",
    "debian-13": "trixie",
    "debian-13-opinion": "trixie",
    "debian-13-services": "trixie",
}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PACKAGES = (
    "apt",
    "auditd",
    "busybox",
    "chrony",
    "cron",
    "dbus",
    "fish",
    "iproute2",
    "kmod",
    "libpam-modules",
    "libpam-pwquality",
    "logrotate",
    "nftables",
    "openssh-server",
    "passwd",
    "procps",
    "rsyslog",
    "sudo",
    "systemd",
    "systemd-sysv",
    "tcsh",
    "unattended-upgrades",
    "vsftpd",
    "zsh",
)
# What servers are for: all of it installed, none of it started (`NAME-services`).
SERVICES = (
    "acl",
    "aide",
    "apache2",
    "bacula-fd",
    "bind9",
    "borgbackup",
    "clamav-daemon",
    "dnsmasq",
    "docker.io",
    "fail2ban",
    "haproxy",
    "isc-dhcp-server",
    "keepalived",
    "libcap2-bin",
    "libnss-sss",
    "libpam-google-authenticator",
    "libpam-oath",
    "libpam-radius-auth",
    "libpam-sss",
    "libpam-u2f",
    "mariadb-server",
    "nfs-kernel-server",
    "nginx",
    "postfix",
    "postgresql",
    "proftpd-core",
    "prometheus-node-exporter",
    "redis-server",
    "restic",
    "rsyslog-gnutls",
    "samba",
    "snmpd",
    "sssd",
    "sysstat",
    "ufw",
    "unbound",
    "zabbix-agent",
)
# Other auditors, whose findings docs/second-opinion.md sets beside ours; most of SSG's content
# applies only where `linux-base` is, which every kernel package brings along.
AUDITORS = ("linux-base", "lynis", "openscap-scanner", "ssg-debian")
ADDED = {
    "debian-12-opinion": AUDITORS,
    "debian-13": ("libpam-lastlog2", "libpam-wtmpdb", "lastlog2", "wtmpdb"),
    "debian-13-opinion": (*AUDITORS, "libpam-lastlog2", "libpam-wtmpdb", "lastlog2", "wtmpdb"),
    "debian-12-services": SERVICES,
    "debian-13-services": (*SERVICES, "libpam-lastlog2", "libpam-wtmpdb", "lastlog2", "wtmpdb"),
}
BESIDES = {"proftpd-core": "vsftpd"}  # a host has one FTP server
# Without it the mail server has no configuration at all.
ANSWERS = "postfix postfix/main_mailer_type select Local only"
FILES = {
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost\n",
    "etc/nftables.conf": """#!/usr/sbin/nft -f
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    meta l4proto { 1, 58 } accept
    tcp dport 22 accept
  }
  chain forward { type filter hook forward priority filter; policy drop; }
  chain output { type filter hook output priority filter; policy accept; }
}
""",
    # No host may set this machine's clock (-x); it counts as synchronised without a network.
    "etc/chrony/conf.d/lab.conf": "local stratum 8\n",
    "etc/default/chrony": 'DAEMON_OPTS="-F 1 -x"\n',
    "etc/systemd/system/chrony.service.d/lab.conf": "[Unit]\nConditionCapability=\n",
    # Each host has keys of its own, made at boot as an installation would.
    "etc/systemd/system/lab-host-keys.service": """[Unit]
Description=Host keys of this lab host
DefaultDependencies=no
Before=ssh.service
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
[Install]
WantedBy=multi-user.target
""",
}
ENABLED = {
    "sysinit.target.wants/nftables.service": "/lib/systemd/system/nftables.service",
    "multi-user.target.wants/lab-host-keys.service": "/etc/systemd/system/lab-host-keys.service",
}
# What writes by itself, at times of its own, would blur the promise that an audit writes nothing.
MASKED = (
    "apt-daily-upgrade.timer",
    "apt-daily.timer",
    "console-getty.service",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "fstrim.timer",
    "logrotate.timer",
    "man-db.timer",
)
# Installed for the tests that turn them on: these do not start by themselves.
OFF = ("audit-rules.service", "auditd.service", "unattended-upgrades.service", "vsftpd.service")
# mmdebstrap copies the first two from this machine; keys are made at boot.
REMOVED = ("etc/hostname", "etc/resolv.conf", "etc/ssh/ssh_host_*")


def cache() -> Path:
    """The folder that keeps roots, owned by root and closed to others."""
    folder = Path(os.environ.get("ATTT_LAB_CACHE", "/var/tmp/attt-lab"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.lstat().st_uid != 0 or folder.is_symlink():
        raise RuntimeError(f"{folder} belongs to somebody else: set ATTT_LAB_CACHE")
    return folder


def root(name: str) -> Path:
    """The root of one of SUITES, made now where it is not there yet."""
    path = cache() / f"{name}-{_digest(name)}"
    with _locked(cache() / f"{name}.lock"):
        if not path.is_dir():
            _make(name, path)
    return path


def mirror(suite: str) -> tuple[str, ...]:
    """The mirror that this machine's own apt uses for Debian; none leaves the choice to mmdebstrap."""
    form = "$(REPO_URI) $(ORIGIN) $(LABEL)"
    words = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    answer = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    lines = [line.split() for line in answer.splitlines()]
    found = [line[0] for line in lines if line[1:] == ["Debian", "Debian"]]
    return (suite, found[0]) if found else (suite,)


def _make(name: str, path: Path) -> None:
    draft = path.with_name(f"{path.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    packages = ",".join(_packages(name))
    words = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={packages}"]
    answers = f'echo {ANSWERS} | chroot "$1" debconf-set-selections'
    suite, *rest = mirror(SUITES[name])
    hook = f"--essential-hook={answers}"
    command = [*words, hook, f"--keyring={KEYRING}", suite, str(draft), *rest]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"mmdebstrap could not make {name}:\n{done.stderr[-2000:]}")
    plain = "-".join(name.split("-")[:2])
    if plain != name:
        _quieten(draft, root(plain))
    _furnish(draft)
    draft.rename(path)


def _packages(name: str) -> list[str]:
    added = ADDED.get(name, ())
    left_out = {BESIDES[one] for one in added if one in BESIDES}
    return [one for one in PACKAGES if one not in left_out] + list(added)


def _quieten(services: Path, plain: Path) -> None:
    """Let nothing start by itself that does not in the plain root of the same release."""
    for pattern in ("etc/systemd/system/*.*/*", "etc/rc?.d/S*"):
        for link in services.glob(pattern):
            name = link.relative_to(services)
            if link.is_symlink() and not (plain / name).is_symlink():
                link.unlink()


def _furnish(root: Path) -> None:
    for pattern in REMOVED:
        for path in root.glob(pattern):
            path.unlink()
    for file, text in FILES.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for link, target in ENABLED.items():
        path = root / "etc/systemd/system" / link
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    for unit in OFF:
        # Path.glob leaves out links whose target is inside the root alone: take the folders.
        for folder in root.glob("etc/systemd/system/*.wants"):
            (folder / unit).unlink(missing_ok=True)
    for unit in MASKED:
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")


def _digest(name: str) -> str:
    recipe = repr((SUITES[name], _packages(name), ANSWERS, FILES, ENABLED, MASKED, OFF, REMOVED))
    return hashlib.sha256(recipe.encode()).hexdigest()[:12]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
