"""A walk that did not see everything may accuse, and never acquits."""

from dataclasses import replace

import pytest

from attt.facts.registry import FACTS
from attt.facts.walk import WALK, Walked, read
from attt.model.answer import Answer, Obstacle
from attt.model.fact import FactMissed, FactRead
from attt.model.value import Missing

ROWS = b"f 4755 0 0 root root /usr/bin/su\0f 666 0 0 root root /srv/a|b\nc\0"


def gaps(answer: Answer) -> list[Obstacle]:
    walked = read(answer)
    assert isinstance(walked, Walked)
    return [gap.obstacle for gap in walked.gaps]


def test_a_whole_walk_has_no_gap() -> None:
    """Status 0, nothing said, every record ended: what was found is all that there is."""
    assert [] == gaps(Answer(stdout=ROWS, status=0))
    assert [] == gaps(Answer(stdout=b"", status=0))


@pytest.mark.parametrize("obstacle", [Obstacle.TIMED_OUT, Obstacle.CUT, Obstacle.LOST])
def test_a_walk_that_was_ended_keeps_what_it_found(obstacle: Obstacle) -> None:
    """The records that came are kept, the broken last one is not, and a gap is left."""
    answer = Answer(stdout=ROWS + b"f 777 0 0 ro", status=None, obstacle=obstacle)
    walked = read(answer)

    assert isinstance(walked, Walked)
    assert ["/usr/bin/su", "/srv/a|b\nc"] == [entry.path for entry in walked.entries]
    assert [obstacle] == gaps(answer)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(stdout=ROWS, status=1, stderr=b"/usr/bin/find: '/mnt': Permission denied\n"),
        Answer(stdout=ROWS, status=0, stderr=b"/usr/bin/find: '/mnt': Input/output error\n"),
        Answer(stdout=ROWS, status=1),
        Answer(stdout=ROWS + b"f 777 0 0 ro", status=0),
    ],
)
def test_a_walk_that_complained_leaves_a_gap(answer: Answer) -> None:
    """A folder that could not be entered, or an end in the middle, is never nothing."""
    assert 1 == len(gaps(answer))


@pytest.mark.parametrize("fact", ["files.suid", "files.world_writable", "files.system"])
def test_every_fact_of_the_walk_carries_its_gap(fact: str) -> None:
    """The missing element stands in each list that was read from the walk."""
    none = Answer(exists=False)
    answers = dict.fromkeys(FACTS[fact].asks({}), none)
    answers["walk"] = Answer(stdout=ROWS, obstacle=Obstacle.TIMED_OUT)
    found = FACTS[fact].parse(answers, {})

    assert isinstance(found, FactRead)
    assert isinstance(found.value, dict)
    assert Missing(Obstacle.TIMED_OUT, "find") == found.value["entries"][-1]  # type: ignore[index]


def test_without_rights_or_tool_nothing_is_read() -> None:
    """No privilege, no program and another find are obstacles of the whole."""
    other = Answer(status=1, stderr=b"find: unrecognized: -fstype\n")
    missed = [
        read(Answer(obstacle=Obstacle.NO_PRIVILEGE)),
        read(Answer(obstacle=Obstacle.NO_TOOL)),
        read(other),
        read(replace(other, obstacle=Obstacle.FAILED)),
    ]

    assert [
        Obstacle.NO_PRIVILEGE,
        Obstacle.NO_TOOL,
        Obstacle.NO_TOOL,
        Obstacle.FAILED,
    ] == [one.obstacle for one in missed if isinstance(one, FactMissed)]


def test_the_walk_runs_no_program_and_writes_nothing() -> None:
    """None of find's actions that execute, delete or write files is in its words."""
    acting = {"-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprintf", "-fls"}

    assert set() == acting & set(WALK.argv)
    assert "/usr/bin/find" == WALK.argv[0]
