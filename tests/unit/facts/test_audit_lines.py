"""Which deeds a rule of the kernel's audit records, and which rule only seems to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts import audit_lines, audit_topics

PEOPLE = "-F auid>=1000 -F auid!=-1 -F key=x"
DELETING = "unlink,unlinkat,rename,renameat"
B64 = {"b64"}


def deletions(*lines: str, is_arm: bool = False) -> bool:
    """Whether these rules record deletions on a 64-bit processor."""
    return audit_topics.recorded(lines, B64, is_arm=is_arm)["deletions"]


@pytest.mark.parametrize(
    "lines",
    [
        (f"-a always,exit -F arch=b64 -S {DELETING} {PEOPLE}",),
        (f"-A exit,always -F arch=b64 -S {DELETING}",),
        (f"-a always,exit -S {DELETING} -F auid!=unset -k delete",),
        (
            "-a always,exit -F arch=b64 -S unlink -S unlinkat -k d",
            "-a always,exit -F arch=b64 -S rename -S renameat -F success=1 -k d",
        ),
    ],
)
def test_whoever_writes_them_in_their_own_way_records_deletions(lines):
    """Order of words, several rules, one or many -S, and unset in either spelling are all the same."""
    assert deletions(*lines)


@pytest.mark.parametrize(
    "line",
    [
        f"-a always,exit -F arch=b32 -S {DELETING} {PEOPLE}",
        "-a always,exit -F arch=b64 -S unlink,unlinkat,rename",
        f"-a always,exit -F arch=b64 -S {DELETING} -F auid>=2000",
        f"-a always,exit -F arch=b64 -S {DELETING} -F auid=1000",
        f"-a always,exit -F arch=b64 -S {DELETING} -F success=0",
        f"-a always,exit -F arch=b64 -S {DELETING} -F dir=/srv",
        f"-a always,exit -F arch=b64 -S {DELETING} -C auid!=uid",
        f"-a never,exit -F arch=b64 -S {DELETING}",
        f"-a always,exclude -F msgtype={DELETING}",
        "-w /usr/bin/rm -p x -k delete",
    ],
)
def test_a_rule_that_leaves_something_out_does_not_count(line):
    """Another width, a call short, fewer people, failures alone, one folder, or a program watched."""
    assert not deletions(line)


def test_arm_is_not_asked_for_calls_that_it_lacks():
    """On arm64, which has unlinkat and renameat alone, these two are all of it."""
    line = f"-a always,exit -F arch=b64 -S unlinkat,renameat {PEOPLE}"

    assert (True, False) == (deletions(line, is_arm=True), deletions(line))


def test_refused_openings_need_both_errors():
    """EACCES without EPERM is half of it; success=0 beside the error changes nothing."""
    rule = "-a always,exit -F arch=b64 -S open,openat,creat,truncate,ftruncate -F exit={} -k a"
    both = [rule.format(error) for error in ("-EACCES", "-EPERM")]

    assert [False, True] == [
        audit_topics.recorded(lines, B64, is_arm=False)["denied"] for lines in (both[:1], both)
    ]


@given(st.lists(st.sampled_from(sorted(DELETING.split(","))), max_size=6))
def test_more_calls_never_record_less(calls):
    """A rule that names further calls records all that it did before."""
    line = f"-a always,exit -F arch=b64 -S {','.join([*calls, 'execve'])}"
    more = f"-a always,exit -F arch=b64 -S {','.join([*calls, 'execve', *DELETING.split(',')])}"

    assert deletions(more)
    assert deletions(line) == (set(DELETING.split(",")) <= set(calls))


def test_a_folder_watched_for_changes_is_not_watched_for_reading():
    """-p wa records writing, -p rwa reading too; a filter on one person counts for nobody."""
    places = [
        [audit_lines.watched_places(line, kinds) != [] for kinds in ({"r"}, {"w", "a"})]
        for line in (
            "-w /srv/a -p wa -k d",
            "-w /srv/a -p rwa -k d",
            "-a always,exit -S all -F dir=/srv/a -F perm=r -F auid>=1000 -F auid!=-1",
            "-a always,exit -S all -F dir=/srv/a -F perm=rwa -F auid=1000",
        )
    ]

    assert [[False, True], [True, True], [True, False], [False, False]] == places
