"""What every host rule says of a lab host, from one run of the program inside it: no login is needed."""

import secrets
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from attt.collect.dialect.frames import decode
from attt.collect.dialect.posix import EXEC, compile_program
from attt.evaluate.judge import judge, settle
from attt.facts.learn import learn
from attt.facts.redaction import redacted
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.ask import Ask
from attt.model.fact import Fact, FactKey
from attt.model.finding import Finding
from attt.model.rule import Rule
from attt.model.subject import SubjectKind
from attt.model.subject import host as host_subject
from attt.model.value import Value
from lab.asking import rulebook
from lab.host import LabHost

RULES = {rule.id: rule for rule in rulebook().rules.values() if rule.subject is SubjectKind.HOST}
Params = Mapping[str, Mapping[str, Value]]
"""By rule, the parameters that an office would have set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What some rules need, asked in one go."""

    rules: tuple[Rule, ...]
    keys: tuple[FactKey, ...]
    asks: Mapping[str, Ask]


def questions(rules: Iterable[Rule] = RULES.values()) -> Questions:
    """All that these rules need, each ask once."""
    chosen = tuple(rules)
    keys = tuple(dict.fromkeys(key for rule in chosen for key in rule.needs.values()))
    named = (ask for key in keys for ask in FACTS[key.id].asks(dict(key.params)).values())
    return Questions(rules=chosen, keys=keys, asks={asks.key(ask): ask for ask in named})


def judged(
    host: LabHost, asked: Questions, *, user: str = "root", params: Params | None = None
) -> Mapping[str, Finding]:
    """The finding of each rule, judged now with its own parameters but for `params`."""
    facts = _facts(host, asked, user)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        rule.id: judge(
            rule,
            settle(rule, (params or {}).get(rule.id, {})),
            {alias: facts[key] for alias, key in rule.needs.items()},
            subject=host_subject("h"),
            as_of=now,
        )
        for rule in asked.rules
    }


def _facts(host: LabHost, asked: Questions, user: str) -> Mapping[FactKey, Fact]:
    program = compile_program(list(asked.asks.values()), nonce=secrets.token_hex(16))
    words = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "sh", "-c", EXEC]
    ran = subprocess.run(
        [*host.enter(), "env", "-i", *words],
        input=program.stdin(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    reply = decode(program, ran.stdout, ran.stderr)
    answers = redacted(asked.asks, dict(zip(asked.asks, reply.answers, strict=True)))
    return learn(asked.keys, answers, {}, FACTS)
