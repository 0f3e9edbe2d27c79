"""An inventory file, or a folder of them read as one, with every reference checked."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from attt import yamlio
from attt.errors import InputError, Place
from attt.inventory.digest import digest
from attt.inventory.forms import RESERVED_ZONES
from attt.inventory.hosts import host_models
from attt.inventory.papers.schema import (
    AttestationEntry,
    DossierEntry,
    MeasureEntry,
    ScanApprovalEntry,
)
from attt.inventory.references import (
    Found,
    HostNames,
    expect,
    expect_body,
    index,
    refuse_circle,
)
from attt.inventory.schema import (
    ConnectEntry,
    HostEntry,
    InventoryFile,
    OrganisationEntry,
    SystemEntry,
    VantageEntry,
    ZoneEntry,
)
from attt.inventory.secrets import refuse_literals
from attt.inventory.templates.schema import InstanceEntry, TemplateEntry
from attt.inventory.templates.stamp import File, stamp
from attt.message import Message
from attt.model.inventory import Dossier, Inventory, ScanApproval, System, Zone
from attt.model.measure import Attestation, Measure
from attt.schema import Strict, validate

E = TypeVar("E", bound=Strict)
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Everything that the files hold, by id where it has one."""

    organisations: Mapping[str, Found[OrganisationEntry]]
    zones: Mapping[str, Found[ZoneEntry]]
    systems: Mapping[str, Found[SystemEntry]]
    dossiers: Mapping[str, Found[DossierEntry]]
    hosts: Mapping[str, Found[HostEntry]]
    measures: Mapping[str, Found[MeasureEntry]]
    attestations: Mapping[str, Found[AttestationEntry]]
    approvals: tuple[Found[ScanApprovalEntry], ...]
    vantage: Found[VantageEntry] | None
    connect: Found[ConnectEntry] | None


def load(path: Path) -> Inventory:
    """The inventory at `path`: a file, or a folder whose *.yaml and *.yml are read as one.

    Raises InputError, with the place and the mend, for the first thing that is wrong.
    """
    files = [_read(file) for file in _files(path)]
    made, templates = stamp(
        index(_entries(files, "templates", TemplateEntry), "id"),
        tuple(_entries(files, "instances", InstanceEntry)),
    )
    parts = _parts([*files, *made])
    names = HostNames(parts.hosts)
    inventory = Inventory(
        organisations={id_: one.entry.to_model() for id_, one in parts.organisations.items()},
        zones=_zones(parts),
        hosts=host_models(parts.hosts, parts.zones, parts.connect, names),
        systems=_systems(parts, names),
        dossiers=_dossiers(parts),
        scan_approvals=tuple(_approvals(parts)),
        measures=tuple(_measures(parts, names)),
        attestations=tuple(_attestations(parts)),
        vantage=_vantage(parts),
        templates=templates,
        source=str(path),
    )
    return replace(inventory, digest=digest(inventory))


# --- files ---------------------------------------------------------------------------------


def _files(path: Path) -> list[Path]:
    """The files to read, in the order of their names; hidden files and folders are left out."""
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    been: set[str] = set()
    for folder, folders, files in os.walk(path, onerror=_refuse_unread, followlinks=True):
        real = os.path.realpath(folder)
        if real in been:  # a link that leads back
            folders.clear()
            continue
        been.add(real)
        folders[:] = [name for name in sorted(folders) if not name.startswith(".")]
        found += [
            Path(folder) / name
            for name in files
            if name.lower().endswith(_SUFFIXES) and not name.startswith(".")
        ]
    if not found:
        raise InputError(
            Message("This folder holds no *.yaml file that may be read"),
            hint=Message("Name an inventory file, or a folder that holds some."),
            place=Place(str(path)),
        )
    for file in found:
        _refuse_special(file)
    return sorted(found)


def _refuse_unread(error: OSError) -> None:
    """A folder that is passed over in silence would take its systems out of the audit."""
    raise InputError(
        Message("This folder can't be read: {reason}", reason=error.strerror or ""),
        hint=Message("Give the account the right to read it, or move it out of the inventory."),
        place=Place(str(error.filename)),
    )


def _refuse_special(path: Path) -> None:
    """A pipe or a device named like a file of the inventory would be waited for without end."""
    if path.exists() and not path.is_file():
        raise InputError(
            Message("This is a pipe or a device, not a file"),
            hint=Message("Remove it, or give it a name that does not end in .yaml or .yml."),
            place=Place(str(path)),
        )


def _read(path: Path) -> File:
    document = yamlio.read(path)
    refuse_literals(document)
    return document, validate(document, InventoryFile)


def _entries(files: list[File], name: str, _kind: type[E]) -> Iterator[Found[E]]:
    for document, file in files:
        for number, entry in enumerate(getattr(file, name)):
            yield Found(entry, document, (name, number))


