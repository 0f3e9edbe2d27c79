"""Hosts with their logins: what file, zone and host say, laid over each other."""

from collections.abc import Mapping
from dataclasses import replace

from attt.errors import InputError
from attt.inventory.references import Found, HostNames, expect, refuse_circle
from attt.inventory.schema import ConnectEntry, HostEntry, ZoneEntry
from attt.message import Message
from attt.model.inventory import Host, TransportKind


def host_models(
    hosts: Mapping[str, Found[HostEntry]],
    zones: Mapping[str, Found[ZoneEntry]],
    default: Found[ConnectEntry] | None,
    names: HostNames,
) -> dict[str, Host]:
    """Every host with its merged login. Raises InputError for a login that can't be."""
    models: dict[str, Host] = {}
    for id_, one in hosts.items():
        expect(one.entry.zone, zones, "zone", one.place("zone"))
        zone = zones[one.entry.zone] if one.entry.zone else None
        models[id_] = _host(one, zone, default, names)
        _refuse_incomplete(models[id_], one)
    _refuse_dead_jumps(models, hosts)
    return models


def _host(
    one: Found[HostEntry],
    zone: Found[ZoneEntry] | None,
    default: Found[ConnectEntry] | None,
    names: HostNames,
) -> Host:
    general = default.entry if default else ConnectEntry()
    if general.via and default:
        general = _resolved(general, names, default, "via")
    if zone and zone.entry.connect:
        in_zone = zone.entry.connect
        if in_zone.via:
            in_zone = _resolved(in_zone, names, zone, "connect", "via")
        general = in_zone.over(general)
    if general.via == one.entry.id:  # the jump host itself is reached directly
        general = general.model_copy(update={"via": None})
    login = one.entry.login(general)
    if one.entry.connect and one.entry.connect.via:
        via = names.id(one.entry.connect.via, one.place("connect", "via"))
        login = replace(login, via=via)
    return one.entry.to_model(login, one.place())


def _resolved(
    entry: ConnectEntry,
    names: HostNames,
    found: Found[ConnectEntry] | Found[ZoneEntry],
    *field: str,
) -> ConnectEntry:
    """The entry with its jump host as an id."""
    via = names.id(entry.via or "", found.place(*field))
    return entry.model_copy(update={"via": via})


def _refuse_incomplete(host: Host, one: Found[HostEntry]) -> None:
    if host.connect.transport is TransportKind.SSH and not host.addresses:
        raise InputError(
            Message("Host '{id}' has no address to connect to", id=host.id),
            hint=Message(
                "Add 'addresses: [192.0.2.10]', or 'transport: none' with a reason if it can't be logged into."
            ),
            place=one.place(),
        )
    if host.connect.transport is TransportKind.NONE and host.reason is None:
        raise InputError(
            Message("Host '{id}' has transport none, but no reason", id=host.id),
            hint=Message("Add 'reason: …': reports say why a host was not looked at."),
            place=one.place("transport"),
        )


def _refuse_dead_jumps(models: Mapping[str, Host], hosts: Mapping[str, Found[HostEntry]]) -> None:
    following = {id_: host.connect.via for id_, host in models.items()}
    for id_, via in following.items():
        if via is None:
            continue
        place = hosts[id_].place("connect", "via")
        refuse_circle(
            id_, following, place, Message("The jump hosts of '{id}' run in a circle", id=id_)
        )
        if models[via].connect.transport is not TransportKind.SSH:
            raise InputError(
                Message("'{via}' can't be a jump host: it is not reached over SSH", via=via),
                hint=Message("Name a host with transport ssh, or remove 'via'."),
                place=place,
            )
