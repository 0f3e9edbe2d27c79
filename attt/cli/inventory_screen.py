"""An inventory and its warnings on the terminal."""

from collections.abc import Sequence

from attt.cli.console import indented, out, say, table
from attt.cli.language import language, t
from attt.inventory.likely.warning import Warning_
from attt.model.inventory import Host, Inventory, Template, TransportKind


def show_warnings(inventory: Inventory, found: Sequence[Warning_]) -> None:
    """Each warning with its place and mend, what templates made, and the counts."""
    for one in found:
        place = f"{one.place}: " if one.place else ""
        text = one.message.text(language())
        if one.is_note:
            say(t("{place}note: {text}", place=place, text=text))
        else:
            say(t("{place}warning: {text}", place=place, text=text))
        out().print(indented(one.hint.text(language()), 2))
    _templates(inventory.templates)
    say(t("{systems} systems, {hosts} hosts, {zones} zones; {count} warnings.",
          systems=len(inventory.systems), hosts=len(inventory.hosts), zones=len(inventory.zones),
          count=sum(not one.is_note for one in found)))  # fmt: skip


def show_inventory(inventory: Inventory) -> None:
    """Systems, hosts, and which instance of which template made what."""
    table(
        [t("System"), t("Level"), t("Hosts"), t("Name")],
        ([s.code, s.level, len(s.hosts), s.name] for s in inventory.systems.values()),
    )
    say("")
    systems: dict[str, list[str]] = {}
    for system in inventory.systems.values():
        for id_ in system.hosts:
            systems.setdefault(id_, []).append(system.code)
    table(
        [t("Host"), t("Name"), t("Zone"), t("Systems"), t("Login"), t("Addresses")],
        (
            [h.id, h.name, h.zone or "–", ", ".join(systems.get(h.id, ["–"])), _login(h),
             ", ".join(h.addresses) or "–"]
            for h in inventory.hosts.values()
        ),
    )  # fmt: skip
    for template in inventory.templates:
        say("")
        _templates((template,))
        for one in template.instances:
            values = ", ".join(f"{name}: {value}" for name, value in one.values.items())
            say(f"  {one.place}: {values}")
            say("    " + "; ".join(f"{part}: {', '.join(ids)}" for part, ids in one.made.items()))


def _login(host: Host) -> str:
    login = host.connect
    if login.transport is not TransportKind.SSH:
        return login.transport.value
    port = "" if login.port == 22 else f":{login.port}"  # noqa: PLR2004 - SSH's own
    via = f" ({login.via})" if login.via else ""
    return f"ssh {login.user or '–'}{port}{via}"


def _templates(templates: Sequence[Template]) -> None:
    for one in templates:
        counts: dict[str, int] = {}
        for instance in one.instances:
            for part, ids in instance.made.items():
                counts[part] = counts.get(part, 0) + len(ids)
        made = ", ".join(f"{part} {count}" for part, count in counts.items()) or "–"
        say(t("Template '{id}', instances: {instances}; made: {made}",
              id=one.id, instances=len(one.instances), made=made))  # fmt: skip
