"""Bring the Vietnamese catalogue up to date with the program's messages, and compile it.

Run after any change of a message: `.venv/bin/python scripts/translate.py`. New messages are added
with an empty translation; fill them in attt/locale/vi/LC_MESSAGES/attt.po and run it again.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "attt/locale/vi/LC_MESSAGES/attt.po"
# click's own words, which it looks up by itself in the domain "messages".
CLICK = (
    "Usage:", "Options", "Commands", "Positional arguments", "Show this message and exit.",
    "Show the version and exit.", "Aborted!", "default: {default}", "required",
    "Missing argument", "Missing option", "Missing parameter", "Missing command.",
    "No such option {name!r}.", "No such command {name!r}.",
    "{value} is not in the range {range}.", "{value!r} is not a valid {number_type}.",
    "Invalid value: {message}", "Invalid value for {param_hint}: {message}",
    "Option {name!r} does not take a value.", "Choose from:\n\t{choices}",
    ("Did you mean {possibility}?", "(Possible options: {possibilities})"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)  # fmt: skip
_DAY = datetime(2026, 11, 22, tzinfo=UTC)


def catalogue() -> Catalog:
    """An empty catalogue whose head never changes by itself."""
    return Catalog(
        locale="vi", charset="utf-8", project="attt", version="1", header_comment="# attt, tiếng Việt",
        msgid_bugs_address="-", last_translator="attt", language_team="vi", creation_date=_DAY,
        revision_date=_DAY, fuzzy=False,
    )  # fmt: skip


def extracted() -> Catalog:
    """Every literal template of the program."""
    found_all = catalogue()
    found = extract_from_dir(
        ROOT / "attt", [("**.py", "python")], keywords={"Message": None, "t": None},
        comment_tags=(),
    )  # fmt: skip
    for path, line, message, _, _ in found:
        found_all.add(message, locations=[(f"attt/{path}", line)])
    for message in CLICK:
        found_all.add(message, locations=[("click", 1)])
    return found_all


def updated() -> Catalog:
    """The catalogue as it stands, with new messages added and gone ones dropped."""
    now = extracted()
    then = read_po(io.BytesIO(PO.read_bytes()), locale="vi") if PO.exists() else Catalog(locale="vi")
    fresh = catalogue()
    for message in now:
        if message.id:
            known = then.get(message.id)
            fresh.add(message.id, known.string if known else "", flags={"python-brace-format"})
    return fresh


def main() -> int:
    """Write attt.po, attt.mo and click's messages.mo; 1 when a translation is missing."""
    fresh = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, fresh, no_location=True, sort_output=True, omit_header=False, width=100)
    for name in ("attt.mo", "messages.mo"):
        with PO.with_name(name).open("wb") as file:
            write_mo(file, fresh)
    missing = [message.id for message in fresh if message.id and not any(message.string if isinstance(message.string, tuple) else (message.string,))]
    for one in missing:
        print(f"no Vietnamese yet: {one}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
