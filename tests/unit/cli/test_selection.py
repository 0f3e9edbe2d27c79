"""Naming a part of the work: what is known is taken, what is not is refused with a next step."""

import socket

import pytest

TWO = """\
organisations: [{id: ubnd, name: UBND, role: owner}]
zones:
  - {id: lan, name: LAN, cidrs: [192.0.2.0/25]}
  - {id: dmz, name: DMZ, cidrs: [192.0.2.128/25]}
hosts:
  - {id: h-1, name: web, transport: local, zone: lan, addresses: [192.0.2.1]}
  - {id: h-2, name: db, transport: local, zone: dmz, addresses: [192.0.2.129]}
  - {id: h-3, name: spare, transport: local, zone: dmz, addresses: [192.0.2.130]}
systems:
  - {code: A, name: A, level: 3, owner: ubnd, operator: ubnd, hosts: [web]}
  - {code: B, name: B, level: 1, owner: ubnd, operator: ubnd, hosts: [db]}
"""


@pytest.fixture
def two(here):
    path = here / "two.yaml"
    path.write_text(TWO)
    return path


@pytest.mark.parametrize(
    ("option", "hosts", "systems"),
    [
        ((), ["h-1", "h-2"], ["A", "B"]),
        (("--host", "h-1"), ["h-1"], ["A"]),
        (("--host", "db"), ["h-2"], ["B"]),
        (("--system", "A"), ["h-1"], ["A"]),
        (("--zone", "dmz"), ["h-2"], ["B"]),
        (("--system", "A", "--system", "B", "--zone", "lan"), ["h-1"], ["A"]),
    ],
)
def test_a_part_is_audited(run, two, option, hosts, systems):
    """Only hosts of the part are read; a host of no system is never logged into."""
    document = run("audit", two, "--rule", "sshd-max-auth-tries", "--json", *option).document

    assert (hosts, systems) == (
        [host["host"]["id"] for host in document["hosts"]],
        [system["code"] for system in document["systems"]],
    )


def test_plan_shows_the_part_only(run, two):
    """`plan` narrows as `audit` does, and says that nothing is sent."""
    whole, part = run("plan", two), run("plan", two, "--host", "web", "--rule", "time-synchronised")

    assert (0, 0) == (whole.code, part.code)
    assert "db (192.0.2.129)" in whole.out
    assert "db (192.0.2.129)" not in part.out
    assert "timedatectl show" in part.out
    assert "/etc/passwd" not in part.out


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("audit", "TWO", "--host", "wev"), ("no host 'wev'", "'web'")),
        (("audit", "TWO", "--system", "C"), ("no system 'C'", "A, B")),
        (("audit", "TWO", "--zone", "dnz"), ("no zone 'dnz'", "'dmz'")),
        (("audit", "TWO", "--rule", "sshd-rot-login"), ("no rule 'sshd-rot", "sshd-root-login")),
        (("audit", "TWO", "--rule", "qqqqq"), ("no rule 'qqqqq'", "attt rules list")),
        (("audit", "TWO", "--standard", "tcvn"), ("no standard 'tcvn'", "tcvn-14423-2026")),
        (("plan", "TWO", "--host", "wev"), ("no host 'wev'", "'web'")),
        (("check", "local", "--rule", "sshd-rot-login"), ("no rule", "sshd-root-login")),
        (("check", "local", "--standard", "x"), ("no standard", "tcvn-14423-2026")),
        (("rules", "show", "sshd-rot-login"), ("no rule", "sshd-root-login")),
        (("rules", "prove", "sshd-rot-login"), ("no rule", "sshd-root-login")),
        (("rules", "coverage", "--standard", "x"), ("no standard", "tcvn-14423-2026")),
        (("runs", "show"), ("no store of runs", "attt audit INVENTORY")),
        (("judge", "latest"), ("no store of runs", "attt audit INVENTORY")),
        (("report", "latest"), ("no store of runs", "attt audit INVENTORY")),
    ],
)
def test_unknown_names_are_refused_with_a_next_step(run, here, two, argv, told):
    """Exit 2, the name and what to write instead; nothing is stored."""
    said = run(*[two if word == "TWO" else word for word in argv])
    first, last = said.err.rstrip("\n").split("\n")

    assert (2, "") == (said.code, said.out)
    assert told[0] in first
    assert told[1] in last
    assert [two] == list(here.iterdir())


