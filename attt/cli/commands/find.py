"""`attt find software`: which hosts have it, from what is kept; no host is contacted."""

import click

from attt import __version__
from attt.cli import workshop
from attt.cli.console import say, table
from attt.cli.exits import Exit
from attt.cli.json_text import json_text
from attt.cli.language import language, t, whole_summaries
from attt.cli.software import packages_seen
from attt.errors import UsageError
from attt.evaluate.moments import vietnam_date
from attt.evaluate.versions import order
from attt.message import Message
from attt.model.answer import Obstacle
from attt.report import reasons
from attt.report.view_software import Relation, Seen, Software, software, software_document
from attt.store.store import Store

_ALL_WIDE = frozenset("*?")


@click.group("find", help=t("Find software on hosts, in what past runs have kept"))
def command() -> None:  # noqa: D103 - the help says it
    pass


@command.command(
    "software",
    help=t(
        "Say which hosts have the package NAME, from the newest answers that are kept of each; no "
        "host is contacted.\n\n"
        "NAME is that of a package or of the source that it was built from (openssl finds libssl3 "
        "too); * and ? make a pattern of it. With VERSION each hit is said to be older, the same or "
        "newer. Exit code 0: every host is known; 4: some are not, and may have it."
    ),
)
@click.argument("name")
@click.argument("version", required=False)
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def find_software(  # noqa: D103 - the help says it
    ctx: click.Context, *, name: str, version: str | None, as_json: bool
) -> int:
    if not set(name.strip()) - _ALL_WIDE:
        raise UsageError(
            Message("{name!r} names no software", name=name),
            hint=Message("Write a package's name, such as openssl, or a pattern, such as php*"),
        )
    conf = workshop.settings(ctx)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        answer = software(packages_seen(store), name.strip(), version, order)
    if as_json:
        click.echo(json_text(software_document(answer, __version__)))
    else:
        _show(answer)
    is_known = not answer.unread and (answer.found or answer.without)
    return Exit.CLEAN if is_known else Exit.TOO_LITTLE_SEEN


def _show(answer: Software) -> None:
    read = len(answer.found) + len(answer.without)
    everyone = read + len(answer.unread)
    say(t("Hosts looked through: {read}/{all}. With {name}: {found}. Not known: {unread}.",
          read=read, all=everyone, name=answer.name, found=len(answer.found),
          unread=len(answer.unread)), "title")  # fmt: skip
    if answer.version is not None:
        say(t("Against {version}: older on {older} hosts, the same on {same}, newer on {newer}, "
              "can't be compared on {other}.", version=answer.version,
              older=answer.hosts_with(Relation.OLDER), same=answer.hosts_with(Relation.SAME),
              newer=answer.hosts_with(Relation.NEWER),
              other=answer.hosts_with(Relation.NOT_COMPARABLE)))  # fmt: skip
    _table(answer)
    if answer.similar:
        say(t("Packages with a name like that: {names}", names=", ".join(answer.similar)))
    _unread(answer)
    _cautions(answer)


def _table(answer: Software) -> None:
    if not answer.found:
        return
    headings = [t("Host"), t("Address"), t("Systems"), t("Package"), t("Version")]
    headings += [t("Compared")] if answer.version is not None else []
    rows = [
        (
            *_where(seen),
            package.name,
            package.version,
            *((_relation(package.relation),) if package.relation else ()),
            _day(seen),
        )
        for seen, packages in answer.found
        for package in packages
    ]
    table([*headings, t("Seen")], rows)


def _where(seen: Seen) -> tuple[str, str, str]:
    return seen.name, " ".join(seen.addresses), " ".join(seen.systems)


def _day(seen: Seen) -> str:
    """The day on which the host answered, in Vietnam."""
    return t("{day}", day=vietnam_date(seen.observed_at)) if seen.observed_at else ""


def _relation(relation: Relation) -> str:
    words = {
        Relation.OLDER: t("older"),
        Relation.SAME: t("same"),
        Relation.NEWER: t("newer"),
        Relation.NOT_COMPARABLE: t("can't be compared"),
    }
    return words[relation]


def _unread(answer: Software) -> None:
    if not answer.unread:
        return
    say("\n" + t("Not known, so they may have it:"), "title")
    rows = [
        (*_where(seen), _why(obstacle, detail), _day(seen))
        for seen, obstacle, detail in answer.unread
    ]
    table([t("Host"), t("Address"), t("Systems"), t("Why"), t("Seen")], rows)


def _why(obstacle: Obstacle, detail: str) -> str:
    if obstacle is Obstacle.NOT_COLLECTED:
        return t("No kept run has read its packages; audit it: attt audit INVENTORY")
    told = reasons.OBSTACLES[obstacle].why.text(language())
    return f"{told} {detail}".strip()


def _cautions(answer: Software) -> None:
    say(t("Only what a package manager installed (dpkg, rpm, apk) is seen; look for software in "
          "/opt, containers and pip by hand."), "dim")  # fmt: skip
    if answer.version is not None and answer.found:
        say(t("A distribution mends old versions without a new number: hold an older one against "
              "the distribution's own notice before you call it affected."), "dim")  # fmt: skip


whole_summaries(command)
