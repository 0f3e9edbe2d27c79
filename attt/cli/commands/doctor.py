"""`attt doctor [INVENTORY]`: what is missing here and on the hosts, and what to type."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from attt import __version__
from attt.audit import make_plan
from attt.cli import options, workshop
from attt.cli.console import say
from attt.cli.doctor_hosts import Check, Looked, checks, trial
from attt.cli.exits import Exit
from attt.cli.json_text import json_text
from attt.cli.language import language, t
from attt.cli.progress import ScreenObserver
from attt.collect.engine import collect
from attt.errors import AtttError
from attt.inventory.select import select
from attt.plan.hosts import HostPlan
from attt.report.taint import one_line

_LEAST_FREE_MIB = 200
_DOCUMENT = "attt.doctor/1"


@click.command(
    "doctor",
    help=t(
        "Say what is missing on this machine and, with INVENTORY, on every host of it, and what to "
        "type. Changes nothing."
    ),
)
@click.argument("inventory", required=False, type=click.Path(path_type=Path))
@options.SELECTION
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, inventory: Path | None, systems: tuple[str, ...],
    hosts: tuple[str, ...], zones: tuple[str, ...], as_json: bool,
) -> int:  # fmt: skip
    here = tuple(_here(ctx))
    seen: tuple[tuple[HostPlan, tuple[Check, ...]], ...] = ()
    if not as_json:
        say(t("This machine"), "title")
        _show(here)
    if inventory is not None:
        seen = tuple(_hosts(ctx, inventory, (systems, hosts, zones)))
    is_well = all(check.is_well for each in (here, *(found for _, found in seen)) for check in each)
    is_well = is_well and (inventory is None or bool(seen))
    if as_json:
        click.echo(json_text(_document(here, seen, is_well=is_well)))
        return Exit.CLEAN if is_well else Exit.TOO_LITTLE_SEEN
    if inventory is not None:
        say("\n" + t("Hosts of {path}", path=inventory), "title")
        for _, found in seen:
            _show(found)
        well = sum(all(check.is_well for check in found) for _, found in seen)
        say(t("{well} of {count} hosts are ready to be audited.", well=well, count=len(seen)))
        if not seen:
            say(t("It declares no host. See: attt inventory check {path}", path=inventory), "fail")
    say(t("All is well.") if is_well else t("Something is missing; see the lines marked [!!]."))
    return Exit.CLEAN if is_well else Exit.TOO_LITTLE_SEEN


def _document(
    here: tuple[Check, ...], seen: tuple[tuple[HostPlan, tuple[Check, ...]], ...], *, is_well: bool
) -> dict[str, object]:
    def told(found: tuple[Check, ...]) -> list[dict[str, object]]:
        return [
            {"well": c.is_well, "what": c.what, "next": "" if c.is_well else c.mend} for c in found
        ]

    return {
        "schema": _DOCUMENT,
        "attt": __version__,
        "well": is_well,
        "here": told(here),
        "hosts": [
            {"id": plan.host.id, "name": plan.host.name, "checks": told(found)}
            for plan, found in seen
        ],
    }


def _show(found: tuple[Check, ...]) -> None:
    for check in found:
        mark = "[ok]" if check.is_well else "[!!]"
        say(f"{mark} {one_line(check.what)}", "" if check.is_well else "fail")
        if not check.is_well:
            say(f"     {one_line(check.mend)}")


def _here(ctx: click.Context) -> Iterator[Check]:
    conf = workshop.settings(ctx)
    version = ".".join(str(n) for n in sys.version_info[:3])
    yield Check(True, f"Python {version}")
    yield _program("nmap", "nmap", t("network scans"))
    yield _pango()
    yield _rulebook(ctx)
    yield _folder(t("State"), conf.state)
    yield _folder(t("Reports"), conf.out)
    yield Check(True, t("Settings: {path}", path=conf.source or t("none, defaults hold")))
    if os.environ.get("SSH_AUTH_SOCK"):
        yield Check(True, t("ssh-agent runs"))


def _program(name: str, package: str, purpose: str) -> Check:
    path = shutil.which(name)
    what = t("{name} for {purpose}: {path}", name=name, purpose=purpose, path=path or t("missing"))
    return Check(path is not None, what, f"apt-get install {package}")


def _pango() -> Check:
    from attt.report.pdf import FONTS, PACKAGES, families, pdf  # noqa: PLC0415 - only here

    style = "font-family: 'Times New Roman', 'Liberation Serif', serif"
    try:
        probe = pdf(f'<!doctype html><title>attt</title><p style="{style}">CỘNG HÒA Việt Nam</p>')
    except AtttError as problem:
        hint = problem.hint.text(language()) if problem.hint else f"apt-get install {PACKAGES}"
        return Check(False, problem.message.text(language()), hint)
    found = ", ".join(sorted(families(probe)))
    if len(families(probe)) > 1:
        what = t(
            "The paper's font lacks Vietnamese letters; they come from another: {fonts}",
            fonts=found,
        )
        return Check(False, what, f"apt-get install {FONTS}")
    return Check(True, t("Pango for PDF, with the font {fonts}", fonts=found))


def _rulebook(ctx: click.Context) -> Check:
    try:
        book = workshop.rulebook(workshop.settings(ctx))
    except AtttError as error:
        return Check(False, error.text(language()), t("See: attt rules lint"))
    return Check(True, t("{rules} rules, {standards} standards", rules=len(book.rules),
                         standards=len(book.standards)))  # fmt: skip


def _folder(name: str, path: Path) -> Check:
    there = next(p for p in (path, *path.parents) if p.exists())
    free = shutil.disk_usage(there).free // 2**20
    what = t("{name}: {path}, {free} MiB free", name=name, path=path, free=free)
    if not os.access(there, os.W_OK):
        return Check(False, what, t("This account can't write to {path}", path=there))
    return Check(free >= _LEAST_FREE_MIB, what, t("Make room on that disk"))


def _hosts(
    ctx: click.Context, path: Path, chosen: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[HostPlan, tuple[Check, ...]]]:
    """Every host, all at once, in the order of the inventory."""
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    whole = workshop.inventory_of(path, book)
    systems, hosts, zones = chosen
    inventory = select(whole, systems=systems, hosts=hosts, zones=zones)
    plan = make_plan(inventory, book, today=workshop.now(),
                     standard=workshop.standard_of(book, None))  # fmt: skip
    looked: dict[str, Looked] = {}
    with ScreenObserver(len(plan.hosts), 0, says_failures=False) as screen:
        means = workshop.means(conf, inventory, workshop.Nowhere(), screen, jumps=whole.hosts)
        for evidence in collect(
            [(each.host, trial(each)) for each in plan.hosts], means.transports,
            runner=means.runner, observer=screen, now=means.now, is_cancelled=means.is_stopped,
        ):  # fmt: skip
            looked[evidence.host] = Looked(evidence=evidence, done_at=means.now())
    for each in plan.hosts:
        yield each, tuple(checks(each, looked[each.host.id], path))
