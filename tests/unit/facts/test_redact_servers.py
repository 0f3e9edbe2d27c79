"""Communities, keys and passwords of servers' settings never stay, and what must be told does."""

import pytest

from attt.facts.redact import directives, snmp

CANARY = b"c4n4ry-w0rd"


@pytest.mark.parametrize(
    "line",
    [
        b"rocommunity %s 10.0.0.5",
        b"  rwcommunity6 %s",
        b"com2sec -Cn ctx reader default %s",
        b"com2sec reader 10.0.0.0/8 %s",
        b"trap2sink 10.0.0.9 %s",
        b'createUser giamsat SHA "%s" AES other',
        b"usmUser 1 3 0x80 0x67 0x67 NULL .1.3 %s",
        b"trapsess -v 2c -c %s 10.0.0.9",
    ],
)
def test_no_community_and_no_key_stays(line):
    """Each form in which snmpd.conf(5) takes one loses it, and every length stays."""
    text = b"agentaddress udp:161\n" + line % CANARY + b"\n"
    hidden = snmp(text)

    assert CANARY not in hidden
    assert len(text) == len(hidden)
    assert hidden == snmp(hidden)


def test_words_that_everybody_knows_stay():
    """That a community is `public` must be told; where it may come from too."""
    text = b"rocommunity public default\nrocommunity6 Private\ncom2sec a default public\n"

    assert text == snmp(text)


@pytest.mark.parametrize("name", ["SQLConnectInfo", "LDAPBindDN", "TLSPassPhraseProvider"])
def test_no_password_of_a_database_stays(name):
    """Directives that carry one keep their name alone."""
    text = f"  {name} db user ".encode() + CANARY + b"\nTLSEngine on\n"
    hidden = directives(text)

    assert CANARY not in hidden
    assert b"TLSEngine on" in hidden
