"""Names that one part of an inventory uses for another: each must lead to exactly one thing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from attt.errors import InputError, Place
from attt.explain import did_you_mean, shown
from attt.inventory.schema import HostEntry
from attt.message import Message
from attt.schema import Strict
from attt.yamlio import Document

E = TypeVar("E", bound=Strict)


@dataclass(frozen=True, slots=True)
class Found(Generic[E]):
    """One entry of a file, and where it stands there."""

    entry: E
    document: Document
    loc: tuple[str | int, ...]

    def place(self, *field: str | int) -> Place:
        """The place of the entry, or of one of its fields."""
        return self.document.place((*self.loc, *field))


def index(found: Iterable[Found[E]], key: str) -> dict[str, Found[E]]:
    """The entries by their id. Raises InputError, naming both places, where two share one."""
    known: dict[str, Found[E]] = {}
    for one in found:
        name: str = getattr(one.entry, key)
        if first := known.get(name):
            raise InputError(
                Message(
                    "'{name}' stands here twice, first at {first}",
                    name=name,
                    first=first.place(key),
                ),
                hint=Message("Give one of the two another {key}, or remove it.", key=key),
                place=one.place(key),
            )
        known[name] = one
    return known


def _unknown(kind: str, name: str) -> Message:
    match kind:
        case "organisation":
            return Message("There is no organisation '{name}'", name=name)
        case "zone":
            return Message("There is no zone '{name}'", name=name)
        case "system":
            return Message("There is no system '{name}'", name=name)
        case "dossier":
            return Message("There is no dossier '{name}'", name=name)
        case "template":
            return Message("There is no template '{name}'", name=name)
        case _:
            return Message("There is no host '{name}'", name=name)


def expect(name: str | None, known: Collection[str], kind: str, place: Place) -> None:
    """Raises InputError unless `name` is None or known; `kind` says what it should name."""
    if name is not None and name not in known:
        raise InputError(_unknown(kind, shown(name)), hint=did_you_mean(name, known), place=place)


def expect_body(name: str | None, known: Collection[str], place: Place) -> None:
    """Like `expect`, for the issuer of a paper: an organisation's id, or a name of several words."""
    if name is not None and " " not in name:
        expect(name, known, "organisation", place)


class HostNames:
    """Hosts by id or, where only one bears it, by name. Former ids (`was`) are told apart."""

    def __init__(self, hosts: Mapping[str, Found[HostEntry]]) -> None:
        self._hosts = hosts
        self._by_name: dict[str, list[str]] = {}
        self._former: dict[str, str] = {}
        for id_, one in hosts.items():
            self._by_name.setdefault(one.entry.name or id_, []).append(id_)
        for id_, one in hosts.items():
            for number, old in enumerate(one.entry.was):
                self._remember(old, id_, one.place("was", number))

    def _remember(self, old: str, id_: str, place: Place) -> None:
        holder = old if old in self._hosts else self._former.get(old)
        if holder is not None:
            raise InputError(
                Message(
                    "'{old}' is or was the id of another host, at {first}",
                    old=old,
                    first=self._hosts[holder].place("id"),
                ),
                hint=Message(
                    "An id belongs to one machine for ever: correct 'was' here or the id there."
                ),
                place=place,
            )
        self._former[old] = id_

    def id(self, reference: str, place: Place) -> str:
        """The id that a reference stands for. Raises InputError where it is none, or not only one."""
        if reference in self._hosts:
            return reference
        bearers = self._by_name.get(reference, [])
        if len(bearers) == 1:
            return bearers[0]
        if bearers:
            raise InputError(
                Message("Several hosts bear the name '{name}'", name=reference),
                hint=Message("Write the id: one of {ids}.", ids=", ".join(bearers)),
                place=place,
            )
        hint = did_you_mean(reference, [*self._hosts, *self._by_name])
        if reference in self._former:
            hint = Message("Its id is now '{id}'.", id=self._former[reference])
        raise InputError(_unknown("host", shown(reference)), hint=hint, place=place)

    def ids(self, references: Sequence[str], found: Found[E], field: str) -> tuple[str, ...]:
        """The ids of a list of references, none twice."""
        ids: dict[str, None] = {}
        for number, reference in enumerate(references):
            place = found.place(field, number)
            id_ = self.id(reference, place)
            if id_ in ids:
                raise InputError(
                    Message("Host '{name}' stands in this list twice", name=reference),
                    hint=Message(
                        "Remove one of the two; a host's id and its name mean the same host."
                    ),
                    place=place,
                )
            ids[id_] = None
        return tuple(ids)


def refuse_circle(
    start: str, following: Mapping[str, str | None], place: Place, message: Message
) -> None:
    """Raises InputError where following the names from `start` leads back to a name already met."""
    met: set[str] = set()
    name: str | None = start
    while name is not None:
        if name in met:
            raise InputError(
                message, hint=Message("Remove one of the links of the circle."), place=place
            )
        met.add(name)
        name = following.get(name)
