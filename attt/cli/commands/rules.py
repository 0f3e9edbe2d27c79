"""`attt rules list|show|lint|prove|coverage`."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from attt import assets
from attt.cli import workshop
from attt.cli.console import indented, out, say, table
from attt.cli.exits import Exit
from attt.cli.json_text import json_text
from attt.cli.language import language, t
from attt.facts.registry import FACTS
from attt.model.level import LEVELS, Level
from attt.model.rule import Rule
from attt.model.rulebook import Rulebook
from attt.model.standard import Coverage, EvidenceKind, Requirement
from attt.prove import Proof, prove
from attt.report import words
from attt.rulebook.lint import lint
from attt.rulebook.load import load


@click.group("rules", help=t("List, show and prove rules; show what they cover"))
def command() -> None:  # noqa: D103 - the help says it
    pass


def _book(ctx: click.Context, packs: tuple[Path, ...]) -> Rulebook:
    conf = workshop.settings(ctx)
    return load([assets.folder("rules"), *conf.packs, *packs], FACTS)


_pack = click.option("--pack", "packs", multiple=True, type=click.Path(path_type=Path),
                     help=t("A rule pack of your own (a folder with pack.yaml)"))  # fmt: skip


@command.command("list", help=t("Every rule"))
@_pack
@click.option("--json", "as_json", is_flag=True, help=t("A JSON array on stdout"))
@click.pass_context
def listing(ctx: click.Context, *, packs: tuple[Path, ...], as_json: bool) -> None:  # noqa: D103
    book = _book(ctx, packs)
    if as_json:
        serves = _serves(book)
        rows = [_row(rule, serves.get(rule.id, {})) for rule in book.rules.values()]
        click.echo(json_text(rows))
        return
    table(
        [t("Rule"), t("Severity"), t("What")],
        [
            (r.id, words.SEVERITIES[r.severity].text(language()), r.title.text(language()))
            for r in book.rules.values()
        ],
    )


def _row(rule: Rule, serves: Mapping[str, list[str]]) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": {"vi": rule.title.vi, "en": rule.title.en},
        "severity": rule.severity.value,
        "subject": rule.subject.value,
        "facts": sorted({str(key) for key in rule.needs.values()}),
        "params": {
            name: {"type": p.type, "default": p.default, "stricter": p.stricter}
            for name, p in rule.params.items()
        },
        "serves": dict(serves),
        "pack": rule.pack,
    }


def _serves(book: Rulebook) -> dict[str, dict[str, list[str]]]:
    """Rule id → standard id → requirement ids."""
    found: dict[str, dict[str, list[str]]] = {}
    for standard in book.standards.values():
        for requirement in standard.requirements:
            for rule in dict.fromkeys(_rules_of(requirement)):
                found.setdefault(rule, {}).setdefault(standard.id, []).append(requirement.id)
    return found


def _rules_of(requirement: Requirement) -> list[str]:
    return [
        use.rule for service in requirement.served_by for way in service.any_of for use in way.rules
    ]


@command.command("show", help=t("One rule: what it asks, why, and how to mend a failure"))
@_pack
@click.argument("rule")
@click.pass_context
def show(ctx: click.Context, *, rule: str, packs: tuple[Path, ...]) -> None:  # noqa: D103
    book = _book(ctx, packs)
    workshop.known_rules((rule,), book)
    one, lang = book.rules[rule], language()
    say(f"{one.title.text(lang)} ({one.id})", "title")
    say(t("Severity: {severity}", severity=words.SEVERITIES[one.severity].text(lang)))
    for name, parameter in one.params.items():
        say(t("Parameter {name}: {default} unless a standard says otherwise", name=name,
              default=json.dumps(parameter.default, ensure_ascii=False)))  # fmt: skip
    say("\n" + t("Why:"), "title")
    out().print(indented(one.why.text(lang), 2))
    risk = words.RISKS[one.fix.risk].text(lang)
    say("\n" + t("Fix (risk: {risk}):", risk=risk), "title")
    out().print(indented(one.fix.text.text(lang), 2))
    say("\n" + t("Serves:"), "title")
    for standard_id, ids in _serves(book).get(rule, {}).items():
        say(f"  {book.standards[standard_id].edition}: {', '.join(ids)}")


@command.command("lint", help=t("Check rules without any host: facts, types, texts, examples"))
@_pack
@click.pass_context
def lint_(ctx: click.Context, *, packs: tuple[Path, ...]) -> int:  # noqa: D103
    book = _book(ctx, packs)
    complaints = lint(book, FACTS)
    for complaint in complaints:
        say(f"{complaint.place}: {complaint.message.text(language())}")
        if complaint.hint:
            say(f"  {complaint.hint.text(language())}", "dim")
    say(t("{rules} rules, {count} complaints.", rules=len(book.rules), count=len(complaints)))
    return Exit.FINDINGS if complaints else Exit.CLEAN


@command.command(
    "prove", help=t("Run each rule's examples, then mutate it and see that one notices")
)
@_pack
@click.argument("rules", nargs=-1)
@click.pass_context
def prove_(ctx: click.Context, *, rules: tuple[str, ...], packs: tuple[Path, ...]) -> int:  # noqa: D103
    book = workshop.fit(_book(ctx, packs))
    workshop.known_rules(rules, book)
    proofs = [prove(rule) for rule in book.rules.values() if not rules or rule.id in rules]
    for proof in proofs:
        _show_proof(proof)
    failed = [proof for proof in proofs if not proof.is_proven]
    say(t("{proven}/{all} rules proven: {examples} examples hold, {mutants} mutants killed.",
          proven=len(proofs) - len(failed), all=len(proofs),
          examples=sum(p.examples for p in proofs), mutants=sum(p.mutants for p in proofs)))  # fmt: skip
    return Exit.FINDINGS if failed else Exit.CLEAN


def _show_proof(proof: Proof) -> None:
    for broken in proof.broken:
        say(t("{place}: example {number} owes {owed}, the rule says {verdict}", place=broken.place,
              number=broken.number, owed=broken.owed, verdict=broken.verdict))  # fmt: skip
        if broken.absent:
            say(t("  not among the failing: {ids}", ids=", ".join(broken.absent)))
    for survivor in proof.survivors:
        say(t("{place}: no example notices: {what}", place=survivor.place,
              what=survivor.what.text(language())))  # fmt: skip


@command.command("coverage", help=t("Clause × level × how it is assessed"))
@_pack
@click.option("--standard", help=t("Which standard (default: the newest in force)"))
@click.option("--level", type=click.IntRange(1, 5), help=t("One level, requirement by requirement"))
@click.option("--json", "as_json", is_flag=True, help=t("A JSON array on stdout"))
@click.pass_context
def coverage(  # noqa: D103 - the help says it
    ctx: click.Context, *, packs: tuple[Path, ...], standard: str | None, level: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    book = _book(ctx, packs)
    chosen = book.standards[workshop.standard_of(book, standard)]
    levels = [Level(level)] if level else list(LEVELS)
    if as_json:
        rows = [
            {"level": each, "id": r.id, "clause": r.clauses[each], "strength": r.strength.value,
             "assessed_by": _how(r, each), "rules": _rules_of(r), "verified": r.verified}
            for each in levels for r in chosen.at(each)
        ]  # fmt: skip
        click.echo(json_text(rows))
    elif level:
        table(
            [t("Clause"), t("Requirement"), t("Assessed by"), t("What")],
            [
                (r.clauses[levels[0]], r.id, _how_said(r, levels[0]), r.title.text(language()))
                for r in chosen.at(levels[0])
            ],
        )
    else:
        say(chosen.edition, "title")
        table(
            [t("Level"), t("Requirements"), *(_said(how) for how in _HOWS)],
            [
                (each, len(chosen.at(each)),
                 *(sum(_how(r, each) == how for r in chosen.at(each)) for how in _HOWS))
                for each in levels
            ],
        )  # fmt: skip


_HOWS = ("rules", "rules_partly", "scan_not_yet", "host_not_yet", "document")


def _how(requirement: Requirement, level: Level) -> str:
    """How a requirement is assessed at a level; what a machine could see but no rule does yet, says so."""
    services = [s for s in requirement.served_by if not s.levels or level in s.levels]
    if services and all(s.coverage is Coverage.FULL for s in services):
        return "rules"
    if services:
        return "rules_partly"
    if EvidenceKind.HOST in requirement.evidence:
        return "host_not_yet"
    return "scan_not_yet" if EvidenceKind.SCAN in requirement.evidence else "document"


def _said(how: str) -> str:
    return {
        "rules": t("by rules"),
        "rules_partly": t("by rules in part"),
        "scan_not_yet": t("by document (a scan could show it; no rule yet)"),
        "host_not_yet": t("by document (a host could show it; no rule yet)"),
        "document": t("by document"),
    }[how]


def _how_said(requirement: Requirement, level: Level) -> str:
    rules = ", ".join(dict.fromkeys(_rules_of(requirement)))
    said = _said(_how(requirement, level))
    return f"{said}: {rules}" if rules else said
