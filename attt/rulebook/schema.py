"""How rule files and pack.yaml are written (design part 4)."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from attt.explain import UnfitError, shown
from attt.message import Message
from attt.model.answer import Obstacle
from attt.model.fact import FactKey
from attt.model.finding import Verdict
from attt.model.rule import (
    Comparison,
    Condition,
    Each,
    Fix,
    Group,
    Operator,
    Parameter,
    Present,
    Quantifier,
    Risk,
    Rule,
    Severity,
)
from attt.model.rulebook import Pack
from attt.model.subject import SubjectKind
from attt.model.value import Value
from attt.model.words import Words
from attt.rulebook.fields import exactly_one, path, settled, some, wanted, word
from attt.rulebook.values import value
from attt.schema import Strict

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Key = Annotated[str, AfterValidator(word)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Written = Annotated[str, Field(min_length=1)]
Instant = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
_OPERATORS = tuple(operator.value for operator in Operator)
_QUANTIFIERS = tuple(quantifier.value for quantifier in Quantifier)


def _wanted(raw: Any) -> Any:
    wanted(raw)
    return raw


def _given(raw: Any) -> Any:
    try:
        value(raw)
    except ValueError:
        raise UnfitError(
            Message("{found} can't be given", found=shown(raw)),
            hint=Message("After _missed, write one of: {names}.", names=", ".join(Obstacle)),
        ) from None
    return raw


def _path(text: str) -> str:
    path(text)
    return text


Wanted = Annotated[Any, AfterValidator(_wanted)]
Given = Annotated[Any, AfterValidator(_given)]
PathText = Annotated[str, AfterValidator(_path)]


class WordsFile(Strict):
    """A text in both languages."""

    vi: Written
    en: Written

    def to_model(self) -> Words:
        """As the model holds it."""
        return Words(vi=self.vi.strip(), en=self.en.strip())


class ConditionFile(Strict):
    """A comparison, a `present`, a group, or an `each` over a list: exactly one of them."""

    model_config = ConfigDict(populate_by_name=False)

    id: Name | None = None
    label: WordsFile | None = None
    fact: PathText | None = None
    present: Name | None = None
    each: PathText | None = None
    item: str | None = Field(default=None, pattern=r"^(\.|[A-Za-z][\w-]*)$")
    where: "ConditionFile | None" = None
    all: Annotated["tuple[ConditionFile, ...]", AfterValidator(some)] = ()
    any: Annotated["tuple[ConditionFile, ...]", AfterValidator(some)] = ()
    none: Annotated["tuple[ConditionFile, ...]", AfterValidator(some)] = ()
    is_: Wanted = Field(default=None, alias="is")
    is_not: Wanted = None
    is_one_of: Wanted = None
    at_least: Wanted = None
    at_most: Wanted = None
    mode_within: Wanted = None
    older_than: Wanted = None
    newer_than: Wanted = None
    version_at_least: Wanted = None
    within: Wanted = None
    matches: Wanted = None
    contains: Wanted = None
    subset_of: Wanted = None
    in_date: Slug | None = None
    absent: Wanted = None

    @property
    def _said(self) -> set[str]:
        return {"is" if name == "is_" else name for name in self.model_fields_set}

    @model_validator(mode="after")
    def _is_one_thing(self) -> "ConditionFile":
        """Refuses keys that don't go together."""
        said, kinds = self._said, ("fact", "present", "each")
        head = said & set(kinds)
        kind = "group" if not head and said & set(_QUANTIFIERS) else exactly_one(head, kinds)
        allowed: set[str] = {"id"}
        match kind:
            case "fact":
                allowed |= {"fact", "label", exactly_one(said & set(_OPERATORS), _OPERATORS)}
            case "present":
                allowed |= {"present"}
            case "each":
                quantifier = exactly_one(said & set(_QUANTIFIERS), _QUANTIFIERS)
                exactly_one(said & {"item"}, ("item",))
                allowed |= {"each", "item", "where", quantifier}
            case _:
                allowed |= {exactly_one(said & set(_QUANTIFIERS), _QUANTIFIERS)}
        if odd := sorted(said - allowed):
            raise UnfitError(
                Message("'{key}' does not belong here", key=odd[0]),
                hint=Message("Here may stand: {names}.", names=", ".join(sorted(allowed))),
            )
        return self

    def to_model(self) -> Condition:
        """As the model holds it; a comparison without id is named after its path."""
        if self.fact is not None:
            operator = next(iter(self._said & set(_OPERATORS)))
            raw = self.is_ if operator == "is" else getattr(self, operator)
            return Comparison(
                id=self.id or self.fact,
                path=path(self.fact),
                operator=Operator(operator),
                wanted=wanted(raw),
                label=self.label.to_model() if self.label else None,
            )
        if self.present is not None:
            return Present(alias=self.present)
        quantifier = Quantifier(next(iter(self._said & set(_QUANTIFIERS))))
        parts = tuple(part.to_model() for part in getattr(self, quantifier.value))
        if self.each is None:
            return Group(quantifier=quantifier, parts=parts, id=self.id or "")
        return Each(
            path=path(self.each),
            item=self.item or ".",
            quantifier=quantifier,
            parts=parts,
            where=self.where.to_model() if self.where else None,
            id=self.id or "",
        )


