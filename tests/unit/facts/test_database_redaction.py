"""Passwords on command lines, in units and in redis.conf never stay."""

import pytest

from attt.facts.redact import REDACTORS

CANARY = b"Rat-Bi-Mat"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("arguments", b"1 1 u mysqld 0::/ mysqld --password Rat-Bi-Mat --user=u"),
        ("arguments", b"1 1 u mysqld 0::/ mysql -uroot -pRat-Bi-Mat db"),
        ("arguments", b"1 1 u redis-server 0::/ redis-server --requirepass Rat-Bi-Mat --port 1"),
        ("arguments", b"1 1 u mongod 0::/ mongod --tlsCertificateKeyFilePassword=Rat-Bi-Mat"),
        (
            "commands",
            b"ExecStart={ path=/b ; argv[]=/b -p Rat-Bi-Mat --x=Rat-Bi-Mat ; ignore_errors=no }",
        ),
        (
            "commands",
            b"ExecStart={ path=/b ; argv[]=/bin/sh -c 'A=Rat-Bi-Mat /b' ; ignore_errors=no }",
        ),
        ("redis", b'requirepass Rat-Bi-Mat\nmasterauth "Rat-Bi-Mat"\n'),
        ("redis", b"port 1\nuser a on >Rat-Bi-Mat #Rat-Bi-Mat ~*\n"),
        ("redis", b"\0\0requirepass Rat-Bi-Mat\n"),
        ("redis", b"rename-command CONFIG Rat-Bi-Mat\n"),
    ],
)
def test_no_password_stays_and_lengths_do(name, text):
    """Lengths stay, so that an archive can still be read; a second time changes nothing."""
    hidden = REDACTORS[name](text)

    assert CANARY not in hidden
    assert len(text) == len(hidden)
    assert hidden == REDACTORS[name](hidden)


def test_what_parsers_need_stays():
    """Paths and names of programs of a unit's command, and an empty password of redis.conf."""
    command = b"argv[]=/bin/sh -c '/usr/local/bin/backup.sh; restic backup' ; ignore_errors=no"

    assert b"/usr/local/bin/backup.sh" in REDACTORS["commands"](command)
    assert b"restic" in REDACTORS["commands"](command)
    assert b'requirepass ""' == REDACTORS["redis"](b'requirepass ""')
