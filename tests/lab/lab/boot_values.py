"""Kernel settings as a boot would bring them in: in a container /proc/sys can't be written to."""

from collections.abc import Iterator

from lab.host import LabHost

_LAID = "/run/lab/sys"
_INTERFACES = ("lo", "host0")


def bring_in(host: LabHost) -> None:
    """What the host's own systemd-sysctl would set: the network's from outside, others laid over.

    As at a boot, IPv4's `default` reaches interfaces that have no address yet, and IPv6's does not
    reach those that are there already; a pattern reaches every interface.
    """
    said = host.run(["/usr/lib/systemd/systemd-sysctl", "--cat-config"]).stdout
    settings = dict(_settings(said))
    laid = {path: value for path, value in settings.items() if not path.startswith("net/")}
    for path, value in settings.items():
        if path.startswith("net/"):
            for name in _reached(path, settings):
                host.network(name.removeprefix("net/"), int(value))
    script = 'while read -r p v; do [ -e "/proc/sys/$p" ] || continue; mkdir -p "$0/${p%/*}"; '
    script += 'echo "$v" >"$0/$p"; mount --bind "$0/$p" "/proc/sys/$p"; done'
    lines = "".join(f"{path} {value}\n" for path, value in laid.items())
    host.run(["sh", "-c", script, _LAID], input=lines)


def _settings(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, sign, value = (part.strip() for part in line.partition("="))
        if sign and name[:1] not in "#;":
            name = name.removeprefix("-")
            is_dotted = "/" not in name or 0 <= name.find(".") < name.find("/")
            yield name.replace(".", "/") if is_dotted else name, value


def _reached(path: str, settings: dict[str, str]) -> Iterator[str]:
    """The settings that one line sets; a name of its own beats a pattern."""
    family, _, rest = path.removeprefix("net/").partition("/conf/")
    place, _, setting = rest.partition("/")
    if place != "*":
        yield path
    if place == "*" or (family == "ipv4" and place == "default"):
        names = (f"net/{family}/conf/{one}/{setting}" for one in _INTERFACES)
        yield from (name for name in names if name not in settings)
