"""Small rules, facts and systems to judge."""

import pytest

from attt.model.fact import Assurance, FactKey, FactRead, Origin
from attt.model.finding import Compared, Finding, Verdict
from attt.model.inventory import Connect, Host, Inventory, System
from attt.model.level import Level
from attt.model.rule import Comparison, Fix, Operator, Path, Rule, Severity
from attt.model.rulebook import Rulebook
from attt.model.standard import (
    Coverage,
    EvidenceKind,
    Requirement,
    RuleUse,
    Service,
    Standard,
    Strength,
    Way,
)
from attt.model.subject import Subject, SubjectKind
from attt.model.words import Words

WORDS = Words(vi="chữ", en="words")
HOST = Subject(SubjectKind.HOST, "h-1")
NOW = "2026-11-22T00:00:00Z"


class Make:
    """Builders with defaults, so that a test says only what it is about."""

    host_subject = HOST
    now = NOW

    @staticmethod
    def compare(name, path, operator, wanted):
        """A comparison of a dotted path."""
        alias, *fields = path.split(".")
        return Comparison(
            id=name,
            path=Path(alias, tuple(f for f in fields if f)),
            operator=Operator(operator),
            wanted=wanted,
        )

    @staticmethod
    def rule(*expect, **more):
        """A rule over fact x.y, aliased f."""
        base = {
            "id": "r",
            "title": WORDS,
            "severity": Severity.HIGH,
            "needs": {"f": FactKey("x.y")},
            "why": WORDS,
            "fix": Fix(text=WORDS),
            "expect": expect,
        }
        return Rule(**{**base, **more})

    @staticmethod
    def read(value, **more):
        """A fact that was read."""
        base = {"assurance": Assurance.RESOLVED, "origin": Origin.EXPLICIT, "answers": ("d1",)}
        return FactRead(value=value, **{**base, **more})

    @staticmethod
    def service(*ways, coverage="full", levels=()):
        """Ways such as 'a+b', each with its rules."""
        return Service(
            any_of=tuple(Way(rules=tuple(RuleUse(rule=r) for r in way.split("+"))) for way in ways),
            coverage=Coverage(coverage),
            levels=levels,
        )

    @staticmethod
    def standard(*services, evidence=("host",)):
        """A standard of one requirement, R.1, at level 3."""
        one = Requirement(
            id="R.1",
            title=WORDS,
            group="g",
            chapter="c",
            clauses={Level(3): "5.1"},
            strength=Strength.MUST,
            evidence=tuple(EvidenceKind(e) for e in evidence),
            served_by=services,
        )
        return Standard(
            id="s",
            title=WORDS,
            edition="S",
            in_force_from="2026-01-01",
            because="b",
            requirements=(one,),
        )

    @classmethod
    def rulebook(cls, **kinds):
        """Rules a, b, c for hosts and e for endpoints; `kinds` names others."""
        kinds = {"a": "host", "b": "host", "c": "host", "e": "endpoint", **kinds}
        rules = {name: cls.rule(id=name, subject=SubjectKind(k)) for name, k in kinds.items()}
        return Rulebook(rules=rules, standards={}, packs=(), digest="")

    @staticmethod
    def system(*hosts, **more):
        """A system of level 3."""
        base = {
            "code": "S1",
            "name": "S",
            "level": Level(3),
            "owner": "own",
            "operator": "op",
            "hosts": hosts,
        }
        return System(**{**base, **more})

    @staticmethod
    def inventory(*hosts, **more):
        """Hosts 10.0.0.1, 10.0.0.2 … in zone z."""
        found = {
            h: Host(id=h, name=h, addresses=(f"10.0.0.{n}",), zone="z", connect=Connect())
            for n, h in enumerate(hosts, 1)
        }
        base = {"organisations": {}, "zones": {}, "systems": {}, "dossiers": {}}
        return Inventory(**{**base, "hosts": found, **more})

    @staticmethod
    def finding(rule, subject, verdict, items=(None,)):
        """A finding; a failure names the items given."""
        failing = tuple(
            Compared(id="x", operator="is", found=1, wanted=2, item=item) for item in items
        )
        return Finding(
            rule=rule,
            subject=subject,
            verdict=Verdict(verdict),
            failing=failing if verdict == "fail" else (),
        )


@pytest.fixture
def make():
    return Make
