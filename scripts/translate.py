"""Bring the Vietnamese catalogue up to date with the program's messages, and compile it.

Run after any change of a message: `.venv/bin/python scripts/translate.py`. New messages are added
with an empty translation; fill them in attt/locale/vi/LC_MESSAGES/attt.po and run it again.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "attt/locale/vi/LC_MESSAGES/attt.po"
COMPILED = ("attt.mo", "messages.mo")
# click's own words, which it looks up by itself in the domain "messages".
CLICK = (
    "Usage:", "Options", "Commands", "Positional arguments", "Show this message and exit.",
    "Show the version and exit.", "Aborted!", "default: {default}", "required",
    "Missing argument", "Missing option", "Missing parameter", "Missing command.",
    "No such option {name!r}.", "No such command {name!r}.",
    "{value} is not in the range {range}.", "{value!r} is not a valid {number_type}.",
    "Invalid value: {message}", "Invalid value for {param_hint}: {message}",
    "Option {name!r} does not take a value.", "Choose from:\n\t{choices}",
    "{name} {filename!r} is a directory.", "Error: invalid input",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
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


def calls(path: Path) -> Iterator[tuple[int, ast.expr | None]]:
    """The line and first argument of every call of Message and t in a source file.

    Reads the syntax tree, for a scan of tokens overlooks calls inside f-strings before Python 3.12.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="paramiko"))):
                continue  # a packet of SSH is a Message too
            case ast.Call(func=ast.Name(id="Message" | "t") | ast.Attribute(attr="Message" | "t")):
                yield node.lineno, next(iter(node.args), None)


_DETAILED = {"Missing", "missed", "Unparsable", "FactMissed", "FactAbsent", "Refused"}
_SAID = {"why", "gap", "said"}
_WORD = re.compile(r"(?<![\w/=%.-])[a-z]{2,}(?![\w/=(.-])")


def details(path: Path) -> Iterator[tuple[int, str]]:
    """The sentences in which facts say why they could not learn something: literals with a space."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in _DETAILED:
                parts = [*node.args, *(keyword.value for keyword in node.keywords)]
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _SAID and {
                "collect",
                "facts",
            } & set(path.parts):
                parts = [value]
            case _:
                continue
        for part in parts:
            yield from ((node.lineno, text) for text in _sentences(part))


def _sentences(part: ast.expr) -> Iterator[str]:
    """A literal; an f-string up to its colon, or with {a}, {b} in place of its values."""
    match part:
        case ast.Constant(value=str(text)) if " " in text.strip() and text == text.lstrip():
            yield text
        case ast.JoinedStr(values=values):
            text, names = "", iter("abcdef")
            for one in values:
                text += str(one.value) if isinstance(one, ast.Constant) else f"{{{next(names)}}}"
            ours, colon, rest = text.partition(": ")
            if colon and "{" not in ours and not _WORD.search(rest):
                yield ours
            elif _WORD.search(text):
                yield text
        case ast.BoolOp(values=values):
            for one in values:
                yield from _sentences(one)
        case ast.IfExp(body=body, orelse=other):
            yield from _sentences(body)
            yield from _sentences(other)


def extracted() -> Catalog:
    """Every literal template of the program."""
    found_all = catalogue()
    for path in sorted((ROOT / "attt").rglob("*.py")):
        for line, first in calls(path):
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found_all.add(first.value, locations=[(str(path.relative_to(ROOT)), line)])
    for path in sorted((ROOT / "attt").rglob("*.py")):
        for line, text in details(path):
            found_all.add(text, locations=[(str(path.relative_to(ROOT)), line)])
    for message in CLICK:
        found_all.add(message, locations=[("click", 1)])
    return found_all


def stored() -> Catalog:
    """The catalogue as it stands in the repository."""
    if not PO.exists():
        return Catalog(locale="vi")
    return read_po(io.BytesIO(PO.read_bytes()), locale="vi")


def updated() -> Catalog:
    """The catalogue as it stands, with new messages added and gone ones dropped."""
    then, fresh = stored(), catalogue()
    for message in extracted():
        if message.id:
            known = then.get(message.id)
            fresh.add(message.id, known.string if known else "", flags={"python-brace-format"})
    return fresh


def compiled(fresh: Catalog) -> bytes:
    """The catalogue as gettext reads it at run time."""
    file = io.BytesIO()
    write_mo(file, fresh)
    return file.getvalue()


def translations(message: Entry) -> tuple[str, ...]:
    """Every form of a message's Vietnamese; there is one unless it counts something."""
    text = message.string or ""
    return (text,) if isinstance(text, str) else tuple(text)


def main() -> int:
    """Write attt.po, attt.mo and click's messages.mo; 1 when a translation is missing."""
    fresh = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, fresh, no_location=True, sort_output=True, omit_header=False, width=100)
    for name in COMPILED:
        PO.with_name(name).write_bytes(compiled(fresh))
    missing = [one.id for one in fresh if one.id and not all(translations(one))]
    for text in missing:
        print(f"no Vietnamese yet: {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
