"""Fact `packages.files`: files of packages that are no longer as their packages brought them.

The package manager computes the sum of every file and prints the odd ones: `entries` with `path`,
`change` ("content" or "missing") and `is_program` (it lies where programs, libraries and modules
lie). Configuration files, documents and translations are left out: they may be changed or left
away. It reads every file of the system, so it is a walk. Whoever is root can change the sums as
well: what is found is true, what is not found is no proof.
Sources: dpkg(1) --verify, rpm(8) --verify.
"""

import re

from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, text_of
from attt.facts.packages import RPM_PLATFORMS
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Cost, Privilege
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_ROW = re.compile(r"(missing|[A-Z.?0-9]{8,9}) {1,5}(?:([cdglramn]) )? *(/.*?)(?: \(.*\))?")
_SUM = 2  # the place of the letter that tells of the sum
_PROGRAMS = re.compile(r"/(?:usr/)?(?:bin|sbin|lib\w*|libexec)/.*|/boot/(?:vmlinuz|initr).*")
_NEEDLESS = re.compile(r".*/(?:doc|man|locale|info|gtk-doc|help|__pycache__)/.*|.*\.py[co]")

SHAPE = Record(
    {
        "entries": ListOf(
            Record(
                {
                    "path": Text(),
                    "change": Text(choices=("content", "missing")),
                    "is_program": Boolean(),
                }
            )
        )
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "dpkg": Command(
            argv=("/usr/bin/dpkg", "--verify"),
            privilege=Privilege.ROOT,
            timeout_s=180,
            statuses=(0, 1),
            cost=Cost.WALK,
        ),
        "rpm": Command(
            argv=("/usr/bin/rpm", "-Va", "--nodeps", "--noscripts", "--nomtime", "--noconfig"),
            privilege=Privilege.ROOT,
            timeout_s=300,
            statuses=(0, 1),
            platforms=RPM_PLATFORMS,
            cost=Cost.WALK,
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    rpm, dpkg = answers["rpm"], answers["dpkg"]
    away = {Obstacle.UNSUPPORTED, Obstacle.NO_TOOL}
    answer = dpkg if rpm.obstacle in away else rpm
    if answer.obstacle is not None and not answer.stdout:
        return missed(answer.obstacle, answer.detail or "dpkg, rpm")
    found = [_entry(line) for line in text_of(answer).split("\n")[:-1]]
    entries = (*(one for one in found if one is not None), *_gaps(answer))
    return FactRead(value={"entries": entries}, assurance=Assurance.RUNNING)


def _gaps(answer: Answer) -> list[Missing]:
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail)]
    if not answer.stdout.endswith(b"\n") and answer.stdout:
        return [Missing(Obstacle.CUT, "the last line is not whole")]
    said = answer.stderr.decode("utf-8", errors="replace").strip()
    return [Missing(Obstacle.FAILED, said.split("\n")[0][:200])] if said else []


def _entry(line: str) -> Value:
    """A program, library or data file that changed; None for what may change."""
    if not line or line.startswith("Unsatisfied dependencies"):
        return None
    row = _ROW.fullmatch(line)
    if row is None:
        raise Unparsable("a line of the verification can't be read")
    what, kind, path = row[1], row[2], row[3]
    is_missing = what == "missing"
    if kind in {"c", "d", "g", "l"} or _NEEDLESS.fullmatch(path):
        return None
    if not is_missing and what[_SUM] != "5":
        return Missing(Obstacle.DENIED, path[:200]) if what[_SUM] == "?" and path else None
    return {
        "path": path,
        "change": "missing" if is_missing else "content",
        "is_program": bool(_PROGRAMS.fullmatch(path)),
    }


FILES = FactKind(
    id="packages.files",
    title="Files that differ from their packages",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
