"""What is read from sshd's files and command line, and when a silent session ends."""

import pytest

from attt.facts import sshd_config, sshd_values
from attt.model.value import Missing, Value


def test_a_match_block_ends_with_its_file() -> None:
    """Keywords below Match hold for some; those of another file hold for all."""
    read = sshd_config.read(["Port 22\nmatch user a\nPermitRootLogin=yes\n", 'MaxAuthTries "4"\n'])

    assert frozenset({"port", "maxauthtries"}) == read.everywhere
    assert {"permitrootlogin": ("yes",)} == read.in_match


@pytest.mark.parametrize(
    ("line", "unseen"),
    [
        ("Include /etc/ssh/sshd_config.d/*.conf", ()),
        ("Include sshd_config.d/50-a.conf", ()),
        ("Include /etc/ssh/other.conf", ("/etc/ssh/other.conf",)),
        ("Include /etc/ssh/*", ("/etc/ssh/*",)),
        ("Match all\nInclude /etc/ssh/sshd_config.d/*.conf", ("/etc/ssh/sshd_config.d/*.conf",)),
        ("# Include /etc/ssh/other.conf", ()),
    ],
)
def test_includes_that_are_not_read_are_named(line: str, unseen: tuple[str, ...]) -> None:
    """A file that was not read, or that is read only inside a block, may hold anything."""
    assert unseen == sshd_config.read([line]).unseen


@pytest.mark.parametrize(
    ("words", "config", "settings"),
    [
        (["-D"], None, ()),
        (["-D", "-o", "PermitRootLogin=yes"], None, (("permitrootlogin", "yes"),)),
        (["-DoPermitRootLogin=yes"], None, (("permitrootlogin", "yes"),)),
        (["-o", "PermitRootLogin", "yes"], None, (("permitrootlogin", "yes"),)),
        (["-f", "/x", "-D"], "/x", ()),
        (["-p", "22", "-f/x"], "/x", ()),
        (["-f"], "", ()),
    ],
)
def test_options_of_a_running_sshd(
    words: list[str], config: str | None, settings: tuple[tuple[str, str], ...]
) -> None:
    """-o and -f are found apart from and together with their value and other flags."""
    expected = sshd_config.CommandLine(config=config, settings=settings)

    assert expected == sshd_config.command_line(words)


def _idle(text: str) -> Value:
    dump = sshd_values.dump(text)
    return sshd_values.idle_minutes(sshd_values.typed(dump), dump)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("clientaliveinterval 0\nclientalivecountmax 3", None),
        ("clientaliveinterval 300\nclientalivecountmax 3", 15),
        ("clientaliveinterval 301\nclientalivecountmax 1", 6),
        ("clientaliveinterval 900\nclientalivecountmax 0", 15),
        ("clientaliveinterval 900\nclientalivecountmax 0\npubkeyauthoptions none", None),
        ("clientaliveinterval 0\nclientalivecountmax 3\nchanneltimeout session=5m", 5),
        ("clientaliveinterval 60\nclientalivecountmax 2\nchanneltimeout *=1h30m", 2),
        ("clientaliveinterval 0\nclientalivecountmax 3\nchanneltimeout x11=5m", None),
        ("clientaliveinterval 0\nclientalivecountmax 3\nchanneltimeout session=0", None),
    ],
)
def test_when_a_silent_session_ends(text: str, minutes: int | None) -> None:
    """The earlier of the two ways counts; no alive messages unanswered has ended none since 8.2."""
    assert minutes == _idle(text)


def test_what_can_not_be_read_is_missing() -> None:
    """Neither a number that is none nor a keyword that is not printed becomes a default."""
    values = sshd_values.typed(sshd_values.dump("maxauthtries many"))

    assert isinstance(values["maxauthtries"], Missing)
    assert isinstance(values["permitrootlogin"], Missing)


def test_relative_lists_on_the_command_line_are_missing() -> None:
    """-oCiphers=+x adds to a list that only the daemon knows; a whole list replaces it."""
    found = sshd_values.overrides({"ciphers": "+x", "macs": "a,b"})

    assert isinstance(found["ciphers"], Missing)
    assert ("a", "b") == found["macs"]


@pytest.mark.parametrize(
    ("text", "begin", "rate", "full"),
    [("10:30:60", 10, 30, 60), ("20", 20, 100, 20)],
)
def test_max_startups_is_three_numbers(text: str, begin: int, rate: int, full: int) -> None:
    """One number alone turns everybody away from there on; the running daemon's option wins."""
    names = ("startups_begin", "startups_rate", "startups_full")
    dumped = sshd_values.typed(sshd_values.dump(f"maxstartups {text}"))
    given = sshd_values.overrides({"maxstartups": text})

    assert [(begin, rate, full)] * 2 == [tuple(one[n] for n in names) for one in (dumped, given)]


def test_max_startups_that_can_not_be_read_is_missing() -> None:
    """A part that is none is missing, and so are all where the line is not there."""
    odd = sshd_values.typed(sshd_values.dump("maxstartups 10:x"))
    none = sshd_values.typed(sshd_values.dump("port 22"))

    assert 10 == odd["startups_begin"]
    assert isinstance(odd["startups_rate"], Missing)
    assert isinstance(odd["startups_full"], Missing)
    assert isinstance(none["startups_full"], Missing)
