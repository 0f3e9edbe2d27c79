"""Judging many hosts from their facts, on one core: the time altogether, a rule's, and its growth.

The facts are those of recorded answers (bench.evidence), learnt once; each host has another name, and
is judged by 180 of the rules that level 3 asks of a host, spread evenly over all of them.
"""

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from attt.collect.dialect.frames import decode
from attt.collect.dialect.posix import compile_program
from attt.examine import judge_all
from attt.facts.learn import learn
from attt.facts.redaction import redacted
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model import digest
from attt.model.answer import Answer
from attt.model.fact import Fact, FactKey
from attt.model.rulebook import Rulebook
from attt.model.subject import host
from attt.plan.hosts import Use
from bench.evidence import template
from bench.figures import Figure
from bench.office import inventory
from bench.planned import Planned, planned
from bench.server import Server, addresses

RULES, HOSTS = 180, 2000
SIZE = 200 * 1024
MOST_S, MOST_US, MOST_GROWTH = 10.0, 15.0, 1.15
_NONCE = "0" * 32
_NOW = "2026-11-22T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one host is judged by, and on, and what its facts are learnt from."""

    uses: tuple[Use, ...]
    facts: dict[FactKey, Fact]
    rulebook: Rulebook
    answers: Mapping[str, Answer]

    def judge(self, first: int, count: int) -> float:
        """Seconds of one core for so many hosts."""
        started = time.process_time()
        for number in range(first, first + count):
            judge_all(host(f"h-{number}"), self.uses, self.facts, self.rulebook, _NOW)
        return time.process_time() - started


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Seconds for all hosts, microseconds a rule, and the cost of a host among many over few."""
    work = _work(folder)
    hosts = HOSTS // 10 if is_quick else HOSTS
    few = hosts // 10
    gc.collect()
    gc.freeze()
    work.judge(0, few)  # compiles the rules
    first = min(work.judge(0, few) for _ in range(3)) / few
    whole = min(work.judge(0, hosts) for _ in range(2 if is_quick else 3))
    scale = HOSTS / hosts
    note = (
        f"{len(work.uses)} rules with their parameters on {len(work.facts)} facts of each of {hosts} hosts: "
        f"{whole / hosts * 1000:.2f} ms a host; learning the facts first takes "
        f"{_least(lambda: _learning(work)) * 1000:.1f} ms a host"
    )
    return [
        Figure(name="judging_2000_hosts", value=whole * scale, unit="s", limit=MOST_S, note=note),
        Figure(
            name="judging_a_rule",
            value=whole / hosts / len(work.uses) * 1e6,
            unit="µs",
            limit=MOST_US,
        ),
        Figure(
            name="judging_many_over_few",
            value=whole / hosts / first,
            unit="times",
            limit=MOST_GROWTH,
        ),
    ]


def _work(folder: Path) -> Work:
    file = folder / "inventory.yaml"
    nobody = Server(user="root", key=Path("/dev/null"), host_key="ssh-ed25519 AAAA")
    file.write_text(inventory(addresses(2), nobody))
    made = planned(file)
    step = len(made.uses) / RULES
    if step < 1:
        raise RuntimeError(f"level 3 asks for {len(made.uses)} rules, and {RULES} are to be judged")
    uses = tuple(made.uses[int(n * step)] for n in range(RULES))
    answers = _answers(made)
    facts = _learnt(made.plan.hosts[0].facts, answers)
    return Work(uses=uses, facts=facts, rulebook=made.rulebook, answers=answers)


def _answers(made: Planned) -> Mapping[str, Answer]:
    program = compile_program(made.asks, nonce=_NONCE)
    reply = decode(program, *template(made.asks, SIZE).filled(_NONCE, "1"))
    asked = {asks.key(ask): ask for ask in made.asks}
    return redacted(asked, dict(zip(asked, reply.answers, strict=True)))


def _learnt(keys: Iterable[FactKey], answers: Mapping[str, Answer]) -> dict[FactKey, Fact]:
    digests = {key: digest.digest(answer) for key, answer in answers.items()}
    return learn(keys, answers, digests, FACTS)


def _learning(work: Work) -> float:
    started = time.process_time()
    _learnt(work.facts, work.answers)
    return time.process_time() - started


def _least(run: Callable[[], float]) -> float:
    return min(run() for _ in range(5))
