"""Generic facts on one value in a file: `file.ini`, `file.keyvalue` and `file.json`.

Each gives `value` (text; null where the key is not there), `number` (null where the text is no
whole number) and `is_on` (true for yes, true, on, enabled, 1; false for their opposites; else
null). Absent where the file does not exist. A key that stands several times with different values
is missing: programs differ in which one holds; so is one that stands there in other letters only.
A value whose key is named like a password, secret or token is never kept: it reads "[hidden]".

`file.ini(path, section, key)`: `[section]`, `key = value` or `key: value`; section "" is what
stands before the first one; comments by # and ; also behind a value.
`file.keyvalue(path, key)`: `KEY=value`, `key: value`, `Key value`, with or without `export`.
`file.json(path, key)`: the key is a path such as `server.tls.0.enabled`.
YAML and XML are left to facts of their own. Value as the file says it: what a program makes of it,
its defaults and its other files are not seen.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from attt.facts import generic_params, generic_redact
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead, Origin
from attt.model.shape import Boolean, Integer, Record, Text
from attt.model.value import Missing, Value

_YES = frozenset({"yes", "true", "on", "enable", "enabled", "1"})
_NO = frozenset({"no", "false", "off", "disable", "disabled", "0"})
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_SECTION = re.compile(r"\[([^\]]*)\]\s*(?:[#;].*)?")
_INI = re.compile(r"([^=:]+?)\s*(?:[=:]\s*(.*))?")
_BEHIND = re.compile(r"\s[#;].*$")
_PAIR = re.compile(r"(?:export\s+)?([^\s=:]+)(?:\s*[=:]\s*|\s+)(.*)")

SHAPE = Record(
    {
        "value": Text(nullable=True),
        "number": Integer(nullable=True),
        "is_on": Boolean(nullable=True),
    }
)


def _asks(redact: str) -> Callable[[Params], dict[str, Ask]]:
    def asks(params: Params) -> dict[str, Ask]:
        path = params["path"]
        return {"file": ReadFile(path=path, privilege=Privilege.ROOT, redact=redact)}

    return asks


def _parser(
    redact: Callable[[bytes], bytes], find: Callable[[str, Params], Value]
) -> Callable[[Answers, Params], Fact]:
    def parse(answers: Answers, params: Params) -> Fact:
        answer = answers["file"]
        if answer.obstacle is not None:
            return missed(answer.obstacle, answer.detail or params["path"])
        if not answer.exists:
            return FactAbsent(proof=f"does not exist: {params['path']}")
        text = redact(answer.stdout).decode("utf-8", errors="replace").removeprefix("\ufeff")
        return read(find(text, params), params["key"])

    return parse


def read(found: Value, key: str) -> FactRead:
    """A value as text, as a number and as a switch."""
    if isinstance(found, str) and found and generic_redact.names_secret(key):
        found = generic_redact.HIDDEN
    number: Value = found if isinstance(found, Missing) else None
    is_on: Value = number
    if isinstance(found, str):
        number = int(found) if _NUMBER.fullmatch(found) else None
        word = found.strip().lower()
        is_on = True if word in _YES else False if word in _NO else None
    origin = Origin.DEFAULT if found is None else Origin.EXPLICIT
    value: Value = {"value": found, "number": number, "is_on": is_on}
    return FactRead(value=value, assurance=Assurance.CONFIGURED, origin=origin)


def one_of(pairs: Iterator[tuple[str, str]], key: str) -> Value:
    """The value that stands under the key, or why it can't be told which one holds."""
    whole = list(pairs)
    exact = {value for name, value in whole if name == key}
    if len(exact) > 1:
        return Missing(Obstacle.CONTRADICTED, f"{key[:80]} has {len(exact)} values")
    if any(name.lower() == key.lower() and name != key for name, _ in whole):
        return Missing(Obstacle.IN_CONTEXT, f"{key[:80]} is written in other letters")
    return exact.pop() if exact else None


def _unquoted(text: str) -> str:
    bare = text.strip()
    is_quoted = len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'"
    return bare[1:-1] if is_quoted else bare


def _ini(text: str, params: Params) -> Value:
    return one_of(_of_section(text, params["section"]), params["key"])


def _of_section(text: str, wanted: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if head := _SECTION.fullmatch(bare):
            section = head[1].strip()
        elif section == wanted and (pair := _INI.fullmatch(bare)):
            said = pair[2] or ""
            yield pair[1], _unquoted(said if said[:1] in {'"', "'"} else _BEHIND.sub("", said))


def _keyvalue(text: str, params: Params) -> Value:
    return one_of(_pairs(text), params["key"])


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        bare = line.strip()
        if bare and bare[0] not in "#;!" and not bare.startswith("//"):
            pair = _PAIR.fullmatch(bare)
            yield (pair[1], _unquoted(pair[2])) if pair else (bare, "")


def _json(text: str, params: Params) -> Value:
    try:
        here: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unparsable("not a JSON document") from error
    for part in params["key"].split("."):
        if isinstance(here, Mapping) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isdecimal() and int(part[:6]) < len(here):
            here = here[int(part[:6])]
        elif isinstance(here, Mapping | list):
            return None
        else:
            return Missing(Obstacle.OUT_OF_TYPE, f"{params['key'][:80]}: nothing below {part[:40]}")
    return _plain(here)


def _plain(found: object) -> Value:
    match found:
        case None | str():
            return found
        case bool():
            return "true" if found else "false"
        case int() | float():
            return str(found)
        case _:
            return Missing(Obstacle.OUT_OF_TYPE, "a list or an object stands there")


INI = FactKind(
    id="file.ini",
    title="One value of an INI file",
    shape=SHAPE,
    asks=_asks("application"),
    parse=_parser(generic_redact.lines, _ini),
    params=("path", "section", "key"),
    refuse=generic_params.OF_INI,
)
KEYVALUE = FactKind(
    id="file.keyvalue",
    title="One value of a file of keys and values",
    shape=SHAPE,
    asks=_asks("application"),
    parse=_parser(generic_redact.lines, _keyvalue),
    params=("path", "key"),
    refuse=generic_params.OF_KEY,
)
JSON = FactKind(
    id="file.json",
    title="One value of a JSON file",
    shape=SHAPE,
    asks=_asks("document"),
    parse=_parser(generic_redact.document, _json),
    params=("path", "key"),
    refuse=generic_params.OF_KEY,
)
