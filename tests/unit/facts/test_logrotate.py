"""How many days logrotate's rules keep a file."""

import pytest

from attt.facts import journald, logrotate
from attt.facts.kind import Unparsable

LOG = "/var/log/auth.log"


def days(main, **files):
    """(least, most) of the log's first entry; None where no entry names it."""
    texts = {f"/etc/logrotate.d/{name}": text for name, text in files.items()}
    entries = logrotate.entries(main, texts)
    found = next((one for one in entries if one.names(LOG)), None)
    return found and (found.days_least, found.days_most)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("weekly\nrotate 4", (28, 28)),
        ("daily\nrotate 90", (90, 90)),
        ("monthly\nrotate 12", (365, 365)),
        ("monthly\nrotate 3", (91, 91)),
        ("yearly\nrotate 1", (365, 365)),
        ("weekly\nrotate 52\nmaxage 30", (30, 30)),
        ("daily\nrotate 0", (0, 0)),
        ("daily", (0, 0)),
        ("daily\nrotate -1", (None, None)),
        ("daily\nrotate -1\nmaxage 60", (60, 60)),
        ("weekly\nrotate 52\nmaxsize 100M", (52, 364)),
        ("size 100M\nrotate 10", (10, None)),
        ("weekly\nsize 100M\nrotate 10", (10, None)),
        ("hourly\nrotate 48", (2, 2)),
        ("weekly\nminsize 1M\nrotate 13", (91, 91)),
        ("daily\nrotate 7\npostrotate\n  rotate 400\n}\nendscript", (7, 7)),
    ],
)
def test_an_entry_keeps_what_its_options_allow(body, expected):
    """Count times period, cut by age; size makes the most unknown and the least a day each."""
    assert expected == days(f"{LOG} {{\n{body}\n}}\n")


def test_global_options_hold_for_what_comes_after_them():
    """An include sees the options above it, an entry its own first."""
    rules = f"/var/log/syslog\n{LOG}\n{{\n\tmissingok\n}}\n"

    assert (28, 28) == days(
        "weekly\nrotate 4\ninclude /etc/logrotate.d\nrotate 90\n", rsyslog=rules
    )


def test_the_first_entry_of_a_file_counts():
    """A second entry of the same file is not read."""
    first, second = f"{LOG} {{\ndaily\nrotate 7\n}}\n", "/var/log/*.log {\ndaily\nrotate 90\n}\n"

    assert (7, 7) == days("include /etc/logrotate.d\n", a=first, b=second)


def test_a_star_does_not_reach_into_folders():
    """A pattern of the folder above leaves deeper files alone."""
    assert days("/var/*.log {\ndaily\nrotate 7\n}\n") is None


def test_files_that_packages_left_behind_are_not_read():
    """A saved copy beside the real file is no rule."""
    texts = {"/etc/logrotate.d/a.dpkg-old": f"{LOG} {{\ndaily\nrotate 7\n}}\n"}

    assert [] == logrotate.entries("include /etc/logrotate.d\n", texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("90day", 90 * 86_400),
        ("1month", 2_629_800),
        ("2week 1d", 15 * 86_400),
        ("1year", 31_557_600),
        ("3600", 3600),
        ("many", None),
        ("1 fortnight", None),
    ],
)
def test_a_time_span_of_systemd_is_read(text, expected):
    """Words of systemd.time(7); anything else is not guessed."""
    assert expected == journald.seconds(text)


@pytest.mark.parametrize(("text", "expected"), [("4G", 4096), ("500M", 500), ("10%", None)])
def test_a_size_of_the_journal_is_read(text, expected):
    """Whole MiB; a share of a disk whose size is not known is not."""
    assert expected == journald.mebibytes(text)


def test_tabs_and_equal_signs_part_words_as_blanks_do():
    """A global option, an include and an entry in one line are read however they are parted."""
    rules = f"{LOG} {{\n\trotate\t9\n}}\n"

    assert ((9, 9), (4, 4)) == (
        days("daily\ninclude\t/etc/logrotate.d\n", rsyslog=rules),
        days(f"rotate\t4\ndaily\n/x {{ }}\n{LOG} {{\nmissingok\n}}\n"),
    )


def test_files_that_are_included_from_elsewhere_are_not_taken_for_none():
    """Without them a log would seem to be kept for ever."""
    with pytest.raises(Unparsable):
        days("include /etc/logrotate.own\n")


@pytest.mark.parametrize(
    ("text", "expected"), [("1.5G", 1536), ("8GB", 8192), ("500M", 500), ("10%", None)]
)
def test_a_bound_of_size_may_have_a_fraction(text, expected):
    """Systemd takes fractions and a B behind the unit; a share of the disk is no number of MiB."""
    assert expected == journald.mebibytes(text)
