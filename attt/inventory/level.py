"""The lowest level that plain facts of a system imply (Decree 331/2026 art. 12-15)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attt.model.level import Level

BASIC_SUBJECTS = 100_000  # art. 13.2.c: personal data of so many people or more
SENSITIVE_SUBJECTS = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Implied:
    """A level and the clause that it follows from."""

    level: Level
    clause: str


def implied_level(classification: Mapping[str, object]) -> Implied | None:
    """The highest level that a clause asks for, or None where the facts decide nothing.

    Only criteria that need no judgement are read; a dossier may well find a higher level.
    """
    return max(_matches(classification), default=None, key=lambda implied: implied.level)


def _matches(facts: Mapping[str, object]) -> Iterator[Implied]:
    harm = {"especially_serious": (5, "15.1"), "serious": (4, "14.1"), "harm": (3, "13.1")}
    if found := harm.get(str(facts.get("state_secret_harm"))):
        yield Implied(Level(found[0]), found[1])
    if facts.get("administrative_procedures"):
        yield Implied(Level(3), "13.2.b")
    if facts.get("conditional_business"):
        yield Implied(Level(3), "13.2.a")
    people = facts.get("personal_data")
    counts = people if isinstance(people, Mapping) else {}
    may_be_online = facts.get("serves") in (None, "public", "other")  # as art. 13.2.c asks
    if may_be_online and (
        counts.get("basic", 0) >= BASIC_SUBJECTS or counts.get("sensitive", 0) >= SENSITIVE_SUBJECTS
    ):
        yield Implied(Level(3), "13.2.c")
    if facts.get("infrastructure") in ("ministry", "sector", "province", "provinces"):
        yield Implied(Level(3), "13.3")
    if facts.get("infrastructure") == "one_organisation":
        yield Implied(Level(2), "12.3")
    information = facts.get("information")
    if isinstance(information, list | tuple) and {"private", "personal"} & set(information):
        yield Implied(Level(2), "12.1")
    if facts.get("serves") == "public":
        yield Implied(Level(2), "12.2")
