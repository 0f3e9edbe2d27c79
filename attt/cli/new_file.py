"""Files that attt writes for somebody to edit: never over one that is there."""

from pathlib import Path

from attt.errors import InputError, Place
from attt.message import Message


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet. Raises InputError where it does, or can't be written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(
            Message("This file is there already; it is left as it is"),
            hint=Message("Name another file, or move this one away."),
            place=Place(str(path)),
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(
            Message("This file can't be written: {why}", why=getattr(error, "strerror", "?")),
            hint=Message("Check that its folder is there and may be written to."),
            place=Place(str(path)),
        ) from None
