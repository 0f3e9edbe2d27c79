"""Fact `crypto.policy`: the system-wide cryptographic policy that RHEL's libraries follow.

`policy` (LEGACY, DEFAULT, FUTURE, FIPS or an own one, in upper case) and `modules` (subpolicies
laid over it), as they were last applied; `is_applied` (no other policy was written since). From
what OpenSSL is given: `min_tls` (the oldest TLS it speaks: "TLSv1.2"; null where it is not
bounded) and `security_level` (SECLEVEL of the ciphers: 2 refuses keys below 112 bits; null where
it is not told). Programs with lists of their own do not follow the policy. Absent where the
host has no such policy, as Debian and SUSE have none by themselves.
Sources: crypto-policies(7), update-crypto-policies(8), config(5) of OpenSSL, SSL_CTX_set_security_level(3).
"""

import re

from attt.facts.kind import Answers, FactKind, Params, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_STATE = "/etc/crypto-policies/state/current"
_CONFIG = "/etc/crypto-policies/config"
_OPENSSL = "/etc/crypto-policies/back-ends/opensslcnf.config"
_TLS = re.compile(r"(?mi)^[ \t]*(?:TLS\.)?MinProtocol[ \t]*=[ \t]*(\S+)")
_LEVEL = re.compile(r"(?mi)^[ \t]*CipherString[ \t]*=[^\n]*@SECLEVEL=([0-5])\b")


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "state": ReadFile(path=_STATE),
        "config": ReadFile(path=_CONFIG),
        "openssl": ReadFile(path=_OPENSSL),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    state, config = answers["state"], answers["config"]
    if (obstacle := obstacle_of(state, config)) is not None:
        return obstacle
    if not state.exists and not config.exists:
        return FactAbsent(proof=f"does not exist: {_STATE}, {_CONFIG}")
    current, written = _named(state), _named(config)
    if current is None:
        gap = Missing(Obstacle.IN_CONTEXT, "no policy was applied by update-crypto-policies")
        return _read((gap, gap), is_applied=False, openssl=answers["openssl"])
    name, *modules = current.split(":")
    is_applied = written is None or written == current
    return _read((name, tuple(modules)), is_applied=is_applied, openssl=answers["openssl"])


def _named(answer: Answer) -> str | None:
    """The policy that a file names, comments left out; None where it names none."""
    lines = (line.split("#", 1)[0].strip() for line in text_of(answer).split("\n"))
    said = [line.upper() for line in lines if line] if answer.exists else []
    return said[-1] if said else None


def _read(policy: tuple[Value, Value], *, is_applied: bool, openssl: Answer) -> FactRead:
    return FactRead(
        value={
            "policy": policy[0],
            "modules": policy[1],
            "is_applied": is_applied,
            "min_tls": _last(_TLS, openssl),
            "security_level": _level(openssl),
        },
        assurance=Assurance.CONFIGURED,
    )


def _last(pattern: re.Pattern[str], answer: Answer) -> str | Missing | None:
    if answer.obstacle is not None or not answer.exists:
        return Missing(answer.obstacle or Obstacle.UNSUPPORTED, _OPENSSL)
    found = pattern.findall(text_of(answer))
    return str(found[-1]) if found else None


def _level(answer: Answer) -> Value:
    said = _last(_LEVEL, answer)
    return int(said) if isinstance(said, str) else said


POLICY = FactKind(
    id="crypto.policy",
    title="System-wide cryptographic policy",
    shape=Record(
        {
            "policy": Text(),
            "modules": ListOf(Text()),
            "is_applied": Boolean(),
            "min_tls": Text(nullable=True),
            "security_level": Integer("level", nullable=True),
        }
    ),
    asks=_asks,
    parse=_parse,
)
