"""A whole `attt audit` against bare paramiko: the same hosts, the same bytes, in turn."""

import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from attt.collect.dialect.posix import compile_program
from attt.model.value import Value
from bench import evidence
from bench.chosen import RULES
from bench.figures import Figure
from bench.office import ATTT, ENVIRON, STANDARD, office
from bench.planned import Planned, planned
from bench.process import Cost, run
from bench.server import Server, addresses, sshd

KIB = 1024
SIZE = 200 * KIB
THREADS = 32
MOST_CPU, MOST_WALL = 3.5, 1.5
_FLOOR = Path(__file__).with_name("floor.py")
# 0 to 4: what the rules found is nothing to a benchmark; a bug (3) or wrong use (2) is.
_ENDED = (0, 1, 4)


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Controller CPU and wall time a host, as ratios."""
    hosts = addresses(20 if is_quick else 200)
    rounds = 3
    rules = _chosen(office(folder / "whole", hosts, _nobody(), threads=THREADS))
    probe = office(folder / "probe", hosts, _nobody(), threads=THREADS, rules=rules)
    made = planned(probe / "inventory.yaml", packs=[probe / "pack"], standard=STANDARD)
    replies = evidence.template(made.asks, SIZE)
    missing = len(evidence.unrecorded(made.asks))
    with sshd(folder / "sshd", replies=(replies.stdout, replies.stderr)) as server:
        program = folder / "program"
        program.write_bytes(compile_program(made.asks, nonce="0" * 32).stdin())
        bare, ours = [], []
        run([*ATTT, "audit", "--help"], cwd=folder, environ=ENVIRON)  # compiles what is not yet
        for number in range(rounds):
            bare.append(_bare(hosts, server, program, folder, len(replies.stdout)))
            ours.append(_ours(hosts, server, folder / f"office-{number}", rules))
    return _figures(bare, ours, len(hosts), made, missing)


def _nobody() -> Server:
    return Server(user="root", key=Path("/dev/null"), host_key="ssh-ed25519 AAAA")


def _bare(hosts: list[str], server: Server, program: Path, folder: Path, least: int) -> Cost:
    words = [sys.executable, str(_FLOOR), str(server.port), server.user, str(server.key),
             server.host_key, str(program), str(THREADS), *hosts]  # fmt: skip
    cost = run(words, cwd=folder)
    if int(cost.output) < len(hosts) * least:
        raise RuntimeError(f"the floor got only {cost.output} bytes")
    return cost


def _chosen(whole: Path) -> list[tuple[str, dict[str, Value]]]:
    """The chosen rules, each with a set of parameters that level 3 asks of it.

    Raises RuntimeError where the rulebook lacks one.
    """
    uses = {rule: dict(params) for rule, params in planned(whole / "inventory.yaml").uses}
    if missing := [rule for rule in RULES if rule not in uses]:
        raise RuntimeError(f"level 3 does not ask for {', '.join(missing)}")
    return [(rule, uses[rule]) for rule in RULES]


def _ours(
    hosts: list[str], server: Server, folder: Path, rules: Sequence[tuple[str, Mapping[str, Value]]]
) -> Cost:
    office(folder, hosts, server, threads=THREADS, rules=rules)
    words = [*ATTT, "audit", "inventory.yaml", "--no-scan", "--no-reports", "--standard", STANDARD]
    return run(words, cwd=folder, environ=ENVIRON, statuses=_ENDED)


def _figures(
    bare: list[Cost], ours: list[Cost], count: int, made: Planned, missing: int
) -> list[Figure]:
    def middle(costs: list[Cost], what: str) -> float:
        return statistics.median(getattr(one, what) for one in costs)

    cpu, wall = (
        statistics.median(
            getattr(o, what) / getattr(b, what) for o, b in zip(ours, bare, strict=True)
        )
        for what in ("cpu_s", "wall_s")
    )
    each = 1000 / count
    note = (
        f"{count} hosts, {SIZE // KIB} KB each, {len(made.rules)} rules, {len(made.asks)} asks"
        f" ({missing} of them without a recorded answer): "
        f"bare {middle(bare, 'cpu_s') * each:.1f} ms CPU and {middle(bare, 'wall_s') * each:.1f} ms wall a host, "
        f"attt {middle(ours, 'cpu_s') * each:.1f} and {middle(ours, 'wall_s') * each:.1f}"
    )
    return [
        Figure(name="audit_cpu_over_bare", value=cpu, unit="times", limit=MOST_CPU, note=note),
        Figure(name="audit_wall_over_bare", value=wall, unit="times", limit=MOST_WALL),
    ]