class NeedFile(Strict):
    """A generic fact with its parameters."""

    model_config = ConfigDict(populate_by_name=False)

    fact: Written
    params: dict[str, str] = Field(default_factory=dict, alias="with")

    def to_model(self) -> FactKey:
        """As the model holds it."""
        return FactKey(self.fact, tuple(sorted(self.params.items())))


def _named(raw: Any) -> Any:
    """A fact may be named alone."""
    return {"fact": raw} if isinstance(raw, str) else raw


class ParameterFile(Strict):
    """A value that a standard may set."""

    type: str = Field(pattern=r"^(integer|text|boolean|list)$")
    default: Wanted = None
    stricter: str = Field(default="none", pattern=r"^(higher|lower|subset|superset|none)$")

    @model_validator(mode="after")
    def _default_fits(self) -> "ParameterFile":
        found = settled(self.default)
        if found is not None and not fits(self.type, found):
            raise UnfitError(
                Message("The default is not of type {type}", type=self.type),
                hint=Message("Write a default of that type; lists hold text."),
            )
        return self

    def to_model(self) -> Parameter:
        """As the model holds it."""
        return Parameter(self.type, settled(self.default), self.stricter)


def fits(type_: str, found: Value) -> bool:
    """Whether a value may stand for a parameter of a type."""
    match type_:
        case "integer":
            return isinstance(found, int) and not isinstance(found, bool)
        case "text":
            return isinstance(found, str)
        case "boolean":
            return isinstance(found, bool)
        case "list":
            return isinstance(found, tuple) and all(isinstance(one, str) for one in found)
        case _:
            return False


class FixFile(Strict):
    """How to mend it."""

    risk: Risk = Risk.NONE
    vi: Written
    en: Written

    def to_model(self) -> Fix:
        """As the model holds it."""
        return Fix(text=Words(vi=self.vi.strip(), en=self.en.strip()), risk=self.risk)


class ExampleFile(Strict):
    """Facts as they could be, and the verdict that they deserve."""

    model_config = ConfigDict(populate_by_name=False)

    given: dict[str, Given]
    verdict: Verdict
    params: dict[str, Wanted] = Field(default_factory=dict, alias="with")
    failing: tuple[str, ...] | None = None
    at: Instant = "2026-11-22T00:00:00Z"


class RuleFile(Strict):
    """One rule file."""

    id: Slug
    title: WordsFile
    severity: Severity
    subject: SubjectKind = SubjectKind.HOST
    needs: Annotated[dict[Key, Annotated[NeedFile, BeforeValidator(_named)]], AfterValidator(some)]
    applies: ConditionFile | None = None
    params: dict[Key, ParameterFile] = Field(default_factory=dict)
    expect: Annotated[tuple[ConditionFile, ...], AfterValidator(some)]
    why: WordsFile
    fix: FixFile
    examples: tuple[ExampleFile, ...] = ()

    def to_model(self) -> Rule:
        """As the model holds it, without examples, pack and places: those the loader knows."""
        return Rule(
            id=self.id,
            title=self.title.to_model(),
            severity=self.severity,
            subject=self.subject,
            needs={alias: need.to_model() for alias, need in self.needs.items()},
            applies=self.applies.to_model() if self.applies else None,
            params={name: one.to_model() for name, one in self.params.items()},
            expect=tuple(one.to_model() for one in self.expect),
            why=self.why.to_model(),
            fix=self.fix.to_model(),
        )


class PackFile(Strict):
    """pack.yaml; `needs_attt` is such as ">=0.1" or ">=0.1,<2"."""

    id: Slug
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    needs_attt: str = Field(pattern=r"^(>=|<=|==|>|<)\d+(\.\d+)*(,(>=|<=|==|>|<)\d+(\.\d+)*)*$")

    def to_model(self) -> Pack:
        """As the model holds it."""
        return Pack(id=self.id, version=self.version, needs_attt=self.needs_attt)
