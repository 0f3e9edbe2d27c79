"""The errors that a user can mend; anything else that is raised is a bug in attt.

What a host did not let us learn is never an exception: it is a `FactMissed` value.
"""

from dataclasses import dataclass, replace

from attt.message import Message


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file: line and column count from 1; 0 when not known.

    `instance` is where the values of a template stand, for what a template made ("" for the rest).
    """

    file: str
    line: int = 0
    column: int = 0
    instance: str = ""

    def __str__(self) -> str:
        here = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        return f"{here} ← {self.instance}" if self.instance else here


class AtttError(Exception):
    """Something that the user can mend: what happened, where, and what to do about it.

    Exit code 2 unless a subclass says otherwise. Pass Messages so that both languages can be shown.
    """

    exit_code = 2
    code = "error"

    def __init__(
        self, message: Message, *, hint: Message | None = None, place: Place | None = None
    ) -> None:
        if place is not None and place.instance:
            message = Message(
                "{message} (in the instance at {instance})",
                message=message,
                instance=place.instance,
            )
            place = replace(place, instance="")
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place

    def text(self, language: str = "en") -> str:
        """`file:line:column: message`, then the mend on a line of its own."""
        where = f"{self.place}: " if self.place else ""
        mend = f"\n  {self.hint.text(language)}" if self.hint else ""
        return f"{where}{self.message.text(language)}{mend}"

    def __str__(self) -> str:
        return self.text()


# --- what was given to us is wrong ---------------------------------------------------------


class InputError(AtttError):
    """A file or an argument that attt can't accept as it is."""

    code = "input"


class UsageError(AtttError):
    """A command that asks for something that can't be, such as an unknown rule or run."""

    code = "usage"


# --- this machine lacks something ----------------------------------------------------------


class MissingProgram(AtttError):  # noqa: N818 - it reads as what it says
    """A program or system library that this machine lacks; the hint names the package."""

    code = "missing_program"


# --- the store -----------------------------------------------------------------------------


class StoreError(AtttError):
    """The run store can't be opened, read or written."""

    code = "store"
