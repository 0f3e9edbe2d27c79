"""redis.conf as the server reads it."""

import pytest

from attt.facts import redis_config as config

PATH = "/etc/redis/redis.conf"


def of(text: str, **files: str):
    """Settings and the account `default` of a file's text."""
    known = {PATH: text, **{f"/etc/redis/{name}": one for name, one in files.items()}}
    read = config.read(PATH, known)
    return read, config.default_user(read, known)


@pytest.mark.parametrize(
    ("text", "has_password"),
    [
        ("", False),
        ("requirepass geheim", True),
        ("requirepass geheim\nrequirepass ''", False),
        ("user default on >geheim ~* +@all", True),
        ("user default on nopass ~* +@all", False),
        ("user default on >geheim nopass", False),
        ("user default on nopass >geheim", True),
        ("user default off", True),
        ("user app on >geheim +@all", False),
        ("# requirepass geheim", False),
        ("requirepass geheim\nuser khach on nopass +@all", False),
        ("requirepass geheim\nuser khach off nopass +@all", True),
        ("requirepass geheim\nuser khach on nopass >x +@all", True),
    ],
)
def test_whoever_comes_must_give_a_password(text, has_password):
    """What stands last holds, by requirepass or by the account `default`; no other is open to all."""
    read, user = of(text)

    assert has_password == config.has_password(read, {PATH: text}, user)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('rename-command CONFIG ""\nrename-command flushall xyz', {"flushdb", "keys"}),
        ("user default on >x +@all -@dangerous", set()),
        ("user default on >x +@all -@dangerous +keys", {"keys"}),
        ("user default on >x -@all +get +flushdb", {"flushdb"}),
        ("user default off", set()),
    ],
)
def test_dangerous_commands_that_are_left(text, left):
    """Renamed ones are gone, and so are those that an ACL takes away."""
    read, user = of(text)

    assert left == {"flushdb", "keys", "config", "flushall"} & set(config.open_commands(read, user))


def test_an_include_is_read_in_its_place():
    """Later lines win, whichever file they stand in; what was not read is a gap."""
    read, _ = of("port 1\ninclude /etc/redis/own.conf\nport 3", **{"own.conf": "port 2\nbind ::1"})
    lost, _ = of("include /srv/other.conf")

    assert ("3", ["::1"]) == (read.text("port", ""), read.settings["bind"])
    assert read.gap is None
    assert lost.gap is not None


def test_a_file_that_includes_itself_has_an_end():
    """It does not hang, and it is not told as read."""
    read, _ = of(f"include {PATH}")

    assert read.gap is not None


def test_words_of_the_command_line_come_last():
    """`redis-server FILE --port 0 --requirepass x` overrules the file."""
    read = config.read(PATH, {PATH: "port 6379"}, ("--port", "0", "--requirepass", "x"))

    assert ("0", "x") == (read.text("port", ""), read.text("requirepass", ""))
