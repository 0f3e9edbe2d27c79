"""`attt rules list|show|new|lint|prove|coverage`."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from attt import assets
from attt.cli import workshop
from attt.cli.console import indented, out, say, table
from attt.cli.coverage_screen import (
    HOWS,
    rows,
    rules_of,
    show_counts,
    show_empty,
    show_rows,
    uses_in,
)
from attt.cli.exits import Exit
from attt.cli.json_text import json_text
from attt.cli.language import language, t, whole_summaries
from attt.cli.starting_rules import start_rule
from attt.facts.registry import FACTS
from attt.model.level import LEVELS, Level
from attt.model.rule import Rule
from attt.model.rulebook import Rulebook
from attt.model.standard import RuleUse
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
        click.echo(json_text([_row(r, serves.get(r.id, {})) for r in book.rules.values()]))
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
            for rule in rules_of(requirement):
                found.setdefault(rule, {}).setdefault(standard.id, []).append(requirement.id)
    return found


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
    say(t("Looks at: {facts}", facts=", ".join(sorted(map(str, one.needs.values())))))
    say("\n" + t("Why:"), "title")
    out().print(indented(one.why.text(lang), 2))
    risk = words.RISKS[one.fix.risk].text(lang)
    say("\n" + t("Fix (risk: {risk}):", risk=risk), "title")
    out().print(indented(one.fix.text.text(lang), 2))
    say("\n" + t("Serves:"), "title")
    for standard in book.standards.values():
        for requirement, use in uses_in(standard, rule):
            clauses = ", ".join(f"{n}: {clause}" for n, clause in requirement.clauses.items())
            say(f"  {standard.edition} {requirement.id} ({clauses}){_set_by(use)}")


def _set_by(use: RuleUse) -> str:
    """The parameters that a standard sets, by level, as " name=value (levels)"."""
    said = ""
    for name, by_level in use.params.items():
        values: dict[str, list[int]] = {}
        for level, value in by_level.items():
            values.setdefault(json.dumps(value, ensure_ascii=False), []).append(level)
        said += "".join(f" {name}={v} [{', '.join(map(str, n))}]" for v, n in values.items())
    return said


@command.command("new", help=t("Start a rule: a file that loads and proves, to be made your own"))
@click.argument("rule")
@click.option("--pack", "folder", required=True, type=click.Path(path_type=Path),
              help=t("The folder of your pack; made where it is not there"))  # fmt: skip
@click.option("--fact", required=True, metavar="FACT", help=t("What the rule looks at"))
@click.option("--with", "given", multiple=True, metavar="NAME=VALUE",
              help=t("A parameter of the fact, such as path=/etc/app.ini"))  # fmt: skip
def new(*, rule: str, folder: Path, fact: str, given: tuple[str, ...]) -> None:  # noqa: D103
    path = start_rule(rule, folder, fact, given)
    say(t("{path} is written.", path=path))
    say(t("Say in it what must hold, why, and how to mend it; then: attt rules lint --pack {pack}, "
          "attt rules prove {rule} --pack {pack}", pack=folder, rule=rule))  # fmt: skip


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
@click.option("--only", type=click.Choice((*HOWS, "empty")),
              help=t("Only what is assessed so; `empty`: what a host or a scan could show, that no "
                     "rule looks at and that the standard does not explain (exit 1 if any)"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=t("A JSON array on stdout"))
@click.pass_context
def coverage(  # noqa: D103 - the help says it
    ctx: click.Context, *, packs: tuple[Path, ...], standard: str | None, level: int | None,
    only: str | None, as_json: bool,
) -> int:  # fmt: skip
    book = _book(ctx, packs)
    chosen = book.standards[workshop.standard_of(book, standard)]
    levels = (Level(level),) if level else LEVELS
    found = rows(chosen, levels, only)
    if as_json:
        click.echo(json_text(found))
    elif level or only:
        show_rows(chosen, levels, only)
        show_empty(chosen, levels)
    else:
        show_counts(chosen, levels)
    return Exit.FINDINGS if only == "empty" and found else Exit.CLEAN


whole_summaries(command)
