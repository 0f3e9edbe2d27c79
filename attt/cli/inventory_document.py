"""The JSON documents of `attt inventory check` and `attt inventory show`; schemas in attt/report."""

from collections.abc import Sequence
from typing import Any

from attt import __version__
from attt.errors import Place
from attt.inventory.likely.warning import Warning_
from attt.model.inventory import Host, Inventory, System, Template

Json = dict[str, Any]


def check_document(inventory: Inventory, found: Sequence[Warning_], language: str) -> Json:
    """What was counted and what is probably not meant; messages are in `language`."""
    return {
        "schema": "attt.inventory-check/1",
        "attt": __version__,
        "inventory": inventory.source,
        "digest": inventory.digest,
        "systems": len(inventory.systems),
        "hosts": len(inventory.hosts),
        "zones": len(inventory.zones),
        "templates": [_template(one) for one in inventory.templates],
        "warnings": [_warning(one, language) for one in found],
    }


def show_document(inventory: Inventory) -> Json:
    """Systems and hosts as attt understands them: templates filled in, names resolved."""
    systems: dict[str, list[str]] = {}
    for system in inventory.systems.values():
        for id_ in system.hosts:
            systems.setdefault(id_, []).append(system.code)
    return {
        "schema": "attt.inventory-show/1",
        "attt": __version__,
        "inventory": inventory.source,
        "digest": inventory.digest,
        "systems": [_system(one) for one in inventory.systems.values()],
        "hosts": [_host(one, systems.get(one.id, [])) for one in inventory.hosts.values()],
        "templates": [_template(one) for one in inventory.templates],
    }


def _warning(one: Warning_, language: str) -> Json:
    return {
        "code": one.code,
        "is_note": one.is_note,
        "message": one.message.text(language),
        "hint": one.hint.text(language),
        **_place(one.place),
    }


def _place(place: Place | None) -> Json:
    """Where it stands; `instance` where a template made it."""
    return {
        "file": place.file if place else None,
        "line": (place.line or None) if place else None,
        "column": (place.column or None) if place else None,
        "instance": (place.instance or None) if place else None,
    }


def _system(system: System) -> Json:
    return {
        "code": system.code,
        "name": system.name,
        "level": int(system.level),
        "owner": system.owner,
        "operator": system.operator,
        "co_operators": list(system.co_operators),
        "origin": system.origin.value,
        "hosting": system.hosting.kind.value,
        "dossier": system.dossier,
        "hosts": list(system.hosts),
        **_place(system.place),
    }


def _host(host: Host, systems: list[str]) -> Json:
    login = host.connect
    return {
        "id": host.id,
        "name": host.name,
        "addresses": list(host.addresses),
        "zone": host.zone,
        "systems": systems,
        "transport": login.transport.value,
        "user": login.user or None,
        "port": login.port,
        "via": login.via,
        "reason": host.reason,
        **_place(host.place),
    }


def _template(template: Template) -> Json:
    return {
        "id": template.id,
        "instances": [
            {
                "values": dict(one.values),
                "made": {part: list(ids) for part, ids in one.made.items()},
                "place": str(one.place) if one.place else None,
            }
            for one in template.instances
        ],
    }
