"""ProFTPD's settings files: directives within contexts: proftpd.conf(5), the ProFTPD manual.

A file that is included from elsewhere, and a directive for some clients alone, make missing what
they could change. Modules are taken to be loaded where their directive stands outside <IfModule>.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from attt.facts import tar
from attt.facts.kind import Answers, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree
from attt.model.value import Missing, Value

_FILES = {
    "/etc/proftpd/proftpd.conf": "proftpd",
    "/etc/proftpd.conf": "proftpd_rhel",
    "/etc/proftpd/tls.conf": "proftpd_tls",
    "/etc/proftpd/modules.conf": "proftpd_modules",
}
_TREE = "/etc/proftpd/conf.d"
ASKS: dict[str, Ask] = {
    **{
        name: ReadFile(path=path, privilege=Privilege.ROOT, redact="directives")
        for path, name in _FILES.items()
    },
    "proftpd_tree": ReadTree(path=_TREE, privilege=Privilege.ROOT, redact="directives"),
}
READ = (*_FILES, f"{_TREE}/")
"""What it reads when it is started or reloaded."""
_HARMLESS = re.compile(r"/etc/proftpd/(?:sql|ldap|geoip|snmp|dnsbl)\.conf")
_OPEN = re.compile(r"<(\w+)\s*([^>]*)>")
_DEPTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One directive: its words and the contexts that it stands in, outermost first."""

    words: tuple[str, ...]
    contexts: tuple[str, ...]


def settings(answers: Answers) -> dict[str, Value] | Missing:
    """The fields of the server."""
    for name, ask in ASKS.items():
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or getattr(ask, "path", name))
    main = next((n for n in ("proftpd", "proftpd_rhel") if answers[n].exists), None)
    if main is None:
        return Missing(Obstacle.IN_CONTEXT, "proftpd without its file")
    unseen: list[Missing] = []
    loaded = _modules(answers)
    written = list(_lines(text_of(answers[main]), answers, unseen, (), 0))
    lines = [line for line in written if _is_live(line, loaded)]
    if any(_is_by_word(line) for line in written):
        unseen.append(Missing(Obstacle.IN_CONTEXT, "a word of proftpd's command line decides"))
    gap = unseen[0] if unseen else None
    return {
        "allows_anonymous": True if _anonymous(lines) else gap or False,
        "requires_tls": _or(_requires_tls(lines), gap),
        "is_chrooted": _or(_chrooted(lines), gap),
        "logs_transfers": not any(
            line.words[0] == "transferlog" and line.words[1:2] == ("none",) for line in lines
        ),
    }


def _or(truth: Value, gap: Missing | None) -> Value:
    return truth if gap is None else gap


def _modules(answers: Answers) -> set[str]:
    """The modules that are loaded by name; those built in are not told."""
    text = text_of(answers["proftpd_modules"]) if answers["proftpd_modules"].exists else ""
    texts = [text, *(text_of(answers[n]) for n in ("proftpd", "proftpd_rhel", "proftpd_tls"))]
    found = re.findall(r"(?im)^[ \t]*LoadModule[ \t]+(\S+)", "\n".join(texts))
    return {name.lower() for name in found}


def _is_by_word(line: _Line) -> bool:
    weighty = {"tlsengine", "tlsrequired", "defaultroot", "include", "user"}
    return line.words[0] in weighty and any(c.startswith("ifdefine") for c in line.contexts)


def _is_live(line: _Line, loaded: set[str]) -> bool:
    for context in line.contexts:
        kind, _, name = context.partition(" ")
        if kind == "ifmodule" and name == "mod_tls.c" and name not in loaded:
            return False
        if kind == "ifdefine":
            return False
    return True


def _lines(
    text: str, answers: Answers, unseen: list[Missing], above: tuple[str, ...], depth: int
) -> Iterator[_Line]:
    contexts = list(above)
    joined = re.sub(r"\\\n", " ", text)
    for raw in joined.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if opened := _OPEN.fullmatch(line):
            contexts.append(f"{opened[1]} {opened[2].strip()}".lower().strip())
        elif line.startswith("</"):
            contexts = contexts[:-1] if len(contexts) > len(above) else contexts
        else:
            words = tuple(line.split())
            yield _Line(words=(words[0].lower(), *(w.lower() for w in words[1:])),
                        contexts=tuple(contexts))  # fmt: skip
            if words[0].lower() == "include" and len(words) > 1 and depth < _DEPTH:
                yield from _included(words[1], answers, unseen, tuple(contexts), depth)


def _included(
    path: str, answers: Answers, unseen: list[Missing], above: tuple[str, ...], depth: int
) -> Iterator[_Line]:
    plain = path.strip('"').rstrip("/")
    if plain in {_TREE, f"{_TREE}/*.conf", f"{_TREE}/*"}:
        members = (
            tar.members(answers["proftpd_tree"].stdout) if answers["proftpd_tree"].exists else ()
        )
        for member in sorted(members, key=lambda m: m.name):
            text = member.content.decode("utf-8", errors="replace")
            yield from _lines(text, answers, unseen, above, depth + 1)
    elif plain in _FILES:
        answer = answers[_FILES[plain]]
        if answer.exists:
            yield from _lines(text_of(answer), answers, unseen, above, depth + 1)
    elif not _HARMLESS.fullmatch(plain):
        unseen.append(Missing(Obstacle.UNSUPPORTED, f"proftpd also reads {plain[:60]}"))


def _anonymous(lines: list[_Line]) -> bool:
    return any(context.startswith("anonymous") for line in lines for context in line.contexts)


def _servers(lines: list[_Line]) -> list[str]:
    """The servers of the file: the main one, and each <VirtualHost>."""
    hosts = {c for line in lines for c in line.contexts if c.startswith("virtualhost")}
    return ["", *sorted(hosts)]


def _effective(lines: list[_Line], name: str, server: str) -> tuple[str, ...] | None:
    """The last words of a directive for one server: its own, else those of <Global>."""
    own = [line for line in lines if line.words[0] == name and _home(line) == server]
    general = [line for line in lines if line.words[0] == name and _home(line) == "global"]
    for found in (own, general):
        if found:
            return found[-1].words[1:]
    return None


def _home(line: _Line) -> str:
    homes = [c for c in line.contexts if not c.startswith(("ifmodule", "ifdefine"))]
    return homes[0] if homes else ""


def _requires_tls(lines: list[_Line]) -> Value:
    for server in _servers(lines):
        engine = _effective(lines, "tlsengine", server)
        required = _effective(lines, "tlsrequired", server)
        is_on = bool(engine) and engine is not None and engine[0] in {"on", "yes", "1", "true"}
        words = required[0] if required else "off"
        if not is_on or words not in {"on", "yes", "1", "true", "ctrl+data", "auth+data"}:
            return False
    return True


def _chrooted(lines: list[_Line]) -> Value:
    """DefaultRoot without a group expression confines everybody."""
    for server in _servers(lines):
        root = _effective(lines, "defaultroot", server)
        if not root or root[0] in {"/", "none"}:
            return False
        if len(root) > 1:
            return Missing(Obstacle.IN_CONTEXT, "DefaultRoot is for some groups alone")
    return True
