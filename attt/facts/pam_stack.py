"""The lines that PAM runs for a service, with what they include: pam.d(5), pam.conf(5).

A service's own file is looked for in /etc/pam.d, then in the vendor's folders; where it has no line
of a type, those of the service `other` count. Nothing is judged here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from attt.facts import tar
from attt.facts.kind import Answers, Unparsable
from attt.model.ask import Ask, Privilege, ReadTree

FOLDERS = ("/etc/pam.d", "/usr/etc/pam.d", "/usr/lib/pam.d")
ASKS: Mapping[str, Ask] = {
    "pam": ReadTree(path=FOLDERS[0], privilege=Privilege.ROOT),
    "pam_vendor": ReadTree(path=FOLDERS[1]),
    "pam_system": ReadTree(path=FOLDERS[2]),
}

_TYPES = frozenset({"auth", "account", "password", "session"})
_DEEPEST = 16
_MOST = 2000  # files and lines looked at for one stack; a real one has a twentieth of that
_LONGEST = 2000  # characters of a line
_WORD = re.compile(r"\[(?:[^\]\\]|\\.)*\]|\S+")
_PAIR = re.compile(r"([a-z_]+)\s*=\s*([a-z]+|[0-9]{1,3})")
_KEYWORDS: Mapping[str, Mapping[str, str]] = {
    "required": {"success": "ok", "new_authtok_reqd": "ok", "ignore": "ignore", "default": "bad"},
    "requisite": {"success": "ok", "new_authtok_reqd": "ok", "ignore": "ignore", "default": "die"},
    "sufficient": {"success": "done", "new_authtok_reqd": "done", "default": "ignore"},
    "optional": {"success": "ok", "new_authtok_reqd": "ok", "default": "ignore"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One module that runs. `module` is its name without path and ".so".

    `actions` maps a return value to ok, done, bad, die, ignore, reset or the number of lines to
    jump over; `frames` are the substacks that it stands in, outermost first, each by a number;
    `is_spared` (a dash before the type) where it is passed over if it is not installed.
    """

    module: str
    args: tuple[str, ...]
    actions: Mapping[str, str]
    frames: tuple[int, ...] = ()
    is_spared: bool = False

    def action(self, returned: str) -> str:
        """What happens when the module returns this; a value that is not named is bad."""
        return self.actions.get(returned, self.actions.get("default", "bad"))

    def option(self, name: str) -> str | None:
        """The value of `name=value`, "" for a bare word, None where it is not given; the last wins."""
        found = [arg for arg in self.args if arg == name or arg.startswith(f"{name}=")]
        return found[-1].partition("=")[2] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The files of PAM by service name, each as its logical lines."""

    files: Mapping[str, tuple[str, ...]]
    _stacks: dict[tuple[str, str], tuple[Line, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # several facts ask for the same ones

    def has(self, service: str) -> bool:
        """Whether the service has a file of its own."""
        return service in self.files

    def stack(self, service: str, kind: str) -> tuple[Line, ...]:
        """What runs for a service; empty where no file says anything. Raises Unparsable."""
        if service not in self.files:
            service = "other"
        found = self._stacks.get((service, kind))
        if found is None:
            mine = tuple(self._expand(service, kind, _Frames()))
            found = mine or tuple(self._expand("other", kind, _Frames()))
            self._stacks[service, kind] = found
        return found

    def _expand(self, name: str, kind: str, frames: "_Frames") -> Iterator[Line]:
        if frames.depth > _DEEPEST or not frames.takes_one_more():
            raise Unparsable("PAM files include each other, or far too much")
        for text in self.files.get(name, ()):
            if len(text) > _LONGEST or not frames.takes_one_more():
                raise Unparsable("a stack of PAM is far too long")
            words = _words(text)
            if words[0] == "@include" and len(words) > 1:
                yield from self._expand(self._known(words[1]), kind, frames.deeper())
                continue
            if words[0].lstrip("-").lower() not in _TYPES or len(words) < 3:
                raise Unparsable(f"a line of PAM can't be read: {name[:40]}")
            if words[0].lstrip("-").lower() == kind:
                yield from self._line(words, kind, frames)

    def _line(self, words: tuple[str, ...], kind: str, frames: "_Frames") -> Iterator[Line]:
        control = words[1].lower()
        if control == "include":
            yield from self._expand(self._known(words[2]), kind, frames.deeper())
        elif control == "substack":
            yield from self._expand(self._known(words[2]), kind, frames.inside())
        else:
            yield Line(
                module=words[2].rsplit("/", 1)[-1].removesuffix(".so"),
                args=words[3:],
                actions=_actions(control),
                frames=frames.open,
                is_spared=words[0].startswith("-"),
            )

    def _known(self, name: str) -> str:
        short = name
        for folder in FOLDERS:
            short = short.removeprefix(f"{folder}/")
        if short not in self.files:
            raise Unparsable(f"a file that PAM includes was not read: {name[:60]}")
        return short


class _Frames:
    """Where the expansion stands; substacks are numbered in the order in which they open."""

    def __init__(
        self, open_: tuple[int, ...] = (), depth: int = 0, counted: list[int] | None = None
    ) -> None:
        self.open = open_
        self.depth = depth
        self._counted = [0] if counted is None else counted

    def takes_one_more(self) -> bool:
        """Counts one more file or line; false once there are too many."""
        self._counted[0] += 1
        return self._counted[0] <= _MOST

    def deeper(self) -> "_Frames":
        return _Frames(self.open, self.depth + 1, self._counted)

    def inside(self) -> "_Frames":
        self._counted[0] += 1
        return _Frames((*self.open, self._counted[0]), self.depth + 1, self._counted)


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """The words of a line; hosts and services share most of their lines."""
    return tuple(w.strip("[]") if n > 1 else w for n, w in enumerate(_WORD.findall(text)))


@lru_cache(maxsize=1024)
def _actions(control: str) -> Mapping[str, str]:
    if control in _KEYWORDS:
        return _KEYWORDS[control]
    pairs = dict(_PAIR.findall(control.strip("[]")))
    if not pairs:
        raise Unparsable(f"a control of PAM can't be read: {control[:40]}")
    return pairs


def read(answers: Answers) -> Services:
    """All files of PAM, the administrator's before the vendor's. Raises Unparsable."""
    given = [answers[name] for name in ASKS]
    return _read(tuple([one.stdout for one in given if one.obstacle is None and one.exists]))


@lru_cache(maxsize=16)  # several facts of a host read the same; hosts of a fleet are often alike
def _read(archives: tuple[bytes, ...]) -> Services:
    files: dict[str, tuple[str, ...]] = {}
    for archive in archives:
        for member in tar.members(archive):
            files.setdefault(member.name, _lines(member.content))
    return Services(files=files)


@lru_cache(maxsize=256)
def _lines(content: bytes) -> tuple[str, ...]:
    return tuple(_logical(content))


def _logical(content: bytes) -> Iterator[str]:
    """Lines without comments, joined where one ends in a backslash; no comment is ever continued."""
    begun = ""
    for line in content.decode("utf-8", errors="replace").split("\n"):
        kept, sign, _ = line.partition("#")
        if not sign and kept.endswith("\\"):
            begun += kept[:-1] + " "
        else:
            if text := (begun + kept).strip():
                yield text
            begun = ""
    if begun.strip():
        yield begun.strip()
