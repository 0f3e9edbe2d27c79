"""What sshd does for one account: its settings, with the Match blocks that do or may apply to it.

A Match block wins over what stands outside of blocks, and of several the first (sshd_config(5)).
Whether a block on users or groups applies can be told for an account; one on addresses, ports or
the like may apply or not, so every combination of those is a context of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from attt.facts import sshd, sshd_config, sshd_running, sshd_values, tar
from attt.facts.kind import Answers, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.fact import FactMissed
from attt.model.value import Missing

_MOST_UNSURE = 6
_TREE = re.compile(r"(/usr/etc/ssh/|/etc/ssh/)?sshd_config\.d/(?:\*|[A-Za-z0-9_][^/\s]*)\.conf")
_VENDOR = "/usr/etc/ssh/"

Settings = Mapping[str, str]
"""Keywords in lower case, newest names; the words of a line as sshd prints them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One Match block: its criteria, such as (("user", "an,binh"),), and the first of each setting."""

    criteria: tuple[tuple[str, str], ...]
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """The settings outside of blocks, and the blocks in sshd's order."""

    outside: Settings
    blocks: tuple[Block, ...]

    def of(self, account: str, groups: Iterable[str]) -> list[Settings] | Missing:
        """All settings that may hold when this account logs in."""
        mine = frozenset(groups)
        applying = [(block, _applies(block, account, mine)) for block in self.blocks]
        live = [(block, said) for block, said in applying if said is not False]
        unsure = [block for block, said in live if said is None]
        if len(unsure) > _MOST_UNSURE:
            return Missing(Obstacle.IN_CONTEXT, "too many Match blocks may apply")
        found: list[Settings] = []
        for bits in range(1 << len(unsure)):
            off = {id(block) for n, block in enumerate(unsure) if not bits >> n & 1}
            chosen = [block.settings for block, _ in live if id(block) not in off]
            found.append({**self.outside, **_first_wins(chosen)})
        return found


def read(answers: Answers) -> Contexts | Missing:
    """Reads them from the answers of the fact sshd.settings, which must have been read."""
    started = sshd_running.started(answers)
    if isinstance(started, FactMissed):
        return Missing(started.obstacle, started.detail)
    has_vendor = answers["vendor_tree"].obstacle is None
    if sshd_config.read(sshd.texts(answers), has_vendor=has_vendor).unseen:
        return Missing(Obstacle.IN_CONTEXT, "sshd_config includes files that were not read")
    dumped = sshd_values.dump(text_of(answers["settings"]))
    outside = {name: " ".join(lines) for name, lines in dumped.items()}
    outside |= {sshd_values.name_of(name): text for name, text in started.settings}
    return Contexts(outside=outside, blocks=tuple(_blocks(answers)))


def _tree(answer: Answer) -> dict[str, str]:
    if not answer.exists or answer.obstacle is not None:
        return {}
    files = {m.name: m.content.decode("utf-8", "replace") for m in tar.members(answer.stdout)}
    kept = (name for name in sorted(files) if name.endswith(".conf") and name[0] != ".")
    return {name: files[name] for name in kept}


def _blocks(answers: Answers) -> Iterator[Block]:
    """The blocks of all files, in the order in which sshd reads them."""
    main = text_of(answers["config" if answers["config"].exists else "vendor"])
    trees = {"": _tree(answers["tree"]), _VENDOR: _tree(answers["vendor_tree"])}
    for keyword, value in sshd_config.lines(main):
        if keyword == "match":
            break  # an Include inside of a block was refused before
        if keyword == "include":
            for text in _included(value, trees):
                yield from _of_text(text)
    yield from _of_text(main)


def _included(value: str, trees: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for path in value.replace('"', " ").split():
        if found := _TREE.fullmatch(path):
            tree = trees[_VENDOR if found[1] == _VENDOR else ""]
            pattern = path.rsplit("/", 1)[-1]
            yield from (text for name, text in tree.items() if fnmatchcase(name, pattern))


def _of_text(text: str) -> Iterator[Block]:
    criteria: tuple[tuple[str, str], ...] | None = None
    settings: dict[str, str] = {}
    for keyword, value in sshd_config.lines(text):
        if keyword == "match":
            if criteria is not None:
                yield Block(criteria=criteria, settings=settings)
            criteria, settings = _criteria(value), {}
        elif criteria is not None:
            settings.setdefault(sshd_values.name_of(keyword), value)
    if criteria is not None:
        yield Block(criteria=criteria, settings=settings)


def _criteria(text: str) -> tuple[tuple[str, str], ...]:
    words = re.findall(r'"[^"]*"|[^\s="]+', text)
    if [word.lower() for word in words[:1]] == ["all"]:
        return ()
    pairs = zip(words[::2], [*words[1::2], ""], strict=False)
    return tuple((name.lower(), value.strip('"')) for name, value in pairs)


def _applies(block: Block, account: str, groups: frozenset[str]) -> bool | None:
    """True, False, or None where it depends on where the connection comes from."""
    said = [_holds(name, value, account, groups) for name, value in block.criteria]
    if False in said:
        return False
    return None if None in said else True


def _holds(name: str, value: str, account: str, groups: frozenset[str]) -> bool | None:
    match name:
        case "user":
            return _listed(value, (account,))
        case "group":
            return _listed(value, groups)
        case "invalid-user":
            return False
        case _:
            return None


def _listed(patterns: str, names: Iterable[str]) -> bool:
    """Ssh's pattern lists: one name that fits, and none that fits behind an exclamation mark."""
    fits = False
    mine = tuple(names)
    for pattern in patterns.split(","):
        bare = pattern.strip().removeprefix("!")
        if any(fnmatchcase(name, bare) for name in mine):
            if pattern.strip().startswith("!"):
                return False
            fits = True
    return fits


def _first_wins(chosen: Iterable[Settings]) -> dict[str, str]:
    found: dict[str, str] = {}
    for settings in chosen:
        for name, value in settings.items():
            found.setdefault(name, value)
    return found
