"""Whether a server runs with its files as they are now."""

import pytest

from attt.facts.daemon_files import late
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

AT = 1_795_373_763  # 2026-11-22T18:56:03Z


def units(started: str, reloaded: str = "n/a", *, is_active: bool = True) -> Answer:
    state = "active" if is_active else "inactive"
    reload = f"ExecReload={{ path=/bin/kill ; start_time=[{reloaded}] ; stop_time=[n/a] }}"
    lines = (f"ExecMainStartTimestamp={started}", reload, "Id=a.service", f"ActiveState={state}")
    return Answer(stdout=("\n".join(lines) + "\n\nId=b.service\nActiveState=active\n").encode())


def changed(*entries: str) -> Answer:
    return Answer(stdout="".join(f"{entry}\0" for entry in entries).encode())


START = "Sun 2026-11-22 18:56:03 UTC"


@pytest.mark.parametrize(
    ("moment", "path", "is_late"),
    [
        (f"{AT}.9", "/etc/a.conf", False),
        (f"{AT + 1}.0", "/etc/a.conf", True),
        (f"{AT + 1}.0", "/etc/a.d/x", True),
        (f"{AT + 1}.0", "/etc/other.conf", False),
    ],
)
def test_a_file_of_the_server_that_is_younger_than_its_start_was_not_read(moment, path, is_late):
    """Only files that it reads count, and the second of the start itself is its own."""
    found = late(
        "a.service", units(START), changed(f"{moment} {path}"), ("/etc/a.conf", "/etc/a.d/")
    )

    assert is_late == isinstance(found, Missing)


def test_a_reload_reads_the_files_again():
    """What was changed before the last reload is in force."""
    files = changed(f"{AT + 5}.0 /etc/a.conf")
    reloaded = units(START, "Mon 2026-11-23 01:56:09 +07")

    assert late("a.service", reloaded, files, ("/etc/a.conf",)) is None


def test_where_systemd_did_not_start_it_nothing_is_said():
    """Another init, a unit that is not active, and a time zone that is only a name tell no time."""
    files = changed(f"{AT + 5}.0 /etc/a.conf")
    told = (
        Answer(obstacle=Obstacle.NO_TOOL),
        units(START, is_active=False),
        units("Sun 2026-11-22 18:56:03 CET"),
    )

    assert [None, None, None] == [late("a.service", one, files, ("/etc/a.conf",)) for one in told]


def test_what_is_not_learnt_is_missing():
    """Without the times or the files nobody knows whether the last change was read."""
    lost = Answer(obstacle=Obstacle.LOST)

    assert isinstance(late("a.service", lost, changed(), ()), Missing)
    assert isinstance(late("a.service", units(START), lost, ()), Missing)
