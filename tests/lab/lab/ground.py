"""What this machine must offer before it can boot a host."""

import os
import shutil

from lab import cgroup

PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "unshare": "util-linux",
}


def lacking() -> str | None:
    """The first thing that is not here, in words, or None where a host can boot."""
    if os.geteuid() != 0:
        return "the lab boots real hosts, which needs root"
    for program, package in PROGRAMS.items():
        if shutil.which(program) is None:
            return f"the lab needs {program} (package {package})"
    if not cgroup.hierarchies():
        return "the lab needs a writable cgroup tree (/sys/fs/cgroup)"
    return None
