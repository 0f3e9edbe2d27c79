"""`attt plan INVENTORY`: every command and packet that an audit would send; none is sent."""

from pathlib import Path

import click

from attt.audit import make_plan
from attt.cli import workshop
from attt.cli.audit_screen import show_refused
from attt.cli.console import say
from attt.cli.language import t
from attt.collect.dialect.posix import sudo_argv
from attt.inventory.load import load
from attt.inventory.select import select
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat
from attt.plan.hosts import HostPlan
from attt.plan.sudoers import sudoers


@click.command(
    "plan",
    help=t(
        "Show every command and packet that auditing INVENTORY would send to each host. Nothing is "
        "sent.\n\nWith --sudoers: the exact lines that an account without root needs, to put into "
        "/etc/sudoers.d/ with visudo."
    ),
)
@click.argument("inventory", type=click.Path(path_type=Path))
@click.option("--system", "systems", multiple=True, help=t("Only this system (by code)"))
@click.option("--host", "hosts", multiple=True, help=t("Only this host (by id or name)"))
@click.option("--zone", "zones", multiple=True, help=t("Only hosts of this zone"))
@click.option("--rule", "rules", multiple=True, help=t("Only this rule"))
@click.option("--standard", help=t("Judge by this standard (default: the newest in force)"))
@click.option("--sudoers", "as_sudoers", is_flag=True, help=t("Print sudoers lines only"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, inventory: Path, systems: tuple[str, ...], hosts: tuple[str, ...],
    zones: tuple[str, ...], rules: tuple[str, ...], standard: str | None, as_sudoers: bool,
) -> None:  # fmt: skip
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    workshop.known_rules(rules, book)
    chosen = select(load(inventory), systems=systems, hosts=hosts, zones=zones)
    plan = make_plan(
        chosen, book, today=workshop.now(), standard=workshop.standard_of(book, standard),
        only_rules=rules,
    )  # fmt: skip
    if as_sudoers:
        click.echo(_sudoers(plan.hosts), nl=False)
        return
    say(t("attt only reads; it never changes a host. This is all that an audit would send:"))
    for each in plan.hosts:
        _show_host(each)
    for target in plan.scan.targets:
        say(t("\nnmap from here to {address} (zone {zone}, approved by {document}): ports {ports}",
              address=target.address, zone=target.zone, document=target.approval,
              ports=target.ports))  # fmt: skip
    show_refused(plan.scan)


def _sudoers(plans: tuple[HostPlan, ...]) -> str:
    users = dict.fromkeys(p.host.connect.user for p in plans if p.host.connect.user)
    asks = dict.fromkeys(ask for p in plans for ask in p.privileged)
    argvs = tuple(dict.fromkeys(argv for ask in asks for argv in sudo_argv(ask)))
    head = t("Exact commands, nothing more; check with: visudo -c -f FILE")
    return sudoers(tuple(users) or ("attt",), argvs, head)


def _show_host(plan: HostPlan) -> None:
    connect = plan.host.connect
    say(f"\n{plan.host.name} ({', '.join(plan.host.addresses)}) · {connect.transport}", "title")
    for ask in plan.asks:
        guard = t("if {platforms}: ", platforms=", ".join(ask.platforms)) if ask.platforms else ""
        root = t(" [root]") if ask.privilege is Privilege.ROOT else ""
        say(f"  {guard}{_words(ask)}{root}")


def _words(ask: Ask) -> str:
    match ask:
        case Command():
            return t("run: {argv}", argv=" ".join(ask.argv))
        case ReadFile():
            return t("read: {path}", path=ask.path)
        case ReadTree():
            return t("read: {path}", path=f"{ask.path}/{ask.glob}")
        case Stat():
            return t("look at owner and mode of: {paths}", paths=", ".join(ask.paths))
