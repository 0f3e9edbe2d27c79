"""`attt.toml`: what an office sets once, found upward from where attt is started.

Without one, attt works with the defaults below, `state/` and `out/` beside the working directory.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Literal

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from attt.errors import InputError, Place
from attt.explain import UnfitError, explain, iso_day
from attt.message import Message

FILE_NAME = "attt.toml"
_MAX_BYTES = 256 * 1024
_AT = re.compile(r"\s*\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The head of papers: the body directly above, the body itself, and the place of signing."""

    parent_body: str = ""
    body: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Dates that reports print: an ISO date, and day/month within a year.

    `transition` takes the place of the last day that standards in transition name; None: theirs.
    """

    transition: str | None = None
    annual_report_unit: str = "20/12"
    annual_report: str = "25/12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Where cost band I ends and band III begins, in million đồng."""

    small_below: int = 200
    large_above: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings in force. Paths are absolute; `source` is the file that they were read from."""

    state: Path
    out: Path
    packs: tuple[Path, ...] = ()
    language: str | None = None  # "vi", "en" or None: the locale's
    letterhead: Letterhead = field(default_factory=Letterhead)
    circulation: str = ""  # "" or "LƯU HÀNH NỘI BỘ"
    deadlines: Deadlines = field(default_factory=Deadlines)
    budget: Budget = field(default_factory=Budget)
    concurrency: int = 32  # hosts at once
    refusals: int = 3  # hosts that may refuse an account before it is tried on no other
    assessor_independent: bool = False
    source: Path | None = None


# --- the file's own shape ------------------------------------------------------------------


def _day_of_year(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})", text)
    try:
        date(2024, int(found[2]), int(found[1])) if found else date.fromisoformat("")
    except ValueError:
        raise UnfitError(
            Message("'{text}' is not a day of the year", text=text[:60]),
            hint=Message("Write day/month, such as 25/12."),
        ) from None
    return text


Day = Annotated[str, AfterValidator(iso_day)]
DayOfYear = Annotated[str, AfterValidator(_day_of_year)]
Line = Annotated[str, Field(max_length=300)]
Folder = Annotated[str, Field(min_length=1, max_length=1000)]


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class LetterheadTable(_Table):
    """`[letterhead]`: what stands above the title of a paper."""

    parent_body: Line = ""
    body: Line = ""
    place: Line = ""


class DeadlinesTable(_Table):
    """`[deadlines]`: dates of the law, which guidance may still move."""

    transition: Day | None = None
    annual_report_unit: DayOfYear = Deadlines().annual_report_unit
    annual_report: DayOfYear = Deadlines().annual_report


class BudgetTable(_Table):
    """`[budget]`: limits of the cost bands, in million đồng."""

    small_below: Annotated[int, Field(ge=1)] = Budget().small_below
    large_above: Annotated[int, Field(ge=1)] = Budget().large_above


class AssessorTable(_Table):
    """`[assessor]`: who assesses."""

    independent: bool = False


class SettingsFile(_Table):
    """Everything that `attt.toml` may hold; each key has a default."""

    state: Folder = "state"
    out: Folder = "out"
    packs: list[Folder] = []
    language: Literal["vi", "en"] | None = None
    letterhead: LetterheadTable = LetterheadTable()
    circulation: Literal["", "LƯU HÀNH NỘI BỘ"] = ""
    deadlines: DeadlinesTable = DeadlinesTable()
    budget: BudgetTable = BudgetTable()
    concurrency: Annotated[int, Field(ge=1, le=1024)] = 32
    refusals: Annotated[int, Field(ge=1, le=1000)] = 3
    assessor: AssessorTable = AssessorTable()

    def to_model(self, folder: Path, source: Path | None) -> Settings:
        """The settings, with paths counted from `folder`."""

        def at(path: str) -> Path:
            return Path(os.path.abspath(folder / Path(path).expanduser()))  # noqa: PTH100 - links stay as named

        return Settings(
            state=at(self.state),
            out=at(self.out),
            packs=tuple(at(pack) for pack in self.packs),
            language=self.language,
            letterhead=Letterhead(**self.letterhead.model_dump()),
            circulation=self.circulation,
            deadlines=Deadlines(**self.deadlines.model_dump()),
            budget=Budget(**self.budget.model_dump()),
            concurrency=self.concurrency,
            refusals=self.refusals,
            assessor_independent=self.assessor.independent,
            source=source,
        )


def json_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of `attt.toml`, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SettingsFile.model_json_schema(),
    }


# --- reading it ----------------------------------------------------------------------------


def load(
    start: Path, explicit: Path | None = None, *, environ: Mapping[str, str] | None = None
) -> Settings:
    """The settings in force for somebody who works in the folder `start`.

    `explicit` is a file named on the command line; else `attt.toml` is looked for in `start` and
    above, then in `$XDG_CONFIG_HOME/attt` (or `~/.config/attt`). Raises InputError.
    """
    path = explicit or _find(start, os.environ if environ is None else environ)
    if path is None:
        return SettingsFile().to_model(start, None)
    path = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as named
    text = _text(path)
    return _validated(_tables(text, path), text, path).to_model(path.parent, path)


def _find(start: Path, environ: Mapping[str, str]) -> Path | None:
    start = Path(os.path.abspath(start))  # noqa: PTH100 - links stay as named
    config = environ.get("XDG_CONFIG_HOME", "")
    home = Path(config) if os.path.isabs(config) else _home(environ) / ".config"  # noqa: PTH117
    candidates = [folder / FILE_NAME for folder in (start, *start.parents)]
    candidates.append(home / "attt" / FILE_NAME)
    return next((path for path in candidates if path.is_file()), None)


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ["HOME"]) if environ.get("HOME") else Path("~").expanduser()


def _text(path: Path) -> str:
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            Message("The settings file can't be read: {why}", why=error.strerror or "?"),
            hint=Message("Check its path and who may read it."),
            place=place,
        ) from None
    if len(raw) > _MAX_BYTES:
        raise InputError(
            Message("The settings file is longer than {limit} KiB", limit=_MAX_BYTES // 1024),
            hint=Message("A settings file has a few lines: check that this is the right file."),
            place=place,
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            Message("This file is not UTF-8 text"),
            hint=Message("Save it again as UTF-8."),
            place=Place(str(path), line),
        ) from None


def _tables(text: str, path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _AT.search(str(error))
        place = Place(str(path), int(at[1]), int(at[2])) if at else Place(str(path))
        problem = _AT.sub("", str(error))
        raise InputError(
            Message("This is not TOML that can be read: {problem}", problem=problem),
            hint=Message("Write each setting as 'key = \"text\"', with text in straight quotes."),
            place=place,
        ) from None


def _validated(tables: dict[str, object], text: str, path: Path) -> SettingsFile:
    document = json.dumps(tables, default=_plain)
    try:
        return SettingsFile.model_validate_json(document)
    except pydantic.ValidationError as found:
        error = found.errors(include_url=False)[0]
        message, hint = explain({**error}, known=_known(error["loc"]))
        place = Place(str(path), _line(text, error["loc"]))
        raise InputError(message, hint=hint, place=place) from None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _known(loc: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that may stand beside the one that `loc` names."""
    table: type[BaseModel] = SettingsFile
    for part in loc[:-1]:
        inner = table.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return ()
        table = inner
    return tuple(table.model_fields)


def _line(text: str, loc: Sequence[str | int]) -> int:
    """The line on which a key is set, or 0: tomllib keeps no places."""
    keys = [part for part in loc if isinstance(part, str)]
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = header[1]
            if [table] == keys:
                return number
        elif name := re.match(r"\s*([\w.-]+)\s*=", line):
            dotted = f"{table}.{name[1]}" if table else name[1]
            if dotted == ".".join(keys) or [dotted] == keys[:1]:
                return number
    return 0
