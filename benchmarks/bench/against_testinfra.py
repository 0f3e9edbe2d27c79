"""A whole `attt audit` against pytest-testinfra: the same hosts, real commands on both sides."""

import statistics
from pathlib import Path

from attt.facts.registry import FACTS
from attt.model.ask import Command
from attt.model.ask import Cost as Load
from attt.model.rule import Rule
from bench import peers
from bench.figures import Figure
from bench.office import ATTT, ENVIRON, office
from bench.planned import planned
from bench.process import Cost, run
from bench.server import Server, addresses, sshd

LEAST = 10.0
THREADS = 32
# The kinds of thing that the forty checks of peer_testinfra.py look at.
KINDS = ("sshd.", "files.", "file.", "accounts.", "kernel.sysctls", "packages.installed",
         "services.", "sockets.", "mounts.")  # fmt: skip
_PEER = Path(__file__).with_name("peer_testinfra.py")
_ENDED = (0, 1, 4)


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """How many times faster ten hosts are audited."""
    hosts = addresses(2 if is_quick else 10)
    rounds = 1 if is_quick else 2
    peer = peers.python()
    with sshd(folder / "sshd") as server:
        probe = office(folder / "probe", hosts, server, threads=THREADS)
        rules = _rules(probe)
        theirs, ours = [], []
        for number in range(rounds):
            theirs.append(_testinfra(peer, hosts, server, folder))
            ours.append(_ours(hosts, server, folder / f"office-{number}", rules))
    ratio = statistics.median(t.wall_s / o.wall_s for t, o in zip(theirs, ours, strict=True))
    note = (
        f"{len(hosts)} hosts: testinfra, 40 checks, {theirs[0].wall_s:.1f} s; "
        f"attt, {len(rules)} rules, {ours[0].wall_s:.1f} s with its start"
    )
    return [
        Figure(name="testinfra_wall_over_audit", value=ratio, unit="times", limit=LEAST,
               is_at_least=True, note=note)
    ]  # fmt: skip


def _rules(probe: Path) -> list[str]:
    """The rules that need nothing but facts of these kinds, and no walk over the file system."""
    made = planned(probe / "inventory.yaml")
    return [one for one in made.rules if _is_alike(made.rulebook.rules[one])]


def _is_alike(rule: Rule) -> bool:
    return all(key.id.startswith(KINDS) for key in rule.needs.values()) and not any(
        isinstance(ask, Command) and ask.cost is Load.WALK
        for key in rule.needs.values()
        for ask in FACTS[key.id].asks(dict(key.params)).values()
    )


def _testinfra(peer: Path, hosts: list[str], server: Server, folder: Path) -> Cost:
    words = [str(peer), str(_PEER), str(server.port), server.user, str(server.key), *hosts]
    return run(words, cwd=folder)


def _ours(hosts: list[str], server: Server, folder: Path, rules: list[str]) -> Cost:
    office(folder, hosts, server, threads=THREADS)
    only = [word for one in rules for word in ("--rule", one)]
    words = [*ATTT, "audit", "inventory.yaml", "--no-scan", "--no-reports", *only]
    return run(words, cwd=folder, environ=ENVIRON, statuses=_ENDED)
