"""`attt check local|[USER@]HOST`: one host, no inventory."""

import contextlib
import getpass
import ipaddress
import os
from pathlib import Path

import click

from attt.audit import Archive, audit, make_plan
from attt.cli import options, workshop
from attt.cli.concluding import covered, exit_of
from attt.cli.console import say
from attt.cli.host_screen import show_host
from attt.cli.json_text import json_text
from attt.cli.language import t
from attt.cli.progress import ScreenObserver
from attt.errors import UsageError
from attt.message import Message
from attt.model.inventory import Connect, Host, Inventory, Secret, System, TransportKind
from attt.model.level import Level
from attt.model.rule import Severity
from attt.model.run import RunStatus
from attt.report.document import check_document
from attt.store.store import Store

_DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")


@click.command(
    "check",
    help=t(
        "Check one host: TARGET is `local` (this machine) or [USER@]HOST[:PORT] over SSH; an IPv6 "
        "address stands in brackets where a port follows.\n\n"
        "Judges at level 3 unless told. attt only reads; it never changes a host."
    ),
)
@click.argument("target")
@click.option("--level", type=click.IntRange(1, 5), default=3, show_default=True,
              help=t("The security level to judge at"))  # fmt: skip
@click.option(
    "--identity", "-i", type=click.Path(path_type=Path), help=t("The SSH key to log in with")
)
@click.option("--sudo-password-env", metavar="NAME",
              help=t("The environment variable that holds the sudo password"))  # fmt: skip
@click.option("--accept-new-host-key", is_flag=True,
              help=t("Trust an unknown host key on first use, and say so"))  # fmt: skip
@options.RULES
@options.NO_WALK
@options.FAIL_ON
@click.option("--save", is_flag=True, help=t("Keep the result as a run"))
@click.option("--all", "full", is_flag=True, help=t("Show passing rules too"))
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, target: str, level: int, identity: Path | None,
    sudo_password_env: str | None, accept_new_host_key: bool, rules: tuple[str, ...],
    standard: str | None, no_walk: bool, fail_on: str, save: bool, full: bool, as_json: bool,
) -> int:  # fmt: skip
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    workshop.known_rules(rules, book)
    connect = _connect(target, identity, sudo_password_env)
    inventory = _inventory(target, connect, Level(level))
    wanted = workshop.standard_of(book, standard)
    run = workshop.new_run(inventory, book, wanted, only_rules=rules, is_check=True)
    plan = make_plan(
        inventory, book, today=run.started_at, standard=wanted, only_rules=rules, with_scan=False,
        with_walks=not no_walk,
    )  # fmt: skip
    workshop.asked_for(rules, plan, book.standards[wanted], with_scan=False)
    with contextlib.ExitStack() as stack:
        screen = stack.enter_context(ScreenObserver(1, 0, is_quiet=True))
        archive: Archive = workshop.Nowhere()
        if save:
            archive = stack.enter_context(Store.open(workshop.store_path(conf)))
        means = workshop.means(conf, inventory, archive, screen, trust_new=accept_new_host_key)
        audited = audit(run, inventory, book, plan, means)
    if audited.run.status is RunStatus.INTERRUPTED:
        raise KeyboardInterrupt
    if as_json:
        click.echo(json_text(check_document(audited)))
    else:
        for record in audited.hosts:
            show_host(audited, record, full=full)
        if any(record.failure is None for record in audited.hosts):
            say(t("Judged at level {level} by {standard}.", level=level,
                  standard=book.standards[wanted].edition))  # fmt: skip
        if save:
            say(t("Kept as run {run}.", run=run.id))
    return exit_of(audited, Severity(fail_on), covered(audited))


def _inventory(target: str, connect: tuple[str, Connect], level: Level) -> Inventory:
    address, how = connect
    host = Host(id=target, name=target, addresses=(address,), zone=None, connect=how)
    system = System(code="check", name=target, level=level, owner="", operator="", hosts=(target,))
    return Inventory(
        organisations={}, zones={}, hosts={target: host}, systems={"check": system}, dossiers={},
        source=target,
    )  # fmt: skip


def _connect(
    target: str, identity: Path | None, sudo_password_env: str | None
) -> tuple[str, Connect]:
    sudo = Secret(scheme="env", name=sudo_password_env) if sudo_password_env else None
    if target == "local":
        return "127.0.0.1", Connect(transport=TransportKind.LOCAL, sudo_password=sudo)
    user, _, rest = target.rpartition("@")
    address, port = split_target(rest)
    return address, Connect(
        transport=TransportKind.SSH,
        user=user or _own_name(),
        port=port,
        key=_key(identity),
        sudo_password=sudo,
    )


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise UsageError(
            Message("This account has no name to log in with"),
            hint=Message("Write USER@HOST"),
        ) from error


def split_target(text: str) -> tuple[str, int]:
    """HOST, HOST:PORT, IPv6, [IPv6]:PORT → address and port."""
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
        if not bracket or (rest and not rest.startswith(":")):
            address = ""
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    else:
        address, port = text, ""
    if not _is_name(address) or (port and not _is_port(port)):
        raise UsageError(
            Message("{target!r} does not name a host", target=text),
            hint=Message("Write local, HOST, USER@HOST, USER@HOST:PORT or USER@[IPV6]:PORT"),
        )
    if ":" in address:
        _literal(address)
    return address, int(port or 22)


def _is_name(address: str) -> bool:
    """Whether a resolver may be asked for it: neither an option nor a label without an end."""
    try:
        address.encode("idna")
    except UnicodeError:
        return False
    return bool(address) and not address.startswith("-")


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536  # noqa: PLR2004


def _literal(address: str) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        raise UsageError(
            Message("{address!r} is not an IPv6 address", address=address),
            hint=Message("Write the port after brackets: [2001:db8::1]:22"),
        ) from error


def _key(identity: Path | None) -> Secret:
    """The key asked for, else ssh-agent, else the first of OpenSSH's default keys."""
    if identity is not None:
        return Secret(scheme="file", name=str(identity.expanduser().absolute()))
    if os.environ.get("SSH_AUTH_SOCK"):
        return Secret(scheme="agent")
    for name in _DEFAULT_KEYS:
        path = Path.home() / ".ssh" / name
        if path.is_file():
            return Secret(scheme="file", name=str(path))
    raise UsageError(
        Message("There is no SSH key to log in with"),
        hint=Message("Name one with --identity FILE, or start ssh-agent and ssh-add it"),
    )
