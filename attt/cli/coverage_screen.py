"""Clause × level × how it is assessed, for `attt rules coverage`; and what asks for a rule."""

from collections.abc import Iterator, Sequence

from attt.cli.console import say, table
from attt.cli.language import language, t
from attt.model.level import Level
from attt.model.standard import (
    Coverage,
    EvidenceKind,
    Requirement,
    RuleUse,
    Standard,
)
from attt.report.standard_words import edition, titled

HOWS = ("rules", "rules_partly", "host_cannot", "host_not_yet", "scan_not_yet", "document")
EMPTY = ("host_not_yet", "scan_not_yet")
"""The cells that a rule could still fill."""


def how(requirement: Requirement, level: Level) -> str:
    """How a requirement is assessed at a level, one of HOWS.

    What a machine could see but no rule looks at yet says so: until then a document shows it. So
    does what no machine can see, where the standard's file says why.
    """
    services = requirement.served_at(level)
    if services:
        is_full = all(s.coverage is Coverage.FULL for s in services)
        return "rules" if is_full else "rules_partly"
    if requirement.is_open_at(level):
        is_host = EvidenceKind.HOST in requirement.evidence
        return "host_not_yet" if is_host else "scan_not_yet"
    return "host_cannot" if requirement.host_cannot else "document"


def uses_in(standard: Standard, rule: str) -> Iterator[tuple[Requirement, RuleUse]]:
    """Every requirement that a rule serves, with the parameters that it sets."""
    for requirement in standard.requirements:
        for service in requirement.served_by:
            for way in service.any_of:
                yield from ((requirement, use) for use in way.rules if use.rule == rule)


def rules_of(requirement: Requirement, level: Level | None = None) -> list[str]:
    """The rules that serve a requirement (at a level), each once."""
    served = requirement.served_by if level is None else requirement.served_at(level)
    return list(dict.fromkeys(u.rule for s in served for way in s.any_of for u in way.rules))


def rows(standard: Standard, levels: Sequence[Level], only: str | None) -> list[dict[str, object]]:
    """One row a level and requirement, for JSON; `only`: see `asked`."""
    return [
        {
            "level": level,
            "id": one.id,
            "clause": one.clauses[level],
            "strength": one.strength.value,
            "conditional": one.is_conditional_at(level),
            "assessed_by": how(one, level),
            "rules": rules_of(one, level),
            "host_cannot": one.host_cannot and {"vi": one.host_cannot.vi, "en": one.host_cannot.en},
            "verified": one.verified,
        }
        for level in levels
        for one in asked(standard, level, only)
    ]


def asked(standard: Standard, level: Level, only: str | None) -> list[Requirement]:
    """The requirements of a level: all, those assessed in one way, or the "empty" ones."""
    wanted = HOWS if only is None else EMPTY if only == "empty" else (only,)
    return [one for one in standard.at(level) if how(one, level) in wanted]


def show_rows(standard: Standard, levels: Sequence[Level], only: str | None) -> int:
    """Level by level, requirement by requirement; gives how many rows were shown."""
    found = [(level, one) for level in levels for one in asked(standard, level, only)]
    if found:
        table(
            [t("Level"), t("Clause"), t("Requirement"), t("Assessed by"), t("What")],
            [(level, one.clauses[level], one.id, _assessed(one, level), titled(one, level, language()))
             for level, one in found],
        )  # fmt: skip
    return len(found)


def _assessed(requirement: Requirement, level: Level) -> str:
    word = how(requirement, level)
    more = ", ".join(rules_of(requirement, level))
    if word == "host_cannot" and requirement.host_cannot:
        more = requirement.host_cannot.text(language())
    return ": ".join(part for part in (_legend()[word], more) if part)


def show_counts(standard: Standard, levels: Sequence[Level]) -> None:
    """How many requirements are assessed in which way, a row a level, and what is still empty."""
    say(edition(standard, language()), "title")
    letters = dict(zip(HOWS, "ABCDEF", strict=True))
    table(
        [t("Level"), t("Requirements"), *letters.values()],
        [
            (
                level,
                len(standard.at(level)),
                *(sum(how(one, level) == word for one in standard.at(level)) for word in HOWS),
            )
            for level in levels
        ],
    )
    for word, meaning in _legend().items():
        say(f"{letters[word]}: {meaning}")
    show_empty(standard, levels)


def show_empty(standard: Standard, levels: Sequence[Level]) -> int:
    """The line on cells that a host or a scan could fill and nothing does; gives how many."""
    words = [how(one, level) for level in levels for one in standard.at(level)]
    hosts, scans = (words.count(word) for word in EMPTY)
    if not hosts + scans:
        say(t("No empty cell: what a host or a scan can show is judged by rules, and where neither "
              "can, the standard says why."))  # fmt: skip
    else:
        say(t("Empty cells (requirement × level): {hosts} that a host could show, {scans} that only "
              "a scan could. List them: attt rules coverage --only empty", hosts=hosts,
              scans=scans))  # fmt: skip
    return hosts + scans


def _legend() -> dict[str, str]:
    return {
        "rules": t("by rules"),
        "rules_partly": t("by rules in part, the rest by document"),
        "host_cannot": t("by document (a host cannot show it)"),
        "host_not_yet": t("by document (a host could show it; no rule yet)"),
        "scan_not_yet": t("by document (a scan could show it; no rule yet)"),
        "document": t("by document"),
    }
