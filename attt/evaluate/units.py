"""The subjects of a system, grouped so that "one way is enough" is decided host by host.

A unit is a host with its endpoints, its zone and the system. Whatever a unit should hold and
nobody looked at stands in it as unseen, so that what was left out can never count as good.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from attt.model.inventory import Inventory, System
from attt.model.subject import Subject, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Subjects by kind that are judged together; `unseen` are those that were never looked at."""

    host: str | None
    zone: str | None
    subjects: Mapping[SubjectKind, tuple[Subject, ...]]
    unseen: frozenset[Subject] = frozenset()


def units(system: System, inventory: Inventory, subjects: Sequence[Subject]) -> tuple[Unit, ...]:
    """The units of a system, in the order of their hosts' ids; subjects of no host come last."""
    given = set(subjects)
    extra = {s.id for s in given if s.kind is SubjectKind.HOST}
    at = _by_address(given)
    of_hosts = tuple(
        _unit(host, system, inventory, given, at) for host in sorted({*system.hosts, *extra})
    )
    held = {s for unit in of_hosts for group in unit.subjects.values() for s in group}
    return (*of_hosts, *_alone(given - held))


_At = Mapping[str, Sequence[Subject]]
"""The endpoints that were seen, by address."""


def _by_address(given: Iterable[Subject]) -> _At:
    found: dict[str, list[Subject]] = {}
    for subject in given:
        if subject.kind is SubjectKind.ENDPOINT:
            found.setdefault(address_of(subject), []).append(subject)
    return found


def _alone(subjects: Iterable[Subject]) -> Iterator[Unit]:
    for subject in sorted(subjects):
        zone = subject.id if subject.kind is SubjectKind.ZONE else None
        yield Unit(host=None, zone=zone, subjects={subject.kind: (subject,)})


def _unit(host_id: str, system: System, inventory: Inventory, given: set[Subject], at: _At) -> Unit:
    host = inventory.hosts.get(host_id)
    zone = host.zone if host else None
    endpoints, unseen_endpoints = _endpoints(host.addresses if host else (), host_id, at)
    single = {
        SubjectKind.HOST: Subject(SubjectKind.HOST, host_id),
        SubjectKind.ZONE: Subject(SubjectKind.ZONE, zone or host_id),
        SubjectKind.SYSTEM: Subject(SubjectKind.SYSTEM, system.code),
    }
    unseen = {subject for subject in single.values() if subject not in given}
    return Unit(
        host=host_id,
        zone=zone,
        subjects={
            **{kind: (subject,) for kind, subject in single.items()},
            SubjectKind.ENDPOINT: endpoints + unseen_endpoints,
        },
        unseen=frozenset({*unseen, *unseen_endpoints}),
    )


def _endpoints(
    addresses: Sequence[str], host_id: str, at: _At
) -> tuple[tuple[Subject, ...], tuple[Subject, ...]]:
    """The endpoints of a host, and one that nobody saw for every address without any."""
    unseen = [Subject(SubjectKind.ENDPOINT, a) for a in addresses if a not in at]
    if not addresses:
        unseen = [Subject(SubjectKind.ENDPOINT, host_id)]
    return tuple(sorted({s for a in addresses for s in at.get(a, ())})), tuple(unseen)


def address_of(subject: Subject) -> str:
    """The address of an endpoint, by the forms of `Endpoint.subject`: with a port, or as a whole."""
    where = subject.id.partition(">")[2]
    if where.startswith("["):
        return where[1:].partition("]")[0]
    return where.rpartition(":")[0] if "/" in where else where
