"""A cgroup of its own for each host.

Two hosts in one cgroup would take each other's services for their own and end them: systemd
names cgroups by unit, and both have a `system.slice/ssh.service`.
"""

import os
from pathlib import Path

TREE = Path("/sys/fs/cgroup")


def hierarchies() -> tuple[Path, ...]:
    """The trees in which systemd keeps its units here: v2 alone, or v1's named one and v2 beside it."""
    if (TREE / "cgroup.procs").exists():
        candidates = [TREE]
    else:
        candidates = [TREE / "systemd", TREE / "unified"]
    return tuple(
        path for path in candidates if (path / "cgroup.procs").exists() and _writable(path)
    )


def create(name: str, pid: int) -> tuple[Path, ...]:
    """Put process `pid` into a fresh cgroup of that name in each hierarchy."""
    made = []
    for tree in hierarchies():
        path = tree / name
        path.mkdir()
        (path / "cgroup.procs").write_text(str(pid))
        made.append(path)
    return tuple(made)


def remove(name: str) -> bool:
    """Remove the cgroup and all below it; False where something still lives in there."""
    for tree in hierarchies():
        for folder, _, _ in os.walk(tree / name, topdown=False):
            try:
                Path(folder).rmdir()
            except OSError:
                return False
    return True


def _writable(path: Path) -> bool:
    return not os.statvfs(path).f_flag & os.ST_RDONLY and os.access(path, os.W_OK)
