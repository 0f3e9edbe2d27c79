"""How standard files are written (design part 5)."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from attt.model.level import Level
from attt.model.standard import (
    Coverage,
    EvidenceKind,
    Requirement,
    RuleUse,
    Service,
    Standard,
    Strength,
    Transition,
    Way,
)
from attt.model.words import Words
from attt.rulebook.fields import exactly_one, levels, settled, some
from attt.rulebook.schema import Given, Slug, Wanted, WordsFile, Written
from attt.rulebook.values import value
from attt.schema import Day, Strict
from attt.schema import Level as LevelField


def _levels(text: str) -> str:
    levels(text)
    return text


def _level_text(raw: Any) -> Any:
    """A single level may be written as a number."""
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


LevelRange = Annotated[str, AfterValidator(_levels)]
LevelChoice = Annotated[LevelRange, BeforeValidator(_level_text)]
LevelKey = Annotated[str, Field(pattern=r"^[1-5]$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$")]


class InForceFile(Strict):
    """From when to when, and by which document."""

    model_config = ConfigDict(populate_by_name=False)

    from_: Day = Field(alias="from")
    until: Day | None = None
    because: Written


class TransitionFile(Strict):
    """How long systems approved under this edition may take to meet the next."""

    model_config = ConfigDict(populate_by_name=False)

    to: Slug
    from_: Day = Field(alias="from")
    until: Day
    because: Written
    basis: WordsFile

    def to_model(self) -> Transition:
        """As the model holds it."""
        return Transition(
            to=self.to,
            from_=self.from_,
            until=self.until,
            because=self.because,
            basis=self.basis.to_model(),
        )


class HeadingFile(WordsFile):
    """A section or chapter."""

    id: Id


class GroupFile(HeadingFile):
    """A group of the decree, in a section."""

    section: Id


class GroupsOfFile(Strict):
    """A requirement's group in each grouping."""

    nd331: Id


class RuleUseFile(Strict):
    """A rule with parameters by level."""

    model_config = ConfigDict(populate_by_name=False)

    rule: Slug
    params: dict[str, dict[LevelRange, Wanted]] = Field(default_factory=dict, alias="with")

    def to_model(self) -> RuleUse:
        """As the model holds it."""
        return RuleUse(
            rule=self.rule,
            params={
                name: {level: settled(raw) for span, raw in by.items() for level in levels(span)}
                for name, by in self.params.items()
            },
        )


def _named(raw: Any) -> Any:
    """A rule may be named alone."""
    return {"rule": raw} if isinstance(raw, str) else raw


class WayFile(Strict):
    """One rule, or several that together are one way."""

    model_config = ConfigDict(populate_by_name=False)

    rule: Slug | None = None
    params: dict[str, dict[LevelRange, Wanted]] = Field(default_factory=dict, alias="with")
    rules: Annotated[
        tuple[Annotated[RuleUseFile, BeforeValidator(_named)], ...], AfterValidator(some)
    ] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> "WayFile":
        exactly_one(self.model_fields_set & {"rule", "rules"}, ("rule", "rules"))
        if self.rules:
            exactly_one(self.model_fields_set - {"rule"}, ("rules",))
        return self

    @property
    def uses(self) -> tuple[RuleUseFile, ...]:
        """Its rules, in one form."""
        if self.rule is not None:
            return (RuleUseFile.model_construct(rule=self.rule, params=self.params),)
        return self.rules


class ServiceFile(Strict):
    """What serves a requirement."""

    any_of: Annotated[tuple[WayFile, ...], AfterValidator(some)]
    coverage: Coverage
    levels: LevelChoice | None = None

    def to_model(self) -> Service:
        """As the model holds it."""
        return Service(
            any_of=tuple(Way(rules=tuple(u.to_model() for u in way.uses)) for way in self.any_of),
            coverage=self.coverage,
            levels=levels(self.levels) if self.levels else (),
        )


class RequirementFile(Strict):
    """One requirement."""

    id: Id
    title: WordsFile
    group: GroupsOfFile
    chapter: Id
    clauses: Annotated[dict[LevelKey, Written], AfterValidator(some)]
    strength: Strength
    conditional: WordsFile | None = None
    conditional_levels: tuple[LevelField, ...] = ()
    verified: bool = False
    confidence: str = ""
    evidence: Annotated[tuple[EvidenceKind, ...], AfterValidator(some)]
    params: dict[str, Given] = Field(default_factory=dict)
    served_by: tuple[ServiceFile, ...] = ()
    host_cannot: WordsFile | None = None
    note: WordsFile | None = None

    def to_model(self) -> Requirement:
        """As the model holds it, without its place."""
        return Requirement(
            id=self.id,
            title=self.title.to_model(),
            group=self.group.nd331,
            chapter=self.chapter,
            clauses={Level(int(level)): text for level, text in sorted(self.clauses.items())},
            strength=self.strength,
            evidence=self.evidence,
            conditional=self.conditional.to_model() if self.conditional else None,
            conditional_levels=tuple(Level(level) for level in self.conditional_levels),
            verified=self.verified,
            confidence=self.confidence,
            params={name: value(raw) for name, raw in self.params.items()},
            served_by=tuple(one.to_model() for one in self.served_by),
            host_cannot=self.host_cannot.to_model() if self.host_cannot else None,
            note=self.note.to_model() if self.note else None,
        )


class StandardFile(Strict):
    """One standard file."""

    id: Slug
    title: WordsFile
    edition: Written
    in_force: InForceFile
    supersedes: tuple[Slug, ...] = ()
    notice: WordsFile | None = None
    transition: TransitionFile | None = None
    sections: Annotated[tuple[HeadingFile, ...], AfterValidator(some)]
    groups: Annotated[tuple[GroupFile, ...], AfterValidator(some)]
    chapters: Annotated[tuple[HeadingFile, ...], AfterValidator(some)]
    requirements: Annotated[tuple[RequirementFile, ...], AfterValidator(some)]

    def to_model(self) -> Standard:
        """As the model holds it, without places."""
        return Standard(
            id=self.id,
            title=self.title.to_model(),
            edition=self.edition,
            in_force_from=self.in_force.from_,
            in_force_until=self.in_force.until,
            because=self.in_force.because,
            supersedes=self.supersedes,
            sections=_headings(self.sections),
            groups=_headings(self.groups),
            section_of={group.id: group.section for group in self.groups},
            chapters=_headings(self.chapters),
            requirements=tuple(one.to_model() for one in self.requirements),
            notice=self.notice.to_model() if self.notice else None,
            transition=self.transition.to_model() if self.transition else None,
        )


def _headings(found: tuple[HeadingFile, ...] | tuple[GroupFile, ...]) -> dict[str, Words]:
    return {heading.id: heading.to_model() for heading in found}
