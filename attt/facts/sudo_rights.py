"""Who may act as root by sudo, as far as sudoers(5) tells it: /etc/sudoers and /etc/sudoers.d.

Every right to run something as root counts, however short its list of commands: a pager, an editor
or a shell among them is all of root. Host lists are not weighed: a rule for another host counts too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from attt.facts import tar
from attt.facts.kind import Answers, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree
from attt.model.value import Missing

_FILE = "/etc/sudoers"
_FOLDER = "/etc/sudoers.d"
_SEEN = frozenset({"/etc/sudoers.d", "/etc/sudoers.d/"})
_ALIAS = re.compile(r"(User|Runas|Host|Cmnd|Cmd)_Alias\s+(.*)")
_INCLUDE = re.compile(r"[@#]include(?:dir)?\s+(.*)")
_NO_COMMENT = re.compile(r"#(?:include|[0-9])")
_COMMENT = re.compile(r"#(?![0-9])")
_ROOT = re.compile(r"root|ALL|#0|[A-Z][A-Z0-9_]*|!.*|%.*|")

ASKS: Mapping[str, Ask] = {
    "sudoers": ReadFile(path=_FILE, privilege=Privilege.ROOT),
    "sudoers_d": ReadTree(path=_FOLDER, privilege=Privilege.ROOT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Accounts and groups (`%name`, `#uid`, `%#gid`, `ALL`) that sudoers names.

    `unclear` says why somebody else may have rights too; None where the files tell it all.
    """

    names: frozenset[str] = field(default_factory=frozenset)
    unclear: Missing | None = None


def rights(answers: Answers) -> Rights:
    """What both places say together; nobody has rights where neither exists."""
    return _rights(answers["sudoers"], answers["sudoers_d"])


@lru_cache(maxsize=16)  # hosts of a fleet are often alike
def _rights(file: Answer, folder: Answer) -> Rights:
    names: set[str] = set()
    unclear = None
    aliases: dict[str, list[str]] = {}
    for answer in (file, folder):
        if answer.obstacle is not None:
            unclear = Missing(answer.obstacle, answer.detail or "sudoers")
    lines = [line for text in _texts(file, folder) for line in _lines(text)]
    for line in lines:
        if found := _ALIAS.fullmatch(line):
            aliases |= _aliases(found[2]) if found[1] == "User" else {}
        elif include := _INCLUDE.fullmatch(line):
            if include[1].strip().strip('"') not in _SEEN:
                unclear = unclear or Missing(Obstacle.IN_CONTEXT, "sudoers includes another file")
        elif not line.startswith("Defaults") and _is_of_root(line):
            names |= set(_users(line))
    return _expanded(names, aliases, unclear)


def _texts(file: Answer, folder: Answer) -> Iterator[str]:
    if file.obstacle is None and file.exists:
        yield text_of(file)
    if folder.obstacle is None and folder.exists:
        for member in tar.members(folder.stdout):
            if "." not in member.name and not member.name.endswith("~"):
                yield member.content.decode("utf-8", errors="replace")


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").split("\n"):
        kept = line.strip()
        if "#" in kept and not _NO_COMMENT.match(kept):
            kept = _COMMENT.split(kept, maxsplit=1)[0].strip()
        if kept:
            yield kept


def _aliases(text: str) -> dict[str, list[str]]:
    pairs = (part.partition("=") for part in text.split(":"))
    return {name.strip(): _split(members) for name, _, members in pairs}


def _split(members: str) -> list[str]:
    return [word.strip().strip('"') for word in members.split(",") if word.strip()]


def _is_of_root(line: str) -> bool:
    """Whether some command runs as root: no runas list at all means root."""
    right = line.partition("=")[2].strip()
    lists = re.findall(r"\(([^()]*)\)", right)
    if not right.startswith("("):
        return True
    return any(_ROOT.fullmatch(user) for text in lists for user in _first(text))


def _first(runas: str) -> list[str]:
    return _split(runas.partition(":")[0]) or ["root"]


def _users(line: str) -> list[str]:
    """The list before the host list; its commas may stand between blanks, its names in quotes."""
    left = re.sub(r"\s*,\s*", ",", line.partition("=")[0])
    found = re.match(r'(?:"[^"]*"|\\.|[^\s"\\])+', left)
    return [re.sub(r"\\(.)", r"\1", name) for name in _split(found[0])] if found else []


def _expanded(names: set[str], aliases: dict[str, list[str]], unclear: Missing | None) -> Rights:
    done: set[str] = set()
    waiting = [name for name in names if not name.startswith("!")]
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        waiting += aliases.get(name, ())
        if name.startswith(("+", "%:")):
            unclear = unclear or Missing(
                Obstacle.UNSUPPORTED, f"sudo rights that are not understood: {name[:40]}"
            )
    return Rights(names=frozenset(done), unclear=unclear)
