"""What concluding an audit needs of every record, in a few bytes each.

Thousands of hosts are judged by the same rules, and most of what is said of them is the same. Here
each finding stands without what only its own page shows (values, proofs, evidence), and equal ones
are one object; the whole findings stay in the store and are read again for reports.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from attt.model.finding import Compared, Finding
from attt.model.run import Failure, HostRecord, HostStatus, ScanRecord
from attt.model.subject import Subject, SubjectKind
from attt.model.value import Value

T = TypeVar("T")
Use = tuple[str, tuple[tuple[str, Value], ...]]
_NOBODY = Subject(SubjectKind.HOST, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLine:
    """One host in one line."""

    host: str
    name: str
    status: HostStatus
    failure: Failure | None


class Again(Sequence[T]):
    """A known number of records that are read anew each time that somebody goes through them."""

    __slots__ = ("_count", "_read")

    def __init__(self, read: Callable[[], Iterable[T]], count: int) -> None:
        self._read = read
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return iter(self._read())

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return tuple(self)[place]


class Overview:
    """Grows with each record; `find` and `findings` give bare findings: rule, verdict and items."""

    def __init__(self) -> None:
        self.hosts: list[HostLine] = []
        self.scans = 0
        self._orders: dict[tuple[Use, ...], Mapping[Use, int]] = {}
        self._bare: dict[Finding, Finding] = {}
        self._alike: dict[tuple[Finding, ...], tuple[Finding, ...]] = {}
        self._of: dict[Subject, tuple[Mapping[Use, int], tuple[Finding, ...]]] = {}

    def add_host(self, record: HostRecord) -> None:
        """Take in a host that is done."""
        self.hosts.append(
            HostLine(
                host=record.host,
                name=record.name,
                status=record.status,
                failure=record.failure,
            )
        )
        self._add(record.findings)

    def add_scan(self, record: ScanRecord) -> None:
        """Take in a scanned address that is done."""
        self.scans += 1
        self._add(record.findings)

    def find(
        self, subject: Subject, rule: str, params: tuple[tuple[str, Value], ...]
    ) -> Finding | None:
        """The bare finding of a subject, rule and settled parameters; None where there is none."""
        order, found = self._of.get(subject, ({}, ()))
        place = order.get((rule, params))
        return None if place is None else found[place]

    def findings(self) -> Iterator[tuple[Subject, Finding]]:
        """Every bare finding and whose it is, in the order of the records."""
        for subject, (_, found) in self._of.items():
            for one in found:
                yield subject, one

    def _add(self, findings: Sequence[Finding]) -> None:
        by_subject: dict[Subject, list[Finding]] = {}
        for finding in findings:
            by_subject.setdefault(finding.subject, []).append(finding)
        for subject, own in by_subject.items():
            uses = tuple((one.rule, one.params) for one in own)
            order = self._orders.get(uses)
            if order is None:
                order = self._orders[uses] = {use: n for n, use in enumerate(uses)}
            found = tuple(map(self._shared, own))
            self._of[subject] = (order, self._alike.setdefault(found, found))

    def _shared(self, finding: Finding) -> Finding:
        bare = Finding(
            rule=finding.rule,
            subject=_NOBODY,
            verdict=finding.verdict,
            params=finding.params,
            failing=tuple(map(_bare, finding.failing)),
            unknown=finding.unknown,
        )
        return self._bare.setdefault(bare, bare)


def _bare(compared: Compared) -> Compared:
    return Compared(id=compared.id, operator="", found=None, wanted=None, item=compared.item)


def overview_of(hosts: Iterable[HostRecord], scans: Iterable[ScanRecord]) -> Overview:
    """What these records come to, in short."""
    seen = Overview()
    for record in hosts:
        seen.add_host(record)
    for scan in scans:
        seen.add_scan(scan)
    return seen
