"""Puts the stages together for a command: settings, rulebook, store, transports."""

import difflib
import gc
import os
import secrets
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from attt import __version__, assets
from attt import settings as settings_file
from attt.audit import Archive, Means, Plan
from attt.cli.language import prefer
from attt.cli.progress import ScreenObserver
from attt.collect.engine import ThreadRunner
from attt.collect.transport.interface import Revealed, Surroundings
from attt.collect.transport.local import LocalTransport
from attt.crosscheck import crosscheck
from attt.errors import InputError, UsageError
from attt.evaluate.moments import vietnam_date
from attt.facts.registry import FACTS
from attt.inventory.load import load as load_inventory
from attt.inventory.secrets import resolve
from attt.message import Message
from attt.model.answer import Answer
from attt.model.audit import Audited
from attt.model.inventory import Host, Inventory, Secret, TransportKind
from attt.model.rulebook import Rulebook
from attt.model.run import HostRecord, Run, RunStatus, ScanRecord
from attt.model.standard import Standard
from attt.rulebook.lint import lint_rule
from attt.rulebook.load import load as load_rulebook
from attt.settings import Settings

_PATIENCE_S = 1.0
_PACKAGED = "attt"  # the id of the pack that attt brings along, linted before it is released


def now() -> str:
    """This moment, RFC 3339 UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def settings(ctx: click.Context) -> Settings:
    """The attt.toml in force; from here on messages are in the language that it names."""
    explicit = (ctx.find_root().obj or {}).get("config")
    conf = settings_file.load(Path.cwd(), Path(explicit) if explicit else None)
    prefer(conf.language)
    return conf


def rulebook(conf: Settings) -> Rulebook:
    """The packaged rules and the packs that the settings name, fit to judge by."""
    packaged = assets.folder("rules")
    book = fit(load_rulebook([packaged, *conf.packs], FACTS, proven=[packaged]))
    until = conf.deadlines.transition
    if until is None:
        return book
    return replace(book, standards={id_: _until(s, until) for id_, s in book.standards.items()})


def _until(standard: Standard, day: str) -> Standard:
    """The standard with another last day of its transition: guidance may still move it."""
    if standard.transition is None:
        return standard
    return replace(standard, transition=replace(standard.transition, until=day))


def fit(book: Rulebook) -> Rulebook:
    """Refuse rules of an office's own that lint has something against: they would judge wrongly."""
    for rule in book.rules.values():
        if rule.pack == _PACKAGED:
            continue
        for complaint in (c for c in lint_rule(rule, FACTS) if c.severity == "error"):
            raise InputError(complaint.message, hint=complaint.hint, place=complaint.place)
    return book


def standard_of(book: Rulebook, wanted: str | None) -> str:
    """The standard asked for, else the newest one in force."""
    if wanted is None:
        today = vietnam_date(now()).isoformat()
        known = book.standards.values()
        in_force = [s for s in known if s.in_force_from <= today <= (s.in_force_until or today)]
        return max(in_force or known, key=lambda s: s.in_force_from).id
    if wanted not in book.standards:
        raise UsageError(
            Message("There is no standard {name!r} in the rulebook", name=wanted),
            hint=Message("Known standards: {names}", names=", ".join(sorted(book.standards))),
        )
    return wanted


def known_rules(wanted: Sequence[str], book: Rulebook) -> None:
    """Refuse a rule that is not in the rulebook, naming those that look like it."""
    for rule in wanted:
        if rule not in book.rules:
            near = difflib.get_close_matches(rule, book.rules, n=3)
            raise UsageError(
                Message("There is no rule {rule!r}", rule=rule),
                hint=Message("Did you mean: {names}?", names=", ".join(near))
                if near
                else Message("See: attt rules list"),
            )


def new_run(
    inventory: Inventory,
    book: Rulebook,
    standard: str,
    *,
    only_rules: Sequence[str] = (),
    is_check: bool = False,
    has_scan: bool = True,
    has_walks: bool = True,
    whole: Inventory | None = None,
) -> Run:
    """The head of a run that begins now; `whole` is the inventory that `inventory` is a part of."""
    started = now()
    compact = started.replace("-", "").replace(":", "").replace("T", "-").rstrip("Z")
    return Run(
        id=f"{compact}-{secrets.token_hex(2)}",
        started_at=started,
        attt=__version__,
        rulebook=book.digest,
        inventory_digest=inventory.digest,
        inventory_source=inventory.source if is_check else str(Path(inventory.source).resolve()),
        standards=(standard,),
        hosts_declared=tuple(inventory.hosts),
        is_check=is_check,
        only_rules=tuple(dict.fromkeys(only_rules)),
        has_scan=has_scan,
        has_walks=has_walks,
        jumps=_jumps(inventory, whole or inventory),
    )


def _jumps(part: Inventory, whole: Inventory) -> tuple[Host, ...]:
    """The hosts that those of `part` are reached through and that are not among them."""
    found: dict[str, Host] = {}
    ahead = list(part.hosts.values())
    while ahead:
        via = whole.hosts.get(ahead.pop().connect.via or "")
        if via is not None and via.id not in found:
            found[via.id] = via
            ahead.append(via)
    return tuple(host for id_, host in found.items() if id_ not in part.hosts)


