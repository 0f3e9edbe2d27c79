"""The table of outcomes: verdicts, papers and the plan together, for one requirement of one system."""

from dataclasses import dataclass
from enum import StrEnum

from attt.model.outcome import Outcome


class Because(StrEnum):
    """Every key that `RequirementResult.reason` can hold; reports have words for each."""

    MET = ""
    PLAN = "plan"  # the approved plan leaves it out, with a reason
    ALL_NOT_APPLICABLE = "all_not_applicable"  # proved on every subject
    FAILED = "failed"  # something fails and nothing passes
    SOME_FAILED = "some_failed"
    MEASURE = "measure"  # every failure is covered by an equivalent measure in force
    SHARED = "shared"  # met by the shared infrastructure, as the plan says
    PROVIDER = "provider"  # shown by a provider's document in force
    UNKNOWN = "unknown"  # nothing failed, but something could not be judged
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_LAPSED = "document_lapsed"
    PARTIAL = "partial"  # the rules don't prove the whole, and no document shows the rest
    NO_RULE = "no_rule"  # nothing serves it at this level yet
    NO_SUBJECTS = "no_subjects"  # rules serve it, but the system has nothing that they judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that the outcome depends on.

    Counts are of subjects: `failed` without and `covered` with an equivalent measure. `full`: rules
    serve the requirement and prove all of it. `documented`: a document of the system's own is in
    force. `inherited`: from where it may be taken over, if it may.
    """

    passed: int = 0
    failed: int = 0
    covered: int = 0
    unknown: int = 0
    not_applicable: int = 0
    served: bool = False
    full: bool = False
    asks_document: bool = False
    documented: bool = False
    lapsed: bool = False
    left_out: bool = False
    inherited: Because | None = None

    @property
    def subjects(self) -> int:
        """How many subjects were in scope."""
        return self.passed + self.failed + self.covered + self.unknown + self.not_applicable

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to be shown: no unknown, and either full coverage or a document."""
        looked = self.subjects > 0 if self.full else self.documented
        return looked and self.unknown == 0


def outcome(known: Known) -> tuple[Outcome, Because]:
    """Design part 5, read from the top.

    A failure without measure stands whatever papers say; what the shared infrastructure or a
    provider shows counts where nothing fails here; without full coverage a document must show the
    rest; and a requirement does not apply only where rules with full coverage, or the plan, say so.
    """
    if known.left_out:
        return Outcome.NOT_APPLICABLE, Because.PLAN
    if known.failed:
        if known.passed or known.covered:
            return Outcome.PARTLY_MET, Because.SOME_FAILED
        return Outcome.NOT_MET, Because.FAILED
    if known.is_whole:
        return _whole(known)
    if known.inherited is not None:
        return Outcome.INHERITED, known.inherited
    is_part = known.passed or known.covered or known.documented
    return Outcome.PARTLY_MET if is_part else Outcome.NOT_ASSESSED, _lack(known)


def _whole(known: Known) -> tuple[Outcome, Because]:
    if known.covered:
        return Outcome.COMPENSATED, Because.MEASURE
    if known.full and not known.passed:
        return Outcome.NOT_APPLICABLE, Because.ALL_NOT_APPLICABLE
    return Outcome.MET, Because.MET


def _lack(known: Known) -> Because:
    """What would have to be brought, the first thing first."""
    if known.unknown:
        return Because.UNKNOWN
    if known.served and not known.subjects:
        return Because.NO_SUBJECTS
    if known.lapsed:
        return Because.DOCUMENT_LAPSED
    if known.asks_document:
        return Because.DOCUMENT_MISSING
    return Because.PARTIAL if known.served else Because.NO_RULE
