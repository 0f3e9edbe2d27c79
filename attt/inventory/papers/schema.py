"""How papers are written in an inventory; `to_model` gives the frozen values of the program."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from attt.errors import Place
from attt.explain import UnfitError
from attt.inventory import forms
from attt.message import Message
from attt.model import inventory as model
from attt.model.measure import Attestation, Measure, MeasureKind, PlanAnswer, PlanLine
from attt.schema import Day, Strict

_ID_SCHEMA = {"pattern": f"^{forms.ID_PATTERN}$"}

Id = Annotated[str, AfterValidator(forms.identifier), Field(json_schema_extra=_ID_SCHEMA)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class DocumentEntry(Strict):
    """An official paper: number, date, and the body that issued it."""

    number: Text
    date: Day
    by: Text | None = None

    def to_model(self) -> model.Document:
        """The paper."""
        return model.Document(**self.model_dump())


class DossierEntry(Strict):
    """A level proposal dossier."""

    id: Id
    status: model.DossierStatus
    decision: DocumentEntry | None = None
    regulation: DocumentEntry | None = None
    standard: Id | None = None
    plan: model.PlanProgress = model.PlanProgress.NONE

    def to_model(self, place: Place | None = None) -> model.Dossier:
        """The dossier."""
        return model.Dossier(
            **self.model_dump(exclude={"decision", "regulation"}),
            decision=self.decision.to_model() if self.decision else None,
            regulation=self.regulation.to_model() if self.regulation else None,
            place=place,
        )


class ScanApprovalEntry(Strict):
    """A document that allows scanning zones between two days, both included."""

    zones: Annotated[tuple[str, ...], Field(min_length=1)]
    document: Text
    date: Day
    until: Day
    by: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        forms.in_order(self.date, self.until, "date")
        return self

    def to_model(self, place: Place | None = None) -> model.ScanApproval:
        """The approval."""
        return model.ScanApproval(**self.model_dump(), place=place)


class PlanEntry(Strict):
    """What the approved plan answers to one requirement."""

    requirement: Text
    answer: PlanAnswer
    reason: Text | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _has_reason(self) -> Self:
        if self.answer is PlanAnswer.NOT_APPLICABLE and self.reason is None:
            raise UnfitError(
                Message(
                    "{requirement}: not applicable, but no reason is given",
                    requirement=self.requirement,
                ),
                hint=Message("Add 'reason: …' as the approved plan says it."),
            )
        return self

    def to_model(self) -> PlanLine:
        """The line."""
        return PlanLine(**self.model_dump())


class MeasureEntry(Strict):
    """A decision on record about findings in a scope."""

    id: Id
    kind: MeasureKind
    reason: Text
    approver: Text
    document: Text
    from_: Annotated[Day, Field(alias="from")]
    until: Day
    system: str | None = None
    zone: str | None = None
    host: str | None = None
    item: Text | None = None
    rule: Text | None = None
    requirement: Text | None = None
    in_plan: bool = False
    requester: Text | None = None

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        forms.in_order(self.from_, self.until, "from")
        forms.scope(self.id, narrow=self.system or self.zone or self.host)
        is_equivalent = self.kind is MeasureKind.EQUIVALENT
        forms.aim(self.id, self.rule, self.requirement, self.item, is_equivalent=is_equivalent)
        return self

    def to_model(self, host: str | None, place: Place | None = None) -> Measure:
        """The measure; `host` is the id that its reference stands for."""
        return Measure(**self.model_dump(exclude={"host"}), host=host, place=place)


class AttestationEntry(Strict):
    """A document that shows requirements, for one system or an organisation's systems."""

    id: Id
    requirements: Annotated[tuple[Text, ...], Field(min_length=1)]
    document: Text
    number: Text
    date: Day
    until: Day
    system: str | None = None
    organisation: str | None = None
    provider: str | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        forms.in_order(self.date, self.until, "date")
        if (self.system is None) == (self.organisation is None):
            raise UnfitError(
                Message("Attestation '{id}' must name a system or an organisation", id=self.id),
                hint=Message("Write either 'system:' or 'organisation:', not both."),
            )
        return self

    def to_model(self, place: Place | None = None) -> Attestation:
        """The attestation."""
        return Attestation(**self.model_dump(), place=place)
