"""One walk over the local file systems, whose answer several facts about files are read from.

GNU find(1) prints of each file or folder that somebody might ask about: type, mode, uid, gid,
owner, group and path, NUL between records, for a name may hold anything else. Pseudo file systems,
those of the network and container images are left out: they are not this host's own files, or
another host's walk finds them. It is bounded in time and bytes; a walk that did not reach its end
leaves a missing element, so that what it found can fail a rule but nothing can pass by it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from attt.facts.kind import Unparsable, missed
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Command, Cost, Privilege
from attt.model.fact import FactMissed
from attt.model.value import Missing

_ELSEWHERE = (
    *("proc", "sysfs", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs", "configfs", "bpf"),
    *("pstore", "efivarfs", "selinuxfs", "mqueue", "hugetlbfs", "fusectl", "binfmt_misc", "autofs"),
    *("rpc_pipefs", "nfsd", "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "fuse.ceph", "9p"),
    *("fuse.glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.lxcfs", "fuse.vmhgfs-fuse", "vboxsf"),
    *("lustre", "gpfs", "beegfs", "afs", "squashfs", "iso9660", "nsfs"),
)
_IMAGES = (
    *("/var/lib/docker", "/var/lib/containers", "/var/lib/containerd", "/var/lib/kubelet"),
    *("/var/lib/lxc", "/var/lib/lxd", "/var/lib/incus", "/var/lib/machines", "/run/containerd"),
    *(
        "/snap",
        "/.snapshots",
        "/run/user/*",
        "*/docker/overlay2/*",
        "*/containers/storage/overlay/*",
    ),
)
SYSTEM = (
    *(
        "/etc",
        "/boot",
        "/root",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/usr/bin",
        "/usr/sbin",
    ),
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/local/bin", "/usr/local/sbin"),
    *("/usr/local/lib",),
)
"""Where what root runs or obeys lies."""
_BELOW_SYSTEM = tuple(f"{place}/" for place in SYSTEM)


def _any(*alternatives: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(word for one in alternatives for word in ("-o", *one))
    return ("(", *words[1:], ")")


_LEFT_OUT = _any(*(("-fstype", name) for name in _ELSEWHERE), *(("-path", p) for p in _IMAGES))
_IN_SYSTEM = _any(*(("-path", place) for path in SYSTEM for place in (path, f"{path}/*")))
_CHOSEN = _any(
    ("-type", "f", "-perm", "/6000"),
    ("-perm", "-0002"),
    ("-not", "-uid", "0", "-nouser"),
    ("-not", "-gid", "0", "-nogroup"),
    (*_any(("-not", "-uid", "0"), ("-not", "-gid", "0", "-perm", "-0020")), *_IN_SYSTEM),
)
WALK = Command(
    argv=(
        *("/usr/bin/find", "/", "-ignore_readdir_race", *_LEFT_OUT, "-prune", "-o"),
        *(*_any(("-type", "f"), ("-type", "d")), *_CHOSEN),
        *("-printf", r"%y %m %U %G %u %g %p\0"),
    ),
    privilege=Privilege.ROOT,
    timeout_s=120,
    cap_bytes=1 * MIB,
    statuses=(0, 1),
    cost=Cost.WALK,
)
_ROW = re.compile(
    r"([fd]) ([0-7]{1,4}) (\d{1,10}) (\d{1,10}) (\S{1,256}) (\S{1,256}) (/.*)",
    re.DOTALL | re.ASCII,
)
_STRANGE = re.compile(
    rb"unrecognized|unknown predicate|invalid|usage:|paths must precede", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file or folder as the walk printed it; owner and group are null where no name is known."""

    is_folder: bool
    mode: int
    uid: int
    gid: int
    user: str | None
    group: str | None
    path: str

    @property
    def mode_text(self) -> str:
        """The permission bits as four octal digits."""
        return f"{self.mode:04o}"

    @property
    def is_open(self) -> bool:
        """Everybody may write."""
        return bool(self.mode & 0o002)

    @property
    def is_in_system(self) -> bool:
        """It is one of the system's places, or lies below one."""
        return self.path in SYSTEM or self.path.startswith(_BELOW_SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a walk found, and why it is not the whole where it is not."""

    entries: tuple[Entry, ...]
    gaps: tuple[Missing, ...] = ()


@lru_cache(maxsize=2)  # a walk is long, and four facts of a host are read from it
def read(answer: Answer) -> Walked | FactMissed:
    """What the walk printed; missed where nothing of it can be used. Raises Unparsable."""
    *rows, rest = answer.stdout.split(b"\0")
    gap = _gap(answer, rest)
    if gap is not None and (not rows or answer.obstacle is Obstacle.FAILED):
        return missed(gap.obstacle, gap.detail)
    entries = tuple(_entry(row.decode("utf-8", errors="replace")) for row in rows)
    return Walked(entries=entries, gaps=(gap,) if gap else ())


def _gap(answer: Answer, rest: bytes) -> Missing | None:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "find")
    if rest:
        return Missing(Obstacle.CUT, "find ended early")
    said = answer.stderr.decode("utf-8", errors="replace").strip()
    if not said:
        return None if answer.status == 0 else Missing(Obstacle.FAILED, "find")
    if not answer.stdout and _STRANGE.search(answer.stderr):
        return Missing(Obstacle.NO_TOOL, "GNU find")
    return Missing(Obstacle.DENIED, said.split("\n")[0][:200])


def _entry(row: str) -> Entry:
    match = _ROW.fullmatch(row)
    if match is None:
        raise Unparsable("a record of find can't be read")
    return Entry(
        is_folder=match[1] == "d",
        mode=int(match[2], 8),
        uid=int(match[3]),
        gid=int(match[4]),
        user=None if match[5] == match[3] else match[5],
        group=None if match[6] == match[4] else match[6],
        path=match[7],
    )
