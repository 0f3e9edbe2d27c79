"""The statements of an rsyslog configuration: legacy selectors, legacy directives, RainerScript.

Reads what decides where messages go: filters, actions, discards, rulesets and calls. Sources:
rsyslog.conf(5) and the rsyslog manual, "Basic Structure", "RainerScript", "Legacy directives".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from attt.facts.kind import Unparsable

_OBJECT = re.compile(r"([A-Za-z_]\w*)\s*\(")
_WORD = re.compile(r"[A-Za-z_][\w.-]*")
_PAIR = re.compile(r'([A-Za-z_][\w.]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|\[([^\]]*)\])')
_COMMENT = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<!\S)/\*.*?\*/|(?<!\S)#[^\n]*""", re.DOTALL
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_CONDITION = re.compile(r"if\b", re.IGNORECASE)
_OTHERWISE = re.compile(r"else\b", re.IGNORECASE)
_THEN = re.compile(rf"{_QUOTED.pattern}|\bthen\b", re.DOTALL)
_END = re.compile(r"(?:stop\b|~)")
_CALL = re.compile(r"call[ \t]+([\w.-]+)")
_SET = re.compile(r"(?:set|unset|reset|continue)\b[^;\n]*")
_SELECTOR = re.compile(r':[^"\n]*"(?:[^"\\\n]|\\.)*"|[^\s{}]+')
_ACTION = re.compile(r"[@/?^|]|-/|:om\w+:")  # what no selector begins with
_SWITCHED = frozenset({"action", "include", "module"})
_BLANK = re.compile(r"[\s;]*")
_OFF = frozenset({"off", "no", "0", "false"})
_DEEPEST = 24
DEFAULT = "RSYSLOG_DefaultRuleset"
FOLDERS = frozenset({"/etc/rsyslog.d"})
"""Folders whose files named `*.conf` are all given: an include of none of them includes nothing."""
_SOCKETS_ALONE = frozenset({"/run/rsyslog/additional-log-sockets.conf"})
"""Made anew by SUSE's unit at each start: it names sockets to listen at and holds no rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One statement that runs: `filters` all apply, outermost first; "" stands for no filter.

    `kind` is "action" (`text` legacy, or `params` of `action(…)`), "discard", "call" or "unseen":
    an include of files that are not given, which may drop whatever comes after it.
    """

    kind: str
    filters: tuple[str, ...] = ()
    text: str = ""
    params: dict[str, str] = field(default_factory=dict)
    ruleset: str = DEFAULT


@dataclass(slots=True)
class Config:
    """All that was read, in order; `settings` are directives and global parameters, lower case.

    `files` are those that an include may name; `unseen` are includes that name none of them.
    """

    files: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    modules: dict[str, dict[str, str]] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)


def _globs(name: str, pattern: str) -> bool:
    """glob(3): a star takes no dot at the start of a name."""
    hides = name.rpartition("/")[2].startswith(".") and "/." not in pattern
    return not hides and fnmatchcase(name, pattern)


def params_of(text: str) -> dict[str, str]:
    """The parameters between the parentheses of an object, names in lower case."""
    return {m[1].lower(): m[2] if m[2] is not None else m[3] for m in _PAIR.finditer(text)}


def read(text: str, config: Config, ruleset: str = DEFAULT, depth: int = 0) -> str:
    """Adds the statements of one file to `config`; gives the ruleset that legacy lines now fill.

    Raises Unparsable where blocks stand deeper than any configuration has them.
    """
    cleaned = _COMMENT.sub(lambda m: m[1] or " ", re.sub(r"\\\r?\n[ \t]*", "", text))
    reader = _Reader(cleaned, config, ruleset, depth)
    reader.block((), is_top=True)
    return reader.ruleset


