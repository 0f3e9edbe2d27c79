"""Every question of every host rule, put to a lab host over SSH as an audit puts them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from attt.collect.transport.interface import Surroundings
from attt.collect.transport.pins import Pins
from attt.collect.transport.ssh import SshTransport
from attt.evaluate.judge import settle
from attt.examine import examine
from attt.facts.registry import FACTS
from attt.inventory.secrets import Revealed
from attt.inventory.secrets import resolve as resolve_reference
from attt.model import ask as asks
from attt.model.inventory import Connect, Host, Secret, TransportKind
from attt.model.rulebook import Rulebook
from attt.model.run import HostEvidence, HostRecord
from attt.model.subject import SubjectKind
from attt.plan.hosts import HostPlan
from attt.rulebook.load import load
from lab.command import worst
from lab.host import LabHost


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of asking: the evidence, and what the rules say to it."""

    evidence: HostEvidence
    record: HostRecord

    @property
    def verdicts(self) -> Mapping[str, str]:
        """The verdict of each rule."""
        return worst((finding.rule, finding.verdict.value) for finding in self.record.findings)

    @property
    def missed(self) -> Mapping[str, str]:
        """Each fact that was not learnt, and why."""
        return {one.fact: f"{one.obstacle} {one.detail}".strip() for one in self.record.missed}


@cache
def rulebook() -> Rulebook:
    """The rules that ship with attt."""
    return load([Path(__file__).resolve().parents[3] / "rules"], FACTS)


def plan_of(target: Host) -> HostPlan:
    """Every host rule, each with its own parameters."""
    rules = [r for r in rulebook().rules.values() if r.subject is SubjectKind.HOST]
    facts = tuple(dict.fromkeys(key for rule in rules for key in rule.needs.values()))
    named = (ask for key in facts for ask in FACTS[key.id].asks(dict(key.params)).values())
    unique = {asks.key(ask): ask for ask in named}
    uses = tuple((rule.id, tuple(sorted(settle(rule, {}).items()))) for rule in rules)
    return HostPlan(host=target, uses=uses, facts=facts, asks=tuple(unique.values()))


def surroundings(passwords: Mapping[str, str] | None = None) -> Surroundings:
    """A true clock, and `env:` references that lead to `passwords`."""

    def resolve(secret: Secret) -> Revealed:
        return resolve_reference(secret, environ=passwords or {}, home=Path.home())

    return Surroundings(
        now=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        nonce=lambda: secrets.token_hex(16),
        resolve=resolve,
    )


def target_of(host: LabHost, user: str, **connect: object) -> Host:
    """The inventory's view of a lab host."""
    how = {"key": Secret(scheme="file", name=str(host.identity)), "timeout_s": 10, **connect}
    login = Connect(transport=TransportKind.SSH, user=user, **how)  # type: ignore[arg-type]
    return Host(id="h", name="h", addresses=(host.address,), zone=None, connect=login)


def pins_of(folder: Path, *hosts: LabHost, port: int = 22) -> Pins:
    """The true keys of hosts, enrolled."""
    path = folder / f"known-hosts-{secrets.token_hex(4)}"
    names = [(f"[{h.address}]:{port}" if port != 22 else h.address, h.host_key()) for h in hosts]
    path.write_text("".join(f"{name} {key}\n" for name, key in names))
    return Pins(path)


def ask_all(
    host: LabHost, folder: Path, user: str, *, password: str = "", **connect: object
) -> Asked:
    """Log in for real and ask everything; `password` is what `env:SUDO` leads to."""
    if password:
        connect["sudo_password"] = Secret(scheme="env", name="SUDO")
    target = target_of(host, user, **connect)
    plan = plan_of(target)
    pins = pins_of(folder, host, port=target.connect.port)
    transport = SshTransport(surroundings({"SUDO": password}), pins)
    evidence = transport.gather(target, plan.asks)
    record, _ = examine(evidence, plan, rulebook())
    return Asked(evidence=evidence, record=record)
