"""What inetd and xinetd would start, as their settings say it."""

import io
import tarfile

import pytest

from attt.facts import superserver
from attt.facts.sockets import LISTENING
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

NONE = Answer(stdout=b"", exists=False)


def tree(**files):
    """An answer that holds these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return Answer(stdout=buffer.getvalue(), status=0)


def started(running, **answers):
    """What the daemons among `running` start."""
    given = dict.fromkeys(superserver.ASKS, NONE) | answers
    return superserver.started({running}, given)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("telnet stream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.telnetd\n", {"tcpd", "in.telnetd"}),
        ("tftp dgram udp4 wait root /usr/sbin/in.tftpd in.tftpd -s /srv\n", {"in.tftpd", "-s"}),
        ("10.0.0.1:2323 stream tcp nowait.5 root /opt/telnetd\n", {"telnetd"}),
        ("#telnet stream tcp nowait root /usr/sbin/in.telnetd in.telnetd\n", set()),
        ("#<off># telnet stream tcp nowait root /usr/sbin/telnetd\n", set()),
    ],
)  # fmt: skip
def test_inetd_starts_what_its_lines_name(line, expected):
    """Behind tcpd stands the real server; a line behind a hash is off."""
    assert expected == started("inetd", inetd=Answer(stdout=line.encode(), status=0))


SERVICE = "service telnet\n{{\n socket_type = stream\n server = /usr/sbin/in.telnetd\n{more}}}\n"


@pytest.mark.parametrize(
    ("general", "more", "is_on"),
    [
        ("", "", True),
        ("", " disable = no\n", True),
        ("", " disable = yes\n", False),
        ("defaults\n{\n disabled = echo telnet\n}\n", "", False),
        ("defaults\n{\n enabled = echo\n}\n", "", False),
        ("defaults\n{\n enabled += telnet\n}\n", "", True),
        ("defaults\n{\n disabled = telnet\n}\n", " id = other\n", True),
    ],
)
def test_xinetd_starts_what_is_not_switched_off(general, more, is_on):
    """By the service itself, or by the lists of the general part."""
    found = started(
        "xinetd",
        xinetd=Answer(stdout=general.encode(), status=0),
        xinetd_tree=tree(telnet=SERVICE.format(more=more)),
    )

    assert is_on == ("in.telnetd" in found)


def test_only_the_daemon_that_runs_counts_and_unread_settings_are_a_gap():
    """Lines of a daemon that does not run start nothing; lines that can't be read may start anything."""
    line = Answer(stdout=b"telnet stream tcp nowait root /usr/sbin/telnetd\n", status=0)
    unread = started("xinetd", xinetd=Answer(obstacle=Obstacle.NO_PRIVILEGE))

    assert set() == started("sshd", inetd=line)
    assert isinstance(unread, Missing)


def test_a_program_of_many_names_does_not_say_which_it_is():
    """Busybox may be a telnet server as well as a web server: what listens is not known."""
    row = 'tcp LISTEN 0 9 0.0.0.0:2323 0.0.0.0:* users:(("busybox",pid=9,fd=3))\n'
    answers = {name: Answer(obstacle=Obstacle.NO_TOOL) for name in ("ss_sbin", "tables", "units")}
    value = LISTENING.parse({"ss": Answer(stdout=row.encode(), status=0), **answers}, {}).value

    assert ("busybox", True) == (
        value["sockets"][0]["processes"][0],
        isinstance(value["sockets"][0]["processes"][1], Missing),
    )