class _Reader:
    """Walks one text once, from start to end; whatever it can't place it takes as one line."""

    def __init__(self, text: str, config: Config, ruleset: str, depth: int) -> None:
        self.text = text
        self.at = 0
        self.config = config
        self.ruleset = ruleset
        self.depth = depth
        self.last: tuple[str, ...] = ()

    def block(self, filters: tuple[str, ...], *, is_top: bool = False) -> None:
        """Statements up to the brace that ends the block, or to the end of the text."""
        self.depth += 1
        if self.depth > _DEEPEST or len(filters) > _DEEPEST:
            raise Unparsable("the blocks of rsyslog's configuration are too deep")
        while self._skip_blank():
            if self.text[self.at] == "}":
                self.at += 1
                if not is_top:
                    break
            else:
                self._statement(filters)
        self.depth -= 1

    def _statement(self, filters: tuple[str, ...]) -> None:
        if self.text.startswith("$", self.at):
            self._directive()
        elif self.text.startswith("&", self.at):
            self.at += 1
            self._skip_blank()
            self._body(self.last or filters)
        elif _CONDITION.match(self.text, self.at):
            self._condition(filters)
        elif _ACTION.match(self.text, self.at):
            self._step("action", self._line(), filters)
        elif not self._keyword(filters):
            self._legacy(filters)

    def _directive(self) -> None:
        name, _, value = self._line()[1:].partition(" ")
        name, value = name.strip().lower(), value.strip().strip('"')
        match name:
            case "includeconfig":
                self._include(value)
            case "modload":
                self.config.modules.setdefault(value.removesuffix(".so"), {})
            case "ruleset":
                self.ruleset = value
            case _:
                self.config.settings[name] = value

    def _include(self, pattern: str) -> None:
        folder, _, wanted = pattern.rpartition("/")
        names = [name for name in sorted(self.config.files) if _globs(name, pattern)]
        is_unseen = not names if folder not in FOLDERS else not wanted.endswith(".conf")
        if is_unseen and pattern not in _SOCKETS_ALONE:
            self.config.unseen.append(pattern)
            self._step("unseen", pattern, ())
        for name in names:
            if self.depth > _DEEPEST:
                raise Unparsable("rsyslog's files include each other")
            self.ruleset = read(self.config.files[name], self.config, self.ruleset, self.depth)

    def _condition(self, filters: tuple[str, ...]) -> None:
        self.at += 2
        if len(filters) > _DEEPEST:
            raise Unparsable("the conditions of rsyslog's configuration are too deep")
        inner = (*filters, self._until_then())
        self._branch(inner)
        if self._skip_blank() and _OTHERWISE.match(self.text, self.at):
            self.at += 4
            self._skip_blank()
            otherwise = (*filters, f"not ({inner[-1]})")
            if _CONDITION.match(self.text, self.at):
                self._condition(otherwise)
            else:
                self._branch(otherwise)

    def _until_then(self) -> str:
        start = self.at
        for found in _THEN.finditer(self.text, start):
            if found[0] == "then":
                self.at = found.end()
                return self.text[start : found.start()].strip()
        self.at = len(self.text)
        return self.text[start:].strip()

    def _branch(self, filters: tuple[str, ...]) -> None:
        self._skip_blank()
        self.last = filters
        self._body(filters)

    def _keyword(self, filters: tuple[str, ...]) -> bool:
        """Takes what can't be a selector: an object, `stop`, `call` or `set`."""
        if found := _OBJECT.match(self.text, self.at):
            self.at = found.end()
            self._object(found[1].lower(), self._balanced("(", ")"), filters)
        elif found := _END.match(self.text, self.at):
            self.at = found.end()
            self._step("discard", "", filters)
        elif found := _CALL.match(self.text, self.at):
            self.at = found.end()
            self._step("call", found[1], filters)
        elif found := _SET.match(self.text, self.at):
            self.at = found.end()
        else:
            return False
        return True

    def _body(self, filters: tuple[str, ...]) -> None:
        """What stands behind a filter: a block, another condition or one action."""
        if self.at >= len(self.text):
            return
        if self.text[self.at] == "{":
            self.at += 1
            self.block(filters)
        elif _CONDITION.match(self.text, self.at):
            self._condition(filters)
        elif not self._keyword(filters):
            self._step("action", self._line(), filters)

    def _step(self, kind: str, text: str, filters: tuple[str, ...]) -> None:
        self.config.steps.append(Step(kind=kind, filters=filters, text=text, ruleset=self.ruleset))

    def _object(self, name: str, inside: str, filters: tuple[str, ...]) -> None:
        params = params_of(inside)
        if name in _SWITCHED and params.get("config.enabled", "on").lower() in _OFF:
            return
        match name:
            case "action":
                self.config.steps.append(
                    Step(kind="action", filters=filters, params=params, ruleset=self.ruleset)
                )
            case "include":
                self._include(params.get("file", ""))
            case "module":
                self.config.modules[params.get("load", "").removesuffix(".so")] = params
            case "global":
                self.config.settings.update(params)
            case "ruleset":
                self._named(params.get("name", ""))
            case "template" if self._skip_blank() and self.text[self.at] == "{":
                self.at += 1
                self._balanced("{", "}")

    def _named(self, name: str) -> None:
        if not self._skip_blank() or self.text[self.at] != "{":
            return
        outer, self.ruleset = self.ruleset, name
        self.at += 1
        self.block(())
        self.ruleset = outer

    def _balanced(self, opening: str, closing: str) -> str:
        """What stands up to the sign that closes; quoted text does not count."""
        start, depth = self.at, 1
        for found in re.compile(rf"{_QUOTED.pattern}|[{opening}{closing}]", re.DOTALL).finditer(
            self.text, start
        ):
            depth += {opening: 1, closing: -1}.get(found[0], 0)
            if depth == 0:
                self.at = found.end()
                return self.text[start : found.start()]
        self.at = len(self.text)
        return self.text[start:]

    def _legacy(self, filters: tuple[str, ...]) -> None:
        """`selector action` or `:property, operation, "value" action`."""
        found = _SELECTOR.match(self.text, self.at)
        if found is None:
            self.at += 1
            return
        self.at = found.end()
        self.last = (*filters, found[0])
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        if self.at < len(self.text) and self.text[self.at] not in "\r\n}":
            self._body(self.last)

    def _line(self) -> str:
        """The rest of the line, or of the block where one is open on it."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        brace = self.text.find("}", self.at, end) if self.depth > 1 else -1
        end = brace if brace >= 0 else end
        line, self.at = self.text[self.at : end].strip(), end
        return line

    def _skip_blank(self) -> bool:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at < len(self.text)


def reached(config: Config) -> Iterator[Step]:
    """The steps that local messages come by: the default ruleset and what it calls, in order."""
    start = config.settings.get("defaultruleset", DEFAULT)
    yield from _walk(config, start, (), 0)


def _walk(config: Config, ruleset: str, filters: tuple[str, ...], depth: int) -> Iterator[Step]:
    if depth > 4:
        return
    for step in config.steps:
        if step.ruleset != ruleset:
            continue
        inner = replace(step, filters=(*filters, *step.filters))
        if step.kind == "call":
            yield from _walk(config, step.text, inner.filters, depth + 1)
        else:
            yield inner
