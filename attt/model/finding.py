"""What judging a rule against a subject says."""

from dataclasses import dataclass
from enum import StrEnum

from attt.model.fact import Assurance, Origin
from attt.model.subject import Subject
from attt.model.value import Value


class Verdict(StrEnum):
    """The field's five words; other vocabularies only in their exporter."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a verdict is unknown (an obstacle) or not applicable (a proof).

    `code` is an Obstacle's value, or "absent", or "condition" where `applies` is false;
    `detail` is in the words of the host or of the proof, and tainted.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One expectation against one item: what was found, what was wanted, in their own types.

    `found` and `wanted` are Values without Missing; `operator` says how they were compared.
    """

    id: str
    operator: str
    found: Value
    wanted: Value
    item: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One verdict, with all that is needed to explain it.

    `params` are the parameters judged with, as sorted (name, value) pairs. `failing` holds every
    expectation that failed, `unknown` names (id, item) of those that could not be judged,
    `passing` those that held (at most 20; `checked` counts all). `evidence` are answer digests.
    """

    rule: str
    subject: Subject
    verdict: Verdict
    params: tuple[tuple[str, Value], ...] = ()
    item: str | None = None
    reason: Reason | None = None
    failing: tuple[Compared, ...] = ()
    passing: tuple[Compared, ...] = ()
    unknown: tuple[tuple[str, str | None], ...] = ()
    checked: int = 0
    assurance: Assurance | None = None
    origin: Origin | None = None
    evidence: tuple[str, ...] = ()