def test_names_that_a_store_does_not_hold(run, two):
    """A run, and a host of a run, that are not kept: the nearest are named."""
    run("check", "local", "--rule", "time-synchronised", "--save")
    no_run, no_host = run("runs", "show", "1999"), run("runs", "show", "--host", "lokal")

    assert (2, 2) == (no_run.code, no_host.code)
    assert "There is no run 1999" in no_run.err
    assert "newest run" in no_run.err
    assert "no host 'lokal'" in no_host.err
    assert "Did you mean: local" in no_host.err


@pytest.mark.parametrize("target", ["", "-oProxyCommand=x", "user@", "[::1", "[::1]22", "[::1]:0", "h:65536",
                                    "h:ssh", "::1:22:zz", "a..b", "a" * 64])  # fmt: skip
def test_targets_that_name_no_host(run, here, target):
    """What can't be a host is wrong use; nothing is looked up, dialled or kept."""
    (here / "key").write_text("x")
    said = run("check", "--identity", "key", "--", target)

    assert (2, "", False) == (said.code, said.out, "Traceback" in said.err)
    assert said.err.startswith("Error: ")


def test_no_key_to_log_in_with(run):
    """Without agent and key the user is told how to name one."""
    said = run("check", "root@192.0.2.1")

    assert 2 == said.code
    assert "--identity FILE" in said.err


def test_a_standard_is_not_judged_by_before_it_is_in_force(run, here, own_pack):
    """The newest standard in force today is the default; one of the future must be named."""
    pack = own_pack(here)
    path = pack / "standards" / "own-1.yaml"
    path.write_text(path.read_text().replace("2026-01-01", "2099-01-01"))
    (here / "attt.toml").write_text('packs = ["own"]\n')
    default = run("check", "local", "--rule", "file-cron", "--json").document["standard"]
    named = run("check", "local", "--standard", "own-1", "--json").document["standard"]

    assert ("tcvn-14423-2026", "own-1") == (default, named)


@pytest.mark.parametrize("option", [(), ("--sudoers",)])
def test_a_plan_sends_nothing(run, here, option):
    """Not one packet goes to a host or to the network, and nothing is kept."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        text = TWO.replace("transport: local, zone: lan, addresses: [192.0.2.1]",
                           "addresses: [127.0.0.1], connect: {user: attt, key: agent,"
                           f" port: {listener.getsockname()[1]}}}")  # fmt: skip
        path = here / "i.yaml"
        path.write_text(text)
        said = run("plan", path, *option)
        with pytest.raises(BlockingIOError):
            listener.accept()

    assert 0 == said.code, said.err
    assert "sshd" in said.out
    assert [path] == list(here.iterdir())


def test_hosts_of_the_same_questions_stand_together(run, here):
    """`plan` names each host of a thousand, and writes out the questions once for all of them."""
    hosts = "\n".join(f"  - {{id: h-{n}, addresses: [192.0.2.{n}]}}" for n in range(1, 101))
    names = ", ".join(f"h-{n}" for n in range(1, 101))
    (here / "i.yaml").write_text(
        f"organisations: [{{id: o, name: O, role: owner}}]\nhosts:\n{hosts}\n"
        f"systems: [{{code: A, name: A, level: 3, owner: o, operator: o, hosts: [{names}]}}]\n"
        "connect: {user: root, key: agent}\n"
    )
    said = run("plan", "i.yaml", "--rule", "file-cron").out

    assert 100 == sum(f"h-{n} (192.0.2.{n})" in said for n in range(1, 101))
    assert (
        run("plan", "i.yaml", "--rule", "file-cron", "--host", "h-1").out.count("/etc/")
        == said.count("/etc/")
        > 0
    )
    assert 1 == said.count("Not scanned: ")
    assert "(+90)" in said
