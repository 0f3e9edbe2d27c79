"""`attt keys scan|enrol`: host keys by fingerprint. Nothing is trusted that nobody compared."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from attt.cli import workshop
from attt.cli.commands.check import split_target
from attt.cli.console import say
from attt.cli.exits import Exit
from attt.cli.language import language, t, whole_summaries
from attt.collect.transport.keys import offered_key
from attt.collect.transport.pins import HostKey, Match, Pins
from attt.errors import InputError, Place, UsageError
from attt.inventory.load import load
from attt.message import Message
from attt.model.inventory import TransportKind
from attt.report import reasons

_Target = tuple[str, str, int]
"""Name, address, port."""


@click.group("keys", help=t("Look at host keys and enrol them"))
def command() -> None:  # noqa: D103 - the help says it
    pass


@command.command(
    "scan",
    help=t(
        "Show the key that each host of TARGET (an inventory, or HOST[:PORT]) offers. No login."
    ),
)
@click.argument("target")
@click.pass_context
def scan(ctx: click.Context, *, target: str) -> int:  # noqa: D103 - the help says it
    pins = Pins(workshop.pins_path(workshop.settings(ctx)))
    failed = False
    for name, address, port in _targets(target):
        key = _look(name, address, port)
        failed = failed or key is None
        if key is not None:
            state = _STATES[pins.match(address, port, key)]()
            say(f"{name} {address} {port} {key.algorithm} {key.fingerprint} {state}")
    return Exit.TOO_LITTLE_SEEN if failed else Exit.CLEAN


_STATES = {
    Match.SAME: lambda: t("(enrolled)"),
    Match.UNKNOWN: lambda: t("(not enrolled)"),
    Match.CHANGED: lambda: t("(CHANGED: another key is enrolled)"),
}


@command.command(
    "enrol",
    help=t(
        "Enrol the keys of the hosts of TARGET (an inventory, or HOST[:PORT]).\n\n"
        "Read each fingerprint on the machine's own console first: ssh-keygen -lf "
        "/etc/ssh/ssh_host_ed25519_key.pub. Give them with --fingerprint, or compare when asked."
    ),
)
@click.argument("target")
@click.option("--fingerprint", "fingerprints", multiple=True, metavar="SHA256:…",
              help=t("A fingerprint read on the machine itself (may be given again)"))  # fmt: skip
@click.option("--replace", is_flag=True, help=t("Replace an enrolled key that changed"))
@click.pass_context
def enrol(  # noqa: D103 - the help says it
    ctx: click.Context, *, target: str, fingerprints: tuple[str, ...], replace: bool
) -> int:
    if not fingerprints and not sys.stdin.isatty():
        raise UsageError(
            Message("Without a terminal, the fingerprints must be given"),
            hint=Message("Add --fingerprint SHA256:… for each host, read on the host itself"),
        )
    pins = Pins(workshop.pins_path(workshop.settings(ctx)))
    left_out = False
    for name, address, port in _targets(target):
        key = _look(name, address, port)
        done = key is not None and _enrol_one(
            pins, (name, address, port), key, fingerprints, replace
        )
        left_out = left_out or not done
    return Exit.TOO_LITTLE_SEEN if left_out else Exit.CLEAN


def _enrol_one(
    pins: Pins, target: _Target, key: HostKey, fingerprints: tuple[str, ...],
    replace: bool,  # noqa: FBT001 - passed on from the option
) -> bool:  # fmt: skip
    name, address, port = target
    match pins.match(address, port, key):
        case Match.SAME:
            say(t("{name}: already enrolled", name=name))
            return True
        case Match.CHANGED if not replace:
            say(t("{name}: another key is enrolled. If the host was installed anew, add --replace",
                  name=name))  # fmt: skip
            return False
        case _:
            pass
    if fingerprints:
        is_right = key.fingerprint in fingerprints
    else:
        is_right = click.confirm(
            t("{name} ({address}) offers {algorithm} {fingerprint}. Is this what the machine itself "
              "shows?", name=name, address=address, algorithm=key.algorithm,
              fingerprint=key.fingerprint), default=False,
        )  # fmt: skip
    if not is_right:
        say(t("{name}: not enrolled, it offers {fingerprint}", name=name,
              fingerprint=key.fingerprint))  # fmt: skip
        return False
    pins.forget(address, port)
    pins.enrol(address, port, key)
    say(t("{name}: enrolled {fingerprint}", name=name, fingerprint=key.fingerprint))
    return True


def _targets(target: str) -> Iterator[_Target]:
    if not Path(target).exists():
        if _is_file_name(target):
            raise InputError(
                Message("There is no such file"),
                hint=Message("Check the path; names are case-sensitive."),
                place=Place(target),
            )
        address, port = split_target(target.rpartition("@")[2])
        yield target, address, port
        return
    for host in load(Path(target)).hosts.values():
        if host.connect.transport is TransportKind.SSH:
            for address in host.addresses:
                yield host.name, address, host.connect.port


def _is_file_name(target: str) -> bool:
    """Whether somebody meant an inventory: a host's name has no slash, and no such ending."""
    return "/" in target or target.lower().endswith((".yaml", ".yml"))


def _look(name: str, address: str, port: int) -> HostKey | None:
    seen = offered_key(address, port)
    if isinstance(seen, HostKey):
        return seen
    why = reasons.FAILURES[seen[0]]
    say(f"{name} {address} {port}: {why.why.text(language())} {why.next.text(language())}")
    return None


whole_summaries(command)
