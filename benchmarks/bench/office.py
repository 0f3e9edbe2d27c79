"""An office as attt finds it: attt.toml, an inventory of one system, and its hosts' keys pinned."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from attt.model.value import Value
from bench import ROOT
from bench.server import Server

ATTT = (sys.executable, "-m", "attt", "--lang", "en")
ENVIRON = {"PYTHONPATH": str(ROOT)}


STANDARD = "bench"
_PACK = 'id: bench\nversion: 1.0.0\nneeds_attt: ">=0.1"\n'


def office(
    folder: Path,
    hosts: Sequence[str],
    server: Server,
    *,
    threads: int,
    rules: Sequence[tuple[str, Mapping[str, Value]]] = (),
) -> Path:
    """The folder made; attt runs in it on `inventory.yaml`.

    With `rules` (and their parameters) it has a pack of its own, whose standard asks for just those.
    """
    folder.mkdir()
    packs = 'packs = ["pack"]\n' if rules else ""
    (folder / "attt.toml").write_text(f"concurrency = {threads}\n{packs}")
    if rules:
        (folder / "pack" / "standards").mkdir(parents=True)
        (folder / "pack" / "pack.yaml").write_text(_PACK)
        (folder / "pack" / "standards" / f"{STANDARD}.yaml").write_text(_standard(rules))
    pins = "".join(f"[{one}]:{server.port} {server.host_key}\n" for one in hosts)
    (folder / "state").mkdir(mode=0o700)
    (folder / "state" / "known_hosts").write_text(pins)
    (folder / "inventory.yaml").write_text(inventory(hosts, server))
    return folder


def _standard(rules: Sequence[tuple[str, Mapping[str, Value]]]) -> str:
    words = {"vi": "Đo tốc độ", "en": "Benchmark"}
    requirement = {
        "title": words,
        "group": {"nd331": "all"},
        "chapter": "all",
        "clauses": {3: "1"},
        "strength": "must",
        "verified": False,
        "evidence": ["host"],
    }
    served = [
        {
            "id": f"BENCH.{number}",
            **requirement,
            "served_by": [
                {
                    "any_of": [
                        {
                            "rule": rule,
                            "with": {name: {"1-5": value} for name, value in params.items()},
                        }
                    ],
                    "coverage": "partial",
                }
            ],
        }
        for number, (rule, params) in enumerate(rules)
    ]
    document = {
        "id": STANDARD,
        "title": words,
        "edition": "Benchmark",
        "in_force": {"from": "2026-01-01", "because": "bench"},
        "notice": words,
        "sections": [{"id": "all", **words}],
        "groups": [{"id": "all", "section": "all", **words}],
        "chapters": [{"id": "all", **words}],
        "requirements": served,
    }
    return json.dumps(document, ensure_ascii=False, default=list)


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
