"""Access lists of single servers that are for everybody without saying so."""

import pytest

from attt.facts import nfs, nginx_scope, reach, samba, snmp, ssh_sources, unbound, web_host
from attt.facts.netfilter import Reach
from attt.facts.nginx_text import Directive
from attt.model.answer import Answer, Obstacle

HALVES = ("0.0.0.0/1", "128.0.0.0/1")
PARTS = tuple(f"{n}.0.0.0/4" for n in range(0, 224, 16))


def rules(*lines):
    """A scope of nginx of one block."""
    return (tuple(Directive(name, tuple(words)) for name, *words in lines),)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("allow", HALVES[0]), ("allow", HALVES[1]), ("deny", "all")], False),
        ([("allow", "10.0.0.0/8"), ("deny", "all")], True),
        ([("satisfy", "any"), ("allow", "all"), ("auth_basic", "x")], False),
        ([("satisfy", "any"), ("allow", "10.0.0.0/8"), ("deny", "all"), ("auth_basic", "x")], True),
        ([("satisfy", "all"), ("allow", "all"), ("auth_basic", "x")], True),
    ],
)
def test_nginx_is_closed_by_addresses_or_a_login(lines, expected):
    """Where either is enough, addresses that are everybody make the login idle."""
    assert expected is nginx_scope.is_closed(rules(*lines))


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({"hosts allow": " ".join(HALVES)}, False),
        ({"hosts allow": " ".join(f"{n}." for n in range(1, 224))}, False),
        ({"hosts allow": "10. 192.168. 127."}, True),
        ({"bind interfaces only": "Yes", "interfaces": "0.0.0.0/0"}, False),
        ({"bind interfaces only": "Yes", "interfaces": "lo 10.0.0.5/24"}, True),
    ],
)
def test_samba_is_limited_by_networks_that_leave_some_out(section, expected):
    """A beginning such as `10.` is a network too."""
    assert expected is samba._is_limited(section)


def test_clients_of_one_folder_that_are_everybody_together():
    """Of another folder they tell nothing."""
    text = f"/a\t{HALVES[0]}(ro)\n/a\t{HALVES[1]}(ro)\n/a\thost(ro)\n/b\t10.0.0.0/8(ro)\n"
    found = {one["name"]: one["is_for_everyone"] for one in nfs._exports(text)}

    assert [True, True, False, False] == list(found.values())


def communities(*lines):
    """Which of these lines are limited to named sources."""
    found = snmp._communities([line.split() for line in lines])
    return [one["is_limited"] for one in found]


def test_communities_whose_sources_are_everybody_together():
    """Every way of naming a source counts; `default` is anywhere."""
    parts = [f"rocommunity x {half}" for half in HALVES]

    assert [False, False] == communities(*parts)
    assert [False] == communities("com2sec me 0.0.0.0/1 x")
    assert [True, True] == communities("rocommunity x 10.0.0.0/8", "rocommunity x localhost")
    assert [False] == communities("authcommunity log,read x")
    assert [True] == communities("authcommunity read,write x 10.0.0.5")


def test_authcommunity_and_authuser_say_who_may_write():
    """By the word `write` among what they are for."""
    (one,) = snmp._communities([["authcommunity", "read,write", "x", "10.0.0.5"]])
    (user,) = snmp._users([["authuser", "read", "-s", "usm", "ana", "authpriv"]])

    assert one["is_writable"]
    assert {"name": "ana", "level": "priv", "is_writable": False} == user


def test_unbound_answers_everybody_by_halves():
    """Only lines that allow count."""
    assert unbound._for_all("127.0.0.0/8 allow\n0.0.0.0/1 allow\n128.0.0.0/1 allow_snoop\n")
    assert not unbound._for_all("0.0.0.0/0 refuse\n10.0.0.0/8 allow\n::/0 deny\n")


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [(PARTS, Reach.UNCLEAR), (PARTS[:1], Reach.PART), (("0.0.0.0/0",), Reach.ALL)],
)
def test_a_rule_of_the_packet_filter_for_all_parts_of_the_internet(prefixes, expected):
    """Sources that are everybody together are no narrow rule."""
    assert expected is reach.of_source(prefixes)


def test_accounts_and_wrapper_of_ssh_by_halves():
    """What lets in everybody limits nobody, whatever is refused after it."""
    words = tuple(f"ana@{half}" for half in HALVES)
    allow = Answer(stdout=f"sshd: {' '.join(HALVES)}\n".encode())
    inside = Answer(stdout=b"sshd: 10. [fd00::]/8\n")
    deny = Answer(stdout=b"ALL: ALL\n")

    assert ssh_sources._accounts(words) is False
    assert ssh_sources._accounts(("ana@10.*", "binh@192.168.1.0/24")) is True
    assert ssh_sources._wrapper(allow, deny) is False
    assert ssh_sources._wrapper(inside, deny) is True


PROGRAM = web_host.Program(
    name="nginx",
    paths=("/usr/sbin/nginx",),
    elsewhere=("/opt/nginx/sbin/nginx",),
    commands=frozenset({"nginx"}),
    units=frozenset({"nginx.service"}),
)


def absent(*, names="systemd\nsshd\n", files="", found=()):
    """What is said of a host with these processes and programs."""
    paths = (*PROGRAM.paths, *PROGRAM.elsewhere)
    told = [f"755|81ed|0|r|0|r|1|1|{p}" if p in found else f"absent|{p}" for p in paths]
    answers = {
        "names": Answer(stdout=names.encode()),
        "binaries": Answer(stdout="\n".join(told).encode()),
        "files": Answer(stdout=files.encode()),
    }
    fact = web_host.absent(PROGRAM, answers)
    return getattr(fact, "obstacle", "absent") if fact else None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ({}, "absent"),
        ({"names": "nginx\n"}, None),
        ({"names": "nginx-debug\n"}, Obstacle.UNSUPPORTED),
        ({"names": "nginx.bin\n"}, Obstacle.UNSUPPORTED),
        ({"names": "nginx-1.25\n"}, Obstacle.UNSUPPORTED),
        ({"names": "nginx-prometheu\n"}, "absent"),
        ({"names": "nginx_exporter\n"}, "absent"),
        ({"found": ("/opt/nginx/sbin/nginx",)}, Obstacle.UNSUPPORTED),
        ({"files": "nginx.service enabled enabled\n"}, Obstacle.UNSUPPORTED),
        ({"files": "nginx.service disabled enabled\n"}, "absent"),
    ],
)
def test_a_web_server_of_another_place_or_name_is_not_absent(host, expected):
    """A build of somebody else that runs, lies or starts there is one that nobody reads."""
    assert expected == absent(**host)
