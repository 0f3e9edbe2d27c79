"""An office as attt finds it: attt.toml, an inventory of one system, and its hosts' keys pinned."""

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.evidence import ROOT
from bench.server import Server

ATTT = (sys.executable, "-m", "attt", "--lang", "en")
ENVIRON = {"PYTHONPATH": str(ROOT)}


def office(folder: Path, hosts: Sequence[str], server: Server, *, threads: int) -> Path:
    """The folder made; attt runs in it on `inventory.yaml`."""
    folder.mkdir()
    (folder / "attt.toml").write_text(f"concurrency = {threads}\n")
    pins = "".join(f"[{one}]:{server.port} {server.host_key}\n" for one in hosts)
    (folder / "state").mkdir(mode=0o700)
    (folder / "state" / "known_hosts").write_text(pins)
    (folder / "inventory.yaml").write_text(inventory(hosts, server))
    return folder


def inventory(hosts: Sequence[str], server: Server) -> str:
    """One system of level 3 on these addresses."""
    lines = [
        "organisations:",
        "  - {id: ubnd, name: UBND tỉnh Mẫu, role: owner}",
        "systems:",
        "  - code: DO",
        "    name: Hệ thống đo tốc độ",
        "    level: 3",
        "    owner: ubnd",
        "    operator: ubnd",
        f"    hosts: [{', '.join(_name(n) for n in range(len(hosts)))}]",
        "hosts:",
        *(f"  - {{id: {_name(n)}, addresses: [{one}]}}" for n, one in enumerate(hosts)),
        "connect:",
        f'  {{transport: ssh, user: {server.user}, port: {server.port}, key: "file:{server.key}"}}',
    ]
    return "\n".join(lines) + "\n"


def _name(number: int) -> str:
    return f"h-{number:04d}"