def _parts(files: list[File]) -> _Parts:
    def entries(name: str, kind: type[E]) -> Iterator[Found[E]]:
        return _entries(files, name, kind)

    def single(name: str, _kind: type[E]) -> Found[E] | None:
        found = [
            Found(getattr(f, name), d, (name,)) for d, f in files if getattr(f, name) is not None
        ]
        return _only(found, name)

    return _Parts(
        organisations=index(entries("organisations", OrganisationEntry), "id"),
        zones=index(entries("zones", ZoneEntry), "id"),
        systems=index(entries("systems", SystemEntry), "code"),
        dossiers=index(entries("dossiers", DossierEntry), "id"),
        hosts=index(entries("hosts", HostEntry), "id"),
        measures=index(entries("measures", MeasureEntry), "id"),
        attestations=index(entries("attestations", AttestationEntry), "id"),
        approvals=tuple(entries("scan_approvals", ScanApprovalEntry)),
        vantage=single("vantage", VantageEntry),
        connect=single("connect", ConnectEntry),
    )


def _only(found: list[Found[E]], name: str) -> Found[E] | None:
    if len(found) > 1:
        raise InputError(
            Message(
                "'{name}' stands in two files, first at {first}", name=name, first=found[0].place()
            ),
            hint=Message("Keep it in one file: it holds for all files of the folder."),
            place=found[1].place(),
        )
    return found[0] if found else None


# --- parts ---------------------------------------------------------------------------------


def _zones(parts: _Parts) -> dict[str, Zone]:
    for one in parts.zones.values():
        for number, exposure in enumerate(one.entry.expose):
            if exposure.from_ not in RESERVED_ZONES:
                place = one.place("expose", number, "from")
                expect(exposure.from_, [*parts.zones, *RESERVED_ZONES], "zone", place)
    return {id_: one.entry.to_model(one.place()) for id_, one in parts.zones.items()}


def _vantage(parts: _Parts) -> str | None:
    if parts.vantage is None:
        return None
    zone = parts.vantage.entry.zone
    expect(zone, parts.zones, "zone", parts.vantage.place("zone"))
    return zone


def _approvals(parts: _Parts) -> Iterator[ScanApproval]:
    for one in parts.approvals:
        for number, zone in enumerate(one.entry.zones):
            expect(zone, parts.zones, "zone", one.place("zones", number))
        expect_body(one.entry.by, parts.organisations, one.place("by"))
        yield one.entry.to_model(one.place())


def _dossiers(parts: _Parts) -> dict[str, Dossier]:
    for one in parts.dossiers.values():
        for field in ("decision", "regulation"):
            if paper := getattr(one.entry, field):
                expect_body(paper.by, parts.organisations, one.place(field, "by"))
    return {id_: one.entry.to_model(one.place()) for id_, one in parts.dossiers.items()}


def _systems(parts: _Parts, names: HostNames) -> dict[str, System]:
    following = {code: one.entry.inherits for code, one in parts.systems.items()}
    systems: dict[str, System] = {}
    for code, one in parts.systems.items():
        for field in ("owner", "operator", "security_unit", "assessor", "provider"):
            name = getattr(one.entry, field)
            expect(name, parts.organisations, "organisation", one.place(field))
        for number, body in enumerate(one.entry.co_operators):
            expect(body, parts.organisations, "organisation", one.place("co_operators", number))
        expect(one.entry.dossier, parts.dossiers, "dossier", one.place("dossier"))
        expect(one.entry.inherits, parts.systems, "system", one.place("inherits"))
        circle = Message("'{code}' inherits from itself in a circle", code=code)
        refuse_circle(code, following, one.place("inherits"), circle)
        _refuse_twice_planned(one)
        systems[code] = one.entry.to_model(names.ids(one.entry.hosts, one, "hosts"), one.place())
    return systems


def _refuse_twice_planned(one: Found[SystemEntry]) -> None:
    answered: dict[str, int] = {}
    for number, line in enumerate(one.entry.plan):
        first = answered.setdefault(line.requirement, number)
        if first != number:
            raise InputError(
                Message(
                    "The plan answers '{requirement}' twice, first at {first}",
                    requirement=line.requirement,
                    first=one.place("plan", first),
                ),
                hint=Message("Keep the answer that the approved plan gives."),
                place=one.place("plan", number),
            )


def _measures(parts: _Parts, names: HostNames) -> Iterator[Measure]:
    for one in parts.measures.values():
        expect(one.entry.system, parts.systems, "system", one.place("system"))
        expect(one.entry.zone, parts.zones, "zone", one.place("zone"))
        host = one.entry.host and names.id(one.entry.host, one.place("host"))
        yield one.entry.to_model(host, one.place())


def _attestations(parts: _Parts) -> Iterator[Attestation]:
    for one in parts.attestations.values():
        expect(one.entry.system, parts.systems, "system", one.place("system"))
        for field in ("organisation", "provider"):
            name = getattr(one.entry, field)
            expect(name, parts.organisations, "organisation", one.place(field))
        yield one.entry.to_model(one.place())
