"""A rule: what must hold of a subject. Pure data; it can never run anything."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from attt.errors import Place
from attt.model.fact import FactKey
from attt.model.finding import Verdict
from attt.model.subject import SubjectKind
from attt.model.value import Value
from attt.model.words import Words


class Severity(StrEnum):
    """How much a failure matters, from the least to the most."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (info) to 4 (critical)."""
        return list(Severity).index(self)


class Risk(StrEnum):
    """What could go wrong while an admin applies the fix."""

    NONE = "none"
    LOCKOUT = "lockout"
    RESTART = "restart"
    DATA_LOSS = "data_loss"


class Operator(StrEnum):
    """The comparisons; each is a total function in `evaluate.compare`."""

    IS = "is"
    IS_NOT = "is_not"
    IS_ONE_OF = "is_one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MODE_WITHIN = "mode_within"
    OLDER_THAN = "older_than"
    NEWER_THAN = "newer_than"
    VERSION_AT_LEAST = "version_at_least"
    WITHIN = "within"
    MATCHES = "matches"
    CONTAINS = "contains"
    IN_DATE = "in_date"
    SUBSET_OF = "subset_of"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a standard may set for a rule.

    `type` is "integer", "text", "boolean", "list" (of text); `stricter` says which way is stricter:
    "higher", "lower", "subset", "superset" or "none". A default of null says that only the office
    knows the value: until its standard sets one, what rests on it is unknown.
    """

    type: str
    default: Value
    stricter: str = "none"


@dataclass(frozen=True, slots=True)
class Reference:
    """`$name` in a rule: the value of a parameter."""

    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Products that one date holds for: `match` is a pattern (RE2) of the whole text, `until` an
    ISO date, the last day on which the product is supported.
    """

    match: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Dates by product, from a pack's `tables/`; the first row that matches holds."""

    id: str
    as_of: str  # ISO date: what was announced by then
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value is: the alias of a fact and the fields under it.

    Inside `each`, a path that starts with "." has the empty alias and is read from the item.
    """

    alias: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.alias, *self.fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One value against one wanted value."""

    id: str
    path: Path
    operator: Operator
    wanted: "Value | Reference | Table"
    label: Words | None = None  # what is compared, in the words of people


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The aliased fact is there (not proved absent)."""

    alias: str


class Quantifier(StrEnum):
    """How the parts of a group make the whole."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Several conditions made one."""

    quantifier: Quantifier
    parts: tuple["Condition", ...]
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """A condition over every item of a list; `item` is the field that names an item.

    Items for which `where` is false are left out; unknown `where` makes that item unknown.
    An empty list passes `all` and `none` and fails `any`.
    """

    path: Path
    item: str
    quantifier: Quantifier
    parts: tuple["Condition", ...]
    where: "Condition | None" = None
    id: str = ""


Condition = Comparison | Present | Group | Each


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """How to mend a failure: text with commands for the admin; attt itself never changes a host."""

    text: Words
    risk: Risk = Risk.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Facts as they could be, and the verdict that the rule owes them.

    `given` maps each alias to a value, or to {"_missed": obstacle} or {"_absent": true}.
    """

    given: Mapping[str, Value]
    verdict: Verdict
    params: Mapping[str, Value] = field(default_factory=dict)
    failing: tuple[str, ...] | None = None  # ids of the expectations that must be among the failing
    observed_at: str = "2026-11-22T00:00:00Z"
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as its file says it."""

    id: str
    title: Words
    severity: Severity
    needs: Mapping[str, FactKey]
    expect: tuple[Condition, ...]
    why: Words
    fix: Fix
    subject: SubjectKind = SubjectKind.HOST
    applies: Condition | None = None
    params: Mapping[str, Parameter] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    pack: str = "attt"
    place: Place | None = None

    @property
    def comparisons(self) -> Iterator[Comparison]:
        """Every comparison that it expects, also inside of groups and lists."""
        return _comparisons(self.expect)

    def label_of(self, expectation: str) -> Words | None:
        """What an expectation compares, in the words of people, where the rule names it."""
        labels = (one.label for one in _comparisons(self.expect) if one.id == expectation)
        return next((label for label in labels if label is not None), None)


def _comparisons(conditions: Iterable[Condition]) -> Iterator[Comparison]:
    for one in conditions:
        if isinstance(one, Comparison):
            yield one
        elif isinstance(one, Group | Each):
            yield from _comparisons(one.parts)
