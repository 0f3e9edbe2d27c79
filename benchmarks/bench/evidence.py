"""What a host answers to every ask of a plan: recorded answers, made long and salted for each host.

The answers are those of tests/facts, which real hosts gave; the list of installed packages is made
longer until the whole has the size wanted. `@N@` stands for the program's random word and `@SALT@`
for what differs from host to host: no answer that says anything is that of another host, while
files that are not there are not there on any of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recorded import Case, cases

from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command

PREFERRED = ("debian-12", "debian-12-hardened", "debian-13")
_OS_RELEASE = (
    'uid 0\nuname Linux 6.1.0 x86_64\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
    'VERSION_ID="12"\nID=debian\n'
)
_WORDS = {
    Obstacle.DENIED: "denied",
    Obstacle.NO_TOOL: "tool",
    Obstacle.UNSUPPORTED: "unsupported",
    Obstacle.NO_PRIVILEGE: "no_privilege",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Both streams of a reply, with marks for the random word and the salt."""

    stdout: bytes
    stderr: bytes

    def filled(self, nonce: str, salt: str) -> tuple[bytes, bytes]:
        """The streams as one host sends them."""
        word, own = nonce.encode(), salt.encode()
        return (
            self.stdout.replace(b"@N@", word).replace(b"@SALT@", own),
            self.stderr.replace(b"@N@", word).replace(b"@SALT@", own),
        )


def template(wanted: Sequence[Ask], size: int) -> Template:
    """The reply to `wanted`, about `size` bytes of it on stdout."""
    recorded = _recorded()
    out, err = _frame("h", _OS_RELEASE.encode(), "0"), _frame("h", b"", "0")
    out, err = out + _frame("m", b"root\n", "0"), err + _frame("m", b"", "0")
    frames = [(n, one, recorded.get(asks.key(one), Answer())) for n, one in enumerate(wanted)]
    spare = size - sum(len(answer.stdout) + 90 for _, _, answer in frames)
    for number, one, answer in frames:
        content = answer.stdout
        if _lists_packages(one):
            content += _packages(content, spare)
        status = _status(answer)
        out += _frame(str(number), content, status)
        if status.isdigit():  # nothing ran for the others, so nothing stands on stderr
            err += _frame(str(number), b"salt @SALT@\n" if content else b"", status)
    return Template(stdout=out + _frame("z", b"", "end"), stderr=err + _frame("z", b"", "end"))


def _frame(index: str, content: bytes, status: str) -> bytes:
    return b"\n@N@ %s <\n%s\n@N@ %s > %s\n" % (
        index.encode(), content, index.encode(), status.encode(),
    )  # fmt: skip


def _status(answer: Answer) -> str:
    if not answer.exists:
        return "absent"
    if answer.obstacle in _WORDS:
        return _WORDS[answer.obstacle]
    return str(answer.status or 0)


def _recorded() -> dict[str, Answer]:
    """An answer for each ask that some recorded case holds, the usual hosts' first."""
    found: dict[str, Answer] = {}
    for case in sorted(cases(), key=_rank):
        named = FACTS[case.key.id].asks(dict(case.key.params))
        for name, answer in case.answers.items():
            found.setdefault(asks.key(named[name]), answer)
    return found


def _rank(case: Case) -> tuple[int, str]:
    stem = case.path.stem
    return (PREFERRED.index(stem) if stem in PREFERRED else len(PREFERRED), str(case.path))


def _lists_packages(one: Ask) -> bool:
    return isinstance(one, Command) and one.argv[0].endswith("dpkg-query")


def _packages(sample: bytes, spare: int) -> bytes:
    """More lines of the form of the last one, each with the host's own salt in the name."""
    line = sample.rstrip(b"\n").rpartition(b"\n")[2]
    _, tab, rest = line.partition(b"\t")
    if not tab:
        raise RuntimeError("the recorded list of packages is not in columns")
    lines, length = [], 0
    while length < spare:
        own = b"lib%04d-@SALT@%s%s\n" % (len(lines), tab, rest)
        lines.append(own)
        length += len(own) + 6  # the salt is longer than its mark
    return b"".join(lines)


def unrecorded(wanted: Sequence[Ask]) -> list[Ask]:
    """The asks that no recorded case answers: they would be empty here."""
    known: Mapping[str, Answer] = _recorded()
    return [one for one in wanted if asks.key(one) not in known]
