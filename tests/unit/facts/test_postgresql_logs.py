"""What a cluster logs and how long sessions may be idle, with values of roles and databases."""

import pytest

from attt.facts import postgresql, postgresql_logs
from attt.model.answer import Obstacle
from attt.model.value import Missing

DEFAULTS = {
    "log_connections": "on",
    "log_disconnections": "on",
    "log_statement": "all",
    "log_min_messages": "warning",
    "log_destination": "stderr",
    "log_line_prefix": "%m %u@%d %h ",
    "logging_collector": "off",
}


def told(overrides=(), **settings):
    """What is logged with these settings in place of usual ones."""
    document = {"overrides": [list(one) for one in overrides], "databases": ["app"]}
    return postgresql_logs.told({**DEFAULTS, **settings}, document)


@pytest.mark.parametrize("least", ["fatal", "panic", "PANIC", "warning, backend:panic"])
def test_what_the_log_does_not_take_is_not_logged(least):
    """Connections and statements are messages of the level log, which fatal and panic leave out."""
    found = told(log_min_messages=least)

    assert (False,) == found["logs_connections"]
    assert (False,) == found["logs_disconnections"]
    assert not any(found["databases"][0][name] for name in ("logs_definitions", "logs_reads"))


@pytest.mark.parametrize("least", ["debug5", "info", "warning", "error", "log"])
def test_up_to_the_level_log_all_is_logged(least):
    """`log` stands above error here."""
    found = told(log_min_messages=least)

    assert (True,) == found["logs_connections"]
    assert found["databases"][0]["logs_reads"]


def test_a_log_that_goes_nowhere_holds_nothing():
    """An empty log_destination keeps everything from every log."""
    found = told(log_destination="")

    assert (False,) == found["logs_connections"]
    assert not found["databases"][0]["logs_reads"]


def test_a_level_that_is_not_told_leaves_a_gap():
    """Nothing passes that was not seen."""
    found = told(log_min_messages=None)
    gap = Missing(Obstacle.IN_CONTEXT, "x")

    assert isinstance(found["logs_connections"][0], Missing)
    assert isinstance(found["databases"][0]["logs_reads"], Missing)
    assert (gap,) == told(log_min_messages=gap)["logs_disconnections"]


@pytest.mark.parametrize("owner", [("", "app_user"), ("app", "app_user"), ("app", "")])
def test_a_role_or_database_may_keep_its_own_statements_out(owner):
    """Its level holds from the sign-in on: who came is told of, what he did and his end are not."""
    found = told([(*owner, "log_min_messages=panic")])

    assert (True,) == found["logs_connections"]
    assert (False,) == found["logs_disconnections"]
    assert not found["databases"][0]["logs_writes"]


@pytest.mark.parametrize(
    ("level", "least", "overrides", "expected"),
    [
        ("log", "warning", [], True),
        ("notice", "warning", [], False),
        ("warning", "warning", [], True),
        ("warning", "log", [], False),
        ("log", "fatal", [], False),
        ("log", "warning", [("", "bob", "pgaudit.log_level=debug1")], False),
        ("log", "warning", [("other", "bob", "pgaudit.log_level=debug1")], True),
        ("log", "warning", [("app", "", "PgAudit.Log='none'")], False),
    ],
)
def test_what_pgaudit_says_must_reach_the_log(level, least, overrides, expected):
    """By pgaudit.log_level against log_min_messages, of the cluster, a role or a database."""
    audit = {"pgaudit.log": "all", "pgaudit.log_level": level}
    found = told(overrides, log_statement="none", log_min_messages=least, **audit)

    assert expected is found["databases"][0]["logs_reads"]


def idle(name, value, overrides, roles=()):
    """The longest idle time in force for whom it matters."""
    document = {"overrides": [list(one) for one in overrides], "roles": list(roles)}
    return postgresql._idle_ms(name, {name: value}, document)


BOSS = {"name": "boss", "is_superuser": True, "is_powerful": False}
APP = {"name": "app", "is_superuser": False, "is_powerful": False}


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], 900_000),
        ([("db", "", "idle_session_timeout=0")], 0),
        ([("", "boss", "idle_session_timeout=0")], 0),
        ([("", "boss", "idle_session_timeout=1d")], 86_400_000),
        ([("", "boss", "idle_session_timeout=10min")], 900_000),
        ([("", "boss", "idle_session_timeout=1.5 h")], 5_400_000),
        ([("", "app", "idle_session_timeout=0")], 900_000),
        ([("", "boss", "idle_in_transaction_session_timeout=0")], 900_000),
    ],
)
def test_an_administrator_or_a_whole_database_may_not_stay_for_ever(overrides, expected):
    """The pool of an application may have a value of its own, as the fix of the rule says."""
    found = idle("idle_session_timeout", "900000", overrides, [BOSS, APP])

    assert expected == found


def test_a_time_that_cannot_be_read_is_a_gap():
    """Neither the value of everybody nor a guess stands in its place."""
    found = idle("idle_session_timeout", "900000", [("db", "", "idle_session_timeout=soon")])

    assert isinstance(found, Missing)
