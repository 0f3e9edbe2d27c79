"""Small readers of what programs print: logins, listings, units, clocks, tables of sockets."""

import pytest

from attt.facts import chrony, listing, ntpd, procnet, sources, tar
from attt.facts.kind import Unparsable
from attt.facts.logins import Logins
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

_NONE = Answer(obstacle=Obstacle.NO_TOOL)
_HEAD = "Username         Port     From            Latest\n"
_NEVER = "                                      **Never logged in**\n"


def _logins(lastlog: str = "", lslogins: str = "") -> Logins:
    return Logins(
        {
            "lastlog": Answer(stdout=lastlog.encode()) if lastlog else _NONE,
            "lastlog2": _NONE,
            "lslogins": Answer(stdout=lslogins.encode()) if lslogins else _NONE,
        }
    )


def test_never_is_proved_only_by_a_record_that_is_written() -> None:
    """A lastlog without any login may simply not be kept; nobody is called unused for it."""
    empty = _logins(f"{_HEAD}an{_NEVER}")
    written = _logins(f"{_HEAD}an{_NEVER}b  pts/0  10.0.0.1  Sun Nov 22 11:29:27 +0700 2026\n")

    assert isinstance(empty.last("an"), Missing)
    assert written.last("an") is None
    assert written.last("b") == "2026-11-22T04:29:27Z"
    assert isinstance(written.last("nguoidung1"), Missing)


def test_the_newest_login_counts() -> None:
    """Wtmp may know of a login that lastlog does not, and never the other way to "never"."""
    both = _logins(
        f"{_HEAD}an  pts/0  h  Sun Nov 22 11:29:27 +0000 2026\n", "an 2026-11-23T00:00:00+07:00\n"
    )

    assert both.last("an") == "2026-11-22T17:00:00Z"


@pytest.mark.parametrize(
    ("letters", "mode"),
    [("rwxr-xr-x", "0755"), ("rw-------", "0600"), ("rwsr-sr-t", "7755"), ("rwSr-Sr-T", "7644")],
)
def test_letters_of_a_mode(letters: str, mode: str) -> None:
    """A capital letter is the special bit without the right to run."""
    assert mode == listing.mode_of(letters)


def test_a_listing_that_is_not_one_is_not_read() -> None:
    """A link to nowhere leaves a gap; any other odd line makes the whole unreadable."""
    text = "/etc/cron.d:\ntotal 4\nl????????? ? ? ? ? ? gone\n"

    assert isinstance(listing.parse(text)["/etc/cron.d"][0], Missing)
    with pytest.raises(Unparsable):
        listing.parse("/etc/cron.d:\nhello\n")


_NOTHING = Answer(stdout=b"absent|/nowhere\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("passwd: files systemd", []),
        ("passwd: compat", []),
        ("passwd: files [NOTFOUND=return] ldap", ["accounts from elsewhere: ldap"]),
        ("passwd: sss files systemd", ["accounts from elsewhere: sss"]),
        ("group: files ldap", []),
    ],
)
def test_other_sources_of_accounts_leave_a_gap(line: str, words: list[str]) -> None:
    """Accounts from a directory are not in the files, so the list is not whole."""
    in_use = Answer(stdout=b"600|8180|0|root|0|root|9|1|/etc/sssd/sssd.conf\n")
    found = sources.foreign(Answer(stdout=line.encode()), in_use, _NOTHING)

    assert words == [one.detail for one in found]


@pytest.mark.parametrize(
    ("reftime", "updated"),
    [
        ("reftime=eea8a4b0.00000000 Wed, Nov 18 2026", "2026-11-18T22:26:56Z"),
        ("reftime=00000000.00000000", None),
    ],
)
def test_when_ntpd_was_last_told_the_time(reftime: str, updated: str | None) -> None:
    """Its reference time counts from 1900; zero is never."""
    text = _NTPQ.format(leap="00", stratum="2", refid="10.0.0.1") + f"{reftime}\n"

    assert updated == ntpd.keeps(Answer(stdout=text.encode(), status=0))["updated"]


def test_sssd_that_is_not_set_up_adds_nobody() -> None:
    """RHEL names sss in nsswitch.conf even where nothing is configured."""
    idle = Answer(stdout=b"absent|/etc/sssd/sssd.conf\nabsent|/var/lib/sss/pipes/nss\n")

    assert [] == sources.foreign(Answer(stdout=b"passwd: sss files systemd\n"), idle, _NOTHING)


def test_systemd_adds_accounts_only_where_it_keeps_some() -> None:
    """A folder of user records, or systemd-homed, holds accounts that /etc/passwd does not."""
    held = Answer(stdout=b"755|41ed|0|root|0|root|9|1|/etc/userdb\n")
    line = Answer(stdout=b"passwd: files systemd\n")
    found = sources.foreign(line, _NOTHING, held)

    assert ["accounts from elsewhere: systemd"] == [one.detail for one in found]
    assert [] == sources.foreign(Answer(stdout=b"passwd: files\n"), _NOTHING, held)


_NTPQ = """associd=0 status=0615 leap_none, sync_ntp, 1 event, clock_sync,
leap={leap}, stratum={stratum}, refid={refid}, offset=-0.250, sys_jitter=0.1
     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
*10.0.0.1        .GPS.            1 u   33   64  377    0.1   -0.250   0.100
"""


@pytest.mark.parametrize(
    ("leap", "stratum", "refid", "state"),
    [
        ("00", "2", "10.0.0.1", "synchronised"),
        ("11", "16", "INIT", "unsynchronised"),
        ("00", "16", "10.0.0.1", "unsynchronised"),
        ("00", "6", "LOCL", "unsynchronised"),
    ],
)
def test_what_ntpd_says_of_itself(leap: str, stratum: str, refid: str, state: str) -> None:
    """An alarm, stratum 16 or its own clock are no synchronisation."""
    text = _NTPQ.format(leap=leap, stratum=stratum, refid=refid)
    kept = ntpd.keeps(Answer(stdout=text.encode(), status=0))

    assert (state, -250, ("10.0.0.1",)) == (kept["state"], kept["offset_us"], kept["sources"])


def test_a_daemon_that_does_not_answer_is_not_called_synchronised() -> None:
    """Chronyc and ntpq without a reply leave every field missing."""
    silent = Answer(stdout=b"506 Cannot talk to daemon\n", status=1)

    assert all(isinstance(v, Missing) for v in chrony.keeps(silent, silent).values())
    assert all(isinstance(v, Missing) for v in ntpd.keeps(silent).values())


def test_tables_of_sockets() -> None:
    """Only sockets that wait are listed; addresses are in the order of the host's bytes."""
    text = (
        "  sl  local_address rem_address   st tx_queue\n"
        "   0: 0100007F:1F90 00000000:0000 0A 0 0\n"
        "   1: 0100007F:1F91 0100007F:0016 01 0 0\n"
        "   sl  local_address rem_address   st drops\n"
        "   0: 00000000:0045 00000000:0000 07 0 0\n"
    )
    found = [(s.protocol, s.address, s.port) for s in procnet.parse(text)]

    assert [("tcp", "127.0.0.1", 8080), ("udp", "0.0.0.0", 69)] == found


def test_an_archive_that_breaks_off_is_not_read() -> None:
    """Half an archive could lack the very file that matters."""
    with pytest.raises(Unparsable):
        tar.members(b"x" * 700)
