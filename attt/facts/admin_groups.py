"""Groups whose members are root in all but name: those of sudo, and of what runs as root for them.

Who may talk to Docker, LXD, Incus or libvirt's system daemon starts a container or a machine that
holds the host's own disk; who may write raw disks (`disk`) writes any file. Such a group counts
where its program or its socket is here; another group that was given the socket is not seen.
Sources: docker(1) "Docker daemon attack surface", lxd(1), incus(1), libvirt's auth documentation.
"""

from collections.abc import Mapping

from attt.facts import stat
from attt.facts.kind import Unparsable
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Privilege, Stat
from attt.model.value import Missing

_ALWAYS = frozenset({"sudo", "wheel", "admin", "disk"})
_PLACES: Mapping[str, tuple[str, ...]] = {
    "docker": (
        *("/run/docker.sock", "/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd"),
        *("/usr/lib/systemd/system/docker.service", "/etc/systemd/system/docker.service"),
        "/snap/bin/docker",
    ),
    "lxd": (
        *("/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket"),
        *("/snap/bin/lxd", "/usr/bin/lxd", "/usr/sbin/lxd"),
    ),
    "incus-admin": (
        *("/var/lib/incus/unix.socket", "/run/incus/unix.socket"),
        *("/usr/libexec/incus/incusd", "/usr/bin/incusd", "/opt/incus/bin/incusd"),
    ),
    "libvirt": (
        *("/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"),
        *("/usr/sbin/libvirtd", "/usr/sbin/virtqemud"),
    ),
}
_ALSO = {"libvirtd": "libvirt"}  # Ubuntu's older name
ASKS: Mapping[str, Ask] = {
    "root_like": Stat(
        paths=tuple(path for paths in _PLACES.values() for path in paths),
        privilege=Privilege.ROOT,
    )
}


class AdminGroups:
    """Which groups' members administer the host; from the answer of ASKS."""

    def __init__(self, answer: Answer) -> None:
        self._gap: Missing | None = None
        self._names = _ALWAYS
        if answer.obstacle is not None:
            self._gap = Missing(answer.obstacle, answer.detail or "docker, lxd, incus, libvirt")
            return
        try:
            looked = stat.parse(answer)
        except Unparsable as error:
            self._gap = Missing(Obstacle.UNPARSABLE, str(error))
            return
        found = {
            name for name, paths in _PLACES.items() if any(path in looked.found for path in paths)
        }
        found |= {name for name, of in _ALSO.items() if of in found}
        self._names |= found

    def holds(self, groups: frozenset[str]) -> bool | Missing:
        """Whether a member of these groups is an administrator."""
        if groups & self._names:
            return True
        unsure = groups & (_PLACES.keys() | _ALSO.keys())
        return self._gap if self._gap is not None and unsure else False
