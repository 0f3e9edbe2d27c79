"""`attt doctor [INVENTORY]`: what is missing here and on the hosts, and what to type."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from attt.audit import make_plan
from attt.cli import workshop
from attt.cli.console import say
from attt.cli.exits import Exit
from attt.cli.language import language, t
from attt.cli.progress import ScreenObserver
from attt.collect.engine import collect
from attt.errors import AtttError
from attt.model.inventory import TransportKind
from attt.model.run import HostEvidence, PrivilegeHad
from attt.plan.hosts import HostPlan
from attt.report import reasons, words
from attt.report.taint import one_line

_LEAST_FREE_MIB = 200


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was seen, and what to type if not."""

    is_well: bool
    what: str
    mend: str = ""


@click.command(
    "doctor",
    help=t(
        "Say what is missing on this machine and, with INVENTORY, on every host of it, and what to "
        "type. Changes nothing."
    ),
)
@click.argument("inventory", required=False, type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, *, inventory: Path | None) -> int:  # noqa: D103
    is_well = _show(_here(ctx))
    if inventory is not None:
        is_well = _show(_hosts(ctx, inventory)) and is_well
    say(t("All is well.") if is_well else t("Something is missing; see the lines marked [!!]."))
    return Exit.CLEAN if is_well else Exit.TOO_LITTLE_SEEN


def _show(checks: Iterator[Check]) -> bool:
    is_well = True
    for check in checks:
        say(f"{'[ok]' if check.is_well else '[!!]'} {check.what}", "" if check.is_well else "fail")
        if not check.is_well:
            is_well = False
            say(f"     {check.mend}")
    return is_well


def _here(ctx: click.Context) -> Iterator[Check]:
    say(t("This machine"), "title")
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
    from attt.report.pdf import FONTS, families, pdf  # noqa: PLC0415 - only here

    style = "font-family: 'Times New Roman', 'Liberation Serif', serif"
    try:
        probe = pdf(f'<!doctype html><title>attt</title><p style="{style}">CỘNG HÒA Việt Nam</p>')
    except AtttError as problem:
        hint = problem.hint.text(language()) if problem.hint else ""
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


def _hosts(ctx: click.Context, path: Path) -> Iterator[Check]:
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    inventory = workshop.inventory_of(path, book)
    plan = make_plan(inventory, book, today=workshop.now(),
                     standard=workshop.standard_of(book, None))  # fmt: skip
    plans = {each.host.id: each for each in plan.hosts}
    say("\n" + t("Hosts of {path}", path=path), "title")
    with ScreenObserver(len(plans), 0, is_quiet=True) as screen:
        means = workshop.means(conf, inventory, workshop.Nowhere(), screen)
        for evidence in collect(
            [(each.host, ()) for each in plan.hosts], means.transports, runner=means.runner,
            observer=screen, now=means.now, is_cancelled=means.is_stopped,
        ):  # fmt: skip
            yield _host(plans[evidence.host], evidence)


def _host(plan: HostPlan, evidence: HostEvidence) -> Check:
    name = f"{plan.host.name} ({evidence.address})"
    if plan.host.connect.transport is TransportKind.NONE:
        return Check(True, t("{name}: declared as not to be logged into", name=name))
    if evidence.failure is not None:
        why = reasons.FAILURES[evidence.failure]
        said = f" ({one_line(evidence.detail)})" if evidence.detail else ""
        return Check(False, f"{name}: {why.why.text(language())}{said}", why.next.text(language()))
    rights = words.PRIVILEGES[evidence.privilege].text(language())
    what = t("{name}: {platform}; rights: {rights}", name=name, platform=one_line(evidence.platform.name),
             rights=rights)  # fmt: skip
    is_enough = evidence.privilege is not PrivilegeHad.NONE or not plan.privileged
    return Check(is_enough, what, t("Give the account the lines that attt plan --sudoers prints"))
