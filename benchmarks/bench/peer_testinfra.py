"""Forty checks a host by pytest-testinfra over its paramiko backend, host after host.

`python peer_testinfra.py PORT USER KEY ADDRESS…`, in an environment that has testinfra.
What the checks find is not looked at: here only the asking is compared.
"""

import contextlib
import sys
import tempfile
from collections.abc import Callable

import testinfra

FILES = ("/etc", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/ssh",
         "/etc/ssh/sshd_config", "/etc/crontab", "/etc/cron.d", "/etc/cron.daily")  # fmt: skip
SSHD = ("permitrootlogin", "permitemptypasswords", "maxauthtries", "x11forwarding", "ciphers",
        "logingracetime")  # fmt: skip
SYSCTLS = ("net.ipv4.conf.all.accept_redirects", "net.ipv4.conf.all.send_redirects",
           "net.ipv4.conf.all.accept_source_route", "net.ipv4.tcp_syncookies",
           "net.ipv4.ip_forward", "kernel.randomize_va_space", "kernel.kptr_restrict",
           "fs.suid_dumpable")  # fmt: skip
USERS = ("root", "daemon", "bin", "nobody")
PACKAGES = ("openssh-server", "passwd", "telnetd", "rsh-server")
SERVICES = ("ssh", "rsyslog", "cron")
SOCKETS = ("tcp://0.0.0.0:22", "tcp://0.0.0.0:23", "tcp://0.0.0.0:21")
CHECKS = 40
MOUNTS = ("/tmp", "/dev/shm")


def checks(host: testinfra.host.Host) -> list[Callable[[], object]]:
    """The forty checks of one host."""
    return [
        *(lambda p=path: (host.file(p).mode, host.file(p).user) for path in FILES),
        *(lambda w=word: host.run("/usr/sbin/sshd -T | grep -i ^%s", w) for word in SSHD),
        *(lambda n=name: host.sysctl(n) for name in SYSCTLS),
        *(lambda n=name: host.user(n).exists and host.user(n).shell for name in USERS),
        *(lambda n=name: host.package(n).is_installed for name in PACKAGES),
        *(lambda n=name: host.run("systemctl is-active %s", n) for name in SERVICES),
        *(lambda o=one: host.socket(o).is_listening for one in SOCKETS),
        *(lambda p=path: host.mount_point(p).exists for path in MOUNTS),
    ]


def main() -> None:
    """Every host, forty checks each."""
    port, user, key, *addresses = sys.argv[1:]
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
        config.write(f"Host *\n  StrictHostKeyChecking no\n  IdentityFile {key}\n")
        config.flush()
        for address in addresses:
            host = testinfra.get_host(f"paramiko://{user}@{address}:{port}", ssh_config=config.name)
            asked = checks(host)
            if len(asked) != CHECKS:
                raise SystemExit(f"{len(asked)} checks")
            for check in asked:
                # What is not there on this machine makes a check fail; it was asked all the same.
                with contextlib.suppress(AssertionError, RuntimeError, ValueError):
                    check()
    print(len(addresses), "hosts")


if __name__ == "__main__":
    main()