class Nowhere:
    """Keeps records no longer than it is there itself: for `check` without --save."""

    def __init__(self) -> None:
        self._hosts: list[HostRecord] = []

    def begin(self, run: Run, inventory: Inventory) -> None:
        """Nothing to begin."""

    def save_host(
        self,
        run_id: str,  # noqa: ARG002 - as the store has it
        record: HostRecord,
        answers: Mapping[str, Answer],  # noqa: ARG002
    ) -> None:
        """Remember the record; its answers go."""
        self._hosts.append(record)

    def save_scan(self, run_id: str, record: ScanRecord) -> None:
        """A check of one host scans nothing."""

    def finish(self, run_id: str, status: RunStatus, finished_at: str) -> None:
        """Nothing to finish."""

    def hosts(self, run_id: str) -> Iterable[HostRecord]:  # noqa: ARG002 - as the store has it
        """What was remembered."""
        return self._hosts

    def scans(self, run_id: str) -> Iterable[ScanRecord]:  # noqa: ARG002
        """None."""
        return ()


@dataclass(slots=True)
class Stop:
    """The user's wish to stop, seen by every thread."""

    observer: ScreenObserver
    event: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        """Say it, and give threads the moment that they need to end what they started."""
        self.event.set()
        self.observer.wait_for_hosts(_PATIENCE_S)


def around(stop: Stop) -> Surroundings:
    """What transports need from outside."""
    return Surroundings(
        now=now,
        nonce=lambda: secrets.token_hex(16),
        resolve=_resolve,
        cancelled=stop.event,
    )


def _resolve(secret: Secret) -> Revealed:
    return resolve(secret, environ=os.environ, home=Path.home())


def pins_path(conf: Settings) -> Path:
    """Where enrolled host keys are kept."""
    return conf.state / "known_hosts"


def asked_for(
    rules: Sequence[str], plan: Plan, standard: Standard, *, with_scan: bool = True
) -> None:
    """Refuse a chosen rule that nothing will be judged by: a run without it would look clean."""
    of_hosts = {use[0] for each in plan.hosts for use in each.uses}
    of_endpoints = {use[0] for uses in plan.endpoint_uses.values() for use in uses}
    for rule in rules:
        if rule in of_endpoints and not with_scan:
            raise UsageError(
                Message(
                    "Rule {rule!r} judges what a network scan sees, and none is made", rule=rule
                ),
                hint=Message(
                    "Scan with an inventory: attt audit INVENTORY --rule {rule}", rule=rule
                ),
            )
        if rule not in of_hosts | of_endpoints:
            raise UsageError(
                Message(
                    "{standard} does not ask for rule {rule!r} at the level judged by",
                    standard=standard.edition,
                    rule=rule,
                ),
                hint=Message("See what asks for it: attt rules show {rule}", rule=rule),
            )


def inventory_of(path: Path, book: Rulebook) -> Inventory:
    """The inventory at `path`, its names of rules and requirements held against the rulebook."""
    loaded = load_inventory(path)
    crosscheck(loaded, book)
    return loaded


def store_path(conf: Settings) -> Path:
    """Where runs are kept."""
    return conf.state / "attt.db"


def settle() -> None:
    """Before many hosts: what is loaded by now stays, and the collector need not go over it again."""
    gc.freeze()


def means(
    conf: Settings,
    inventory: Inventory,
    archive: Archive,
    observer: ScreenObserver,
    *,
    jumps: Mapping[str, Host] | None = None,
    trust_new: bool = False,
) -> Means:
    """Transports as the inventory needs them: paramiko is imported only where SSH is used.

    `jumps` are the hosts that others may be reached through, where a selection left them out.
    """
    stop = Stop(observer)
    surroundings = around(stop)
    transports: dict[TransportKind, object] = {TransportKind.LOCAL: LocalTransport(surroundings)}
    if any(h.connect.transport is TransportKind.SSH for h in inventory.hosts.values()):
        from attt.collect.transport.pins import Pins  # noqa: PLC0415 - paramiko costs 0.2 s
        from attt.collect.transport.ssh import SshTransport  # noqa: PLC0415

        transports[TransportKind.SSH] = SshTransport(
            surroundings, Pins(pins_path(conf)), trust_new, jumps or inventory.hosts, conf.refusals
        )
    return Means(
        transports=transports,  # type: ignore[arg-type]
        runner=ThreadRunner(conf.concurrency),
        archive=archive,
        observer=observer,
        scan_observer=observer,
        now=now,
        stop=stop,
        is_stopped=stop.event.is_set,
    )


def known_run(run: Run, records: Iterable[HostRecord | ScanRecord], book: Rulebook) -> None:
    """Refuse a run that was made with rules or a standard that are not at hand today."""
    rules = {finding.rule for record in records for finding in record.findings}
    missing = [*(rules - book.rules.keys()), *(set(run.standards) - book.standards.keys())]
    if missing:
        raise UsageError(
            Message("Run {run} was judged with what the rulebook does not hold: {names}",
                    run=run.id, names=", ".join(sorted(missing))),
            hint=Message("Name the pack that holds it under packs in attt.toml."),
        )  # fmt: skip


def no_such_host(wanted: str, audited: Audited) -> NoReturn:
    """Refuse a host that a run does not hold, naming those that look like it."""
    names = list(dict.fromkeys(name for r in audited.hosts for name in (r.host, r.name)))
    near = difflib.get_close_matches(wanted, names, n=3) or names[:3]
    raise UsageError(
        Message("The run holds no host {host!r}", host=wanted),
        hint=Message("Did you mean: {names}?", names=", ".join(near)),
    )
