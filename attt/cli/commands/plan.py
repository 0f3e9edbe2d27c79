"""`attt plan INVENTORY`: every command and packet that an audit would send; none is sent."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from attt.audit import make_plan
from attt.cli import options, workshop
from attt.cli.audit_screen import show_refused
from attt.cli.console import say
from attt.cli.language import t
from attt.collect.dialect.posix import sudo_argv
from attt.inventory.select import select
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat
from attt.plan.hosts import HostPlan, is_walk
from attt.plan.sudoers import password_sudoers, sudoers


@click.command(
    "plan",
    help=t(
        "Show every command and packet that auditing INVENTORY would send to each host. Nothing is "
        "sent.\n\nWith --sudoers: the exact lines that an account without root needs, to put into "
        "/etc/sudoers.d/ with visudo."
    ),
)
@click.argument("inventory", type=click.Path(path_type=Path))
@options.SELECTION
@options.RULES
@options.NO_WALK
@click.option("--sudoers", "as_sudoers", is_flag=True, help=t("Print sudoers lines only"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, inventory: Path, systems: tuple[str, ...], hosts: tuple[str, ...],
    zones: tuple[str, ...], rules: tuple[str, ...], standard: str | None, no_walk: bool,
    as_sudoers: bool,
) -> None:  # fmt: skip
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    workshop.known_rules(rules, book)
    whole = workshop.inventory_of(inventory, book)
    chosen = select(whole, systems=systems, hosts=hosts, zones=zones)
    plan = make_plan(
        chosen, book, today=workshop.now(), standard=workshop.standard_of(book, standard),
        only_rules=rules, with_walks=not no_walk,
    )  # fmt: skip
    if as_sudoers:
        click.echo(_sudoers(plan.hosts), nl=False)
        return
    say(t("attt only reads; it never changes a host. This is all that an audit would send:"))
    say(t("To every host first: read os-release, uname -srm, id -u, whether timeout and sudo are there "
          "(sudo -n -l; with a sudo password: sudo -k -n true, sudo -S -k true)."), "dim")  # fmt: skip
    by_asks: dict[tuple[Ask, ...], list[HostPlan]] = {}
    for each in plan.hosts:
        by_asks.setdefault(each.asks, []).append(each)
    for alike in by_asks.values():
        _show_hosts(alike)
    for target in plan.scan.targets:
        say(t("\nnmap from here to {address} (zone {zone}, approved by {document}): ports {ports}",
              address=target.address, zone=target.zone, document=target.approval,
              ports=target.ports))  # fmt: skip
    if plan.scan.targets:
        say(t("\nThen every TCP port that is open is asked what it speaks: nmap's service detection "
              "and its scripts for TLS, certificates, SSH and HTTP log-in, and two TLS handshakes of "
              "attt's own. Nothing is logged into."), "dim")  # fmt: skip
    show_refused(plan.scan)


def _sudoers(plans: tuple[HostPlan, ...]) -> str:
    """Exact lines without a password; an account with one starts the privileged half as a shell."""
    by_password = _users(p for p in plans if p.host.connect.sudo_password)
    exact = tuple(u for u in _users(plans) if u not in by_password)
    asks = dict.fromkeys(ask for p in plans for ask in p.privileged)
    argvs = tuple(dict.fromkeys(argv for ask in asks for argv in sudo_argv(ask)))
    text = ""
    if by_password:
        text += password_sudoers(by_password, t(
            "With a sudo password: `true` to try it once, one shell for the privileged half. "
            "Without one the lines can be exact: take the sudo password out of the inventory."
        ))  # fmt: skip
    if exact or not by_password:
        head = t("Exact commands, nothing more; check with: visudo -c -f FILE")
        text += sudoers(exact or ("attt",), argvs, head)
    return text


def _users(plans: Iterable[HostPlan]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.host.connect.user for p in plans if p.host.connect.user))


def _show_hosts(alike: Sequence[HostPlan]) -> None:
    """Hosts that are asked the same, and then the questions once: a province has thousands."""
    say("")
    for plan in alike:
        host = plan.host
        say(f"{host.name} ({', '.join(host.addresses)}) · {host.connect.transport}", "title")
    for ask in alike[0].asks:
        guard = t("if {platforms}: ", platforms=", ".join(ask.platforms)) if ask.platforms else ""
        root = t(" [root]") if ask.privilege is Privilege.ROOT else ""
        walk = t(" [walks the file system]") if is_walk(ask) else ""
        say(f"  {guard}{_words(ask)}{root}{walk}")


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
