"""What a schema can't see: names that point to other files, and names that stand twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attt.errors import InputError, Place
from attt.explain import did_you_mean
from attt.facts.kind import FactKind
from attt.message import Message
from attt.model.rule import Rule
from attt.model.standard import Standard
from attt.rulebook.fields import settled
from attt.rulebook.generic import instead_of
from attt.rulebook.schema import RuleFile, fits
from attt.rulebook.standard.schema import RuleUseFile, ServiceFile, StandardFile
from attt.yamlio import Document

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class At:
    """A document and the way to a place in it."""

    document: Document
    loc: Loc = ()

    def __truediv__(self, part: str | int) -> "At":
        return At(self.document, (*self.loc, part))

    @property
    def place(self) -> Place:
        """Where that is."""
        return self.document.place(self.loc)


def known(at: At, name: str, names: Iterable[str], message: Message) -> None:
    """Raises InputError where `name` is none of `names`."""
    found = set(names)
    if name not in found:
        raise InputError(message, hint=did_you_mean(name, found), place=at.place)


def once(at: At, part: str, ids: Iterable[str]) -> None:
    """Raises InputError where an id of the list `part` stands twice."""
    first: dict[str, Place] = {}
    for number, name in enumerate(ids):
        place = (at / part / number / "id").place
        if name in first:
            raise InputError(
                Message("'{id}' stands here twice, first at {first}", id=name, first=first[name]),
                hint=Message("Give one of the two another id."),
                place=place,
            )
        first[name] = place


def check_rule(at: At, file: RuleFile, facts: Mapping[str, FactKind]) -> None:
    """Facts that exist with their own parameters, and examples with parameters that fit."""
    for alias, need in file.needs.items():
        here = at / "needs" / alias
        name, given = need.fact, set(need.params)
        if name not in facts:
            raise InputError(
                Message("There is no fact '{fact}'", fact=name),
                hint=instead_of(name, facts),
                place=here.place,
            )
        if given != set(facts[name].params):
            names = ", ".join(facts[name].params)
            raise InputError(
                Message("Fact '{fact}' takes other parameters", fact=name),
                hint=Message("Its parameters: {names}.", names=names)
                if names
                else Message("It takes none."),
                place=here.place,
            )
        if (refused := facts[name].refuse(need.params)) is not None:
            raise InputError(
                refused,
                hint=Message("Generic facts read plain names and paths only."),
                place=here.place,
            )
    types = {name: parameter.type for name, parameter in file.params.items()}
    for number, example in enumerate(file.examples):
        for name, raw in example.params.items():
            _parameter(at / "examples" / number / "with" / name, name, raw, types)


def _parameter(at: At, name: str, raw: object, types: Mapping[str, str]) -> None:
    known(at, name, types, Message("The rule has no parameter '{name}'", name=name))
    if not fits(types[name], settled(raw)):
        raise InputError(
            Message("Parameter '{name}' must be of type {type}", name=name, type=types[name]),
            hint=Message("Write a value of that type; lists hold text."),
            place=at.place,
        )


def check_standard(at: At, file: StandardFile, rules: Mapping[str, Rule]) -> None:
    """Headings that exist, ids that stand once, rules that exist with parameters that fit."""
    sections, groups, chapters = (
        [heading.id for heading in part] for part in (file.sections, file.groups, file.chapters)
    )
    once(at, "sections", sections)
    once(at, "groups", groups)
    once(at, "chapters", chapters)
    once(at, "requirements", (requirement.id for requirement in file.requirements))
    for number, group in enumerate(file.groups):
        here = at / "groups" / number / "section"
        known(
            here, group.section, sections, Message("There is no section '{id}'", id=group.section)
        )
    for number, requirement in enumerate(file.requirements):
        here, group_id, chapter = (
            at / "requirements" / number,
            requirement.group.nd331,
            requirement.chapter,
        )
        known(
            here / "group" / "nd331",
            group_id,
            groups,
            Message("There is no group '{id}'", id=group_id),
        )
        known(
            here / "chapter", chapter, chapters, Message("There is no chapter '{id}'", id=chapter)
        )
        check_services(here / "served_by", requirement.served_by, rules)


def check_services(at: At, services: Iterable[ServiceFile], rules: Mapping[str, Rule]) -> None:
    """Rules that exist, with parameters that fit."""
    for place, service in enumerate(services):
        for number, way in enumerate(service.any_of):
            way_at = at / place / "any_of" / number
            _way(way_at, way.uses, rules, is_single=way.rule is not None)


def check_transition(at: At, standards: Mapping[str, Standard]) -> None:
    """A transition leads to another standard that is at hand, and does not end before it begins."""
    data = at.document.data
    one = standards[str(data["id"])] if isinstance(data, Mapping) else None
    if one is None or one.transition is None:
        return
    others = standards.keys() - {one.id}
    to = one.transition.to
    known(
        at / "transition" / "to",
        to,
        others,
        Message("There is no other standard '{id}'", id=to),
    )
    if one.transition.until < one.transition.from_:
        raise InputError(
            Message("The transition ends before it begins"),
            hint=Message("Write the last day of it under until."),
            place=(at / "transition" / "until").place,
        )


def _way(
    at: At, uses: Iterable[RuleUseFile], rules: Mapping[str, Rule], *, is_single: bool
) -> None:
    for number, use in enumerate(uses):
        check_use(at if is_single else at / "rules" / number, use, rules)


def check_use(at: At, use: RuleUseFile, rules: Mapping[str, Rule]) -> None:
    """A rule that exists, with parameters that fit."""
    known(at / "rule", use.rule, rules, Message("There is no rule '{id}'", id=use.rule))
    types = {name: p.type for name, p in rules[use.rule].params.items()}
    for name, by_level in use.params.items():
        with_at = at / "with" / name
        known(with_at, name, types, Message("The rule has no parameter '{name}'", name=name))
        for span, raw in by_level.items():
            _parameter(with_at / span, name, raw, types)
