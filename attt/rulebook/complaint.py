"""One thing that is wrong, or could be better, in a rule."""

from dataclasses import dataclass

from attt.errors import Place
from attt.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What, where, and the mend. `severity` is "error" (the rule would mislead) or "warning"."""

    place: Place | None
    message: Message
    hint: Message
    severity: str = "error"
