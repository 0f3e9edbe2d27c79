"""Something in an inventory that is probably not meant."""

from dataclasses import dataclass

from attt.errors import Place
from attt.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning_:  # noqa: N801 - `Warning` is the builtin
    """A likely mistake, its mend and its place. `code` lasts, for scripts.

    A note says something that may be right here and wrong elsewhere; it never counts.
    """

    code: str
    message: Message
    hint: Message
    place: Place | None = None
    is_note: bool = False
