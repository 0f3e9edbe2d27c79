"""Lines of pg_hba.conf: who gets in from where, in the order in which the server goes through them."""

import pytest

from attt.facts import postgresql_access as access
from attt.model.answer import Obstacle
from attt.model.value import Missing


def line(kind, databases, users, address, method, *, error=None):
    """One row of pg_hba_file_rules, as to_jsonb writes it."""
    host, _, mask = address.partition("/")
    return {
        "type": kind,
        "database": databases.split(","),
        "user_name": users.split(","),
        "address": host or None,
        "netmask": mask or None,
        "auth_method": method,
        "error": error,
        "line_number": 1,
    }


def records(*rules):
    """What rules see of these lines."""
    found = access.lines(rules)
    assert not isinstance(found, Missing)
    return [access.record(one, found[:at]) for at, one in enumerate(found)]


REJECT4 = line("hostnossl", "all", "all", "0.0.0.0/0.0.0.0", "reject")
REJECT6 = line("hostnossl", "all", "all", "::/::", "reject")


def test_clear_text_is_let_in_unless_lines_before_refuse_it():
    """A host line is plain; behind walls against what is not encrypted, of both families, it is not."""
    open_line = line("host", "all", "app", "all", "scram-sha-256")

    assert records(open_line)[0]["is_plain"]
    assert records(REJECT4, open_line)[1]["is_plain"]
    assert not records(REJECT4, REJECT6, open_line)[2]["is_plain"]


def test_the_word_all_is_not_for_replication():
    """A line that refuses all databases leaves replication open."""
    wall = line("host", "all", "all", "0.0.0.0/0.0.0.0", "reject")
    behind = line("host", "replication", "all", "10.0.0.0/255.0.0.0", "md5")
    both = line("host", "all,replication", "all", "0.0.0.0/0.0.0.0", "reject")

    assert 2 == len(records(wall, behind))
    assert 1 == len(records(both, behind))


@pytest.mark.parametrize(
    ("address", "is_wide"),
    [
        ("0.0.0.0/0.0.0.0", True),
        ("128.0.0.0/128.0.0.0", True),
        ("10.0.0.0/255.0.0.0", False),
        ("::/::", True),
        ("fd00::/ff00::", False),
        ("fc00::/fe00::", False),
        ("2000::/e000::", True),
        ("all", True),
        ("samehost", False),
        (".example.org", False),
    ],
)
def test_an_address_for_everybody(address, is_wide):
    """Whole halves of the Internet count as everywhere; a private network does not."""
    found = records(line("hostssl", "all", "all", address, "scram-sha-256"))

    assert is_wide == found[0]["is_everywhere"]


def test_lines_that_make_up_everybody_together_are_each_for_everybody():
    """Sixteen lines of a sixteenth are no narrower than one line."""
    parts = [
        line("hostssl", "all", "all", f"{n}.0.0.0/240.0.0.0", "scram-sha-256")
        for n in range(0, 224, 16)
    ]
    apart = [line("hostssl", "app", "app", f"{n}.0.0.0/240.0.0.0", "md5") for n in (16, 32)]
    here = line("host", "all", "all", "127.0.0.1/255.255.255.255", "md5")

    assert access.is_together_everywhere(access.lines(parts))
    assert not access.is_together_everywhere(access.lines([*parts[:1], *apart, here]))
    assert [True] * 14 + [False] == together(*parts, here)


def together(*rules):
    """Which lines are for everybody where such lines together are."""
    found = access.lines(rules)
    told = [access.record(one, found[:at], is_one_of_many=True) for at, one in enumerate(found)]
    return [one["is_everywhere"] for one in told]


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("127.0.0.1/255.255.255.255", True),
        ("::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", True),
        ("samehost", True),
        ("samenet", False),
        ("db.example.org", False),
        ("10.1.2.3/255.255.255.255", False),
    ],
)
def test_a_line_for_this_host_alone(address, is_local):
    """Loopback and the host's own addresses are local; names may be anywhere."""
    found = records(line("host", "all", "all", address, "scram-sha-256"))

    assert is_local == found[0]["is_local"]


def test_a_file_with_errors_tells_nothing():
    """The server goes on with older rules; a line that can fit nothing is only passed over."""
    broken = line("host", "all", "all", "all", "scram", error="invalid authentication method")
    idle = line(
        "hostssl", "all", "all", "all", "md5", error="hostssl record cannot match because X"
    )

    assert Obstacle.CONTRADICTED == access.lines([broken]).obstacle
    assert [] == records(idle)


@pytest.mark.parametrize(
    ("rules", "has_password", "gets_in"),
    [
        ([line("hostssl", "all", "all", "10.0.0.0/255.0.0.0", "scram-sha-256")], False, False),
        ([line("hostssl", "all", "all", "10.0.0.0/255.0.0.0", "scram-sha-256")], True, True),
        ([line("hostssl", "all", "all", "10.0.0.0/255.0.0.0", "cert")], False, True),
        ([line("hostssl", "all", "app", "10.0.0.0/255.0.0.0", "scram-sha-256")], True, False),
        ([line("hostssl", "all", "+admins", "10.0.0.0/255.0.0.0", "md5")], True, True),
        ([line("host", "all", "all", "127.0.0.1/255.255.255.255", "md5")], True, False),
        (
            [
                line("host", "all", "postgres", "all", "reject"),
                line("host", "all", "all", "10.0.0.0/255.0.0.0", "md5"),
            ],
            True,
            False,
        ),
    ],
)
def test_whether_the_first_superuser_comes_from_other_hosts(rules, has_password, gets_in):
    """By a line for it, by a password that it has; not past a line that refuses it."""
    found = access.lines(rules)

    assert gets_in == access.lets_in(found, "postgres", has_password=has_password)
