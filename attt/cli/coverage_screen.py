"""Clause × level × how it is assessed, for `attt rules coverage`; and what asks for a rule."""

from collections.abc import Iterator, Sequence

from attt.cli.console import say, table
from attt.cli.language import language, t
from attt.model.level import Level
from attt.model.standard import Coverage, EvidenceKind, Requirement, RuleUse, Standard

HOWS = ("rules", "rules_partly", "host_not_yet", "scan_not_yet", "document")


def how(requirement: Requirement, level: Level) -> str:
    """How a requirement is assessed at a level, one of HOWS.

    What a machine could see but no rule looks at yet says so: until then a document shows it.
    """
    services = [s for s in requirement.served_by if not s.levels or level in s.levels]
    if services:
        is_full = all(s.coverage is Coverage.FULL for s in services)
        return "rules" if is_full else "rules_partly"
    if EvidenceKind.HOST in requirement.evidence:
        return "host_not_yet"
    return "scan_not_yet" if EvidenceKind.SCAN in requirement.evidence else "document"


def uses_in(standard: Standard, rule: str) -> Iterator[tuple[Requirement, RuleUse]]:
    """Every requirement that a rule serves, with the parameters that it sets."""
    for requirement in standard.requirements:
        for service in requirement.served_by:
            for way in service.any_of:
                yield from ((requirement, use) for use in way.rules if use.rule == rule)


def rules_of(requirement: Requirement) -> list[str]:
    """The rules that serve a requirement, each once."""
    found = (u.rule for s in requirement.served_by for way in s.any_of for u in way.rules)
    return list(dict.fromkeys(found))


def rows(standard: Standard, levels: Sequence[Level]) -> list[dict[str, object]]:
    """One row a level and requirement, for JSON."""
    return [
        {
            "level": level,
            "id": one.id,
            "clause": one.clauses[level],
            "strength": one.strength.value,
            "assessed_by": how(one, level),
            "rules": rules_of(one),
            "verified": one.verified,
        }
        for level in levels
        for one in standard.at(level)
    ]


def show_level(standard: Standard, level: Level) -> None:
    """One level, requirement by requirement."""
    said = _legend()
    table(
        [t("Clause"), t("Requirement"), t("Assessed by"), t("What")],
        [
            (
                one.clauses[level],
                one.id,
                ": ".join(
                    part for part in (said[how(one, level)], ", ".join(rules_of(one))) if part
                ),
                one.title.text(language()),
            )
            for one in standard.at(level)
        ],
    )


def show_counts(standard: Standard, levels: Sequence[Level]) -> None:
    """How many requirements are assessed in which way, a row a level."""
    say(standard.edition, "title")
    letters = dict(zip(HOWS, "ABCDE", strict=True))
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
    for word, said in _legend().items():
        say(f"{letters[word]}: {said}")


def _legend() -> dict[str, str]:
    return {
        "rules": t("by rules"),
        "rules_partly": t("by rules in part, the rest by document"),
        "host_not_yet": t("by document (a host could show it; no rule yet)"),
        "scan_not_yet": t("by document (a scan could show it; no rule yet)"),
        "document": t("by document"),
    }
