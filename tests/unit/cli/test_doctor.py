"""What doctor makes of a host's answers: each trouble has its line, and each line a command to type."""

from pathlib import Path

import pytest

from attt.cli.doctor_hosts import Looked, checks, trial
from attt.cli.doctor_next import next_command
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Command, Privilege, ReadFile, Stat
from attt.model.inventory import Connect, Host, Secret, TransportKind
from attt.model.run import Failure, HostEvidence, PrivilegeHad
from attt.plan.hosts import HostPlan

SSHD = Command(argv=("/usr/sbin/sshd", "-T"), privilege=Privilege.ROOT)
NFT = Command(argv=("/usr/sbin/nft", "list"), privilege=Privilege.ROOT)
SHADOW = ReadFile(path="/etc/shadow", privilege=Privilege.ROOT)
INVENTORY = Path("my inventory.yaml")
AT = 1_763_800_000  # 2025-11-22T08:26:40Z


def plan(user="audit", **connect):
    """A host that two programs and one file of root's are asked of."""
    how = Connect(user=user, **connect)
    host = Host(id="h 1", name="h", addresses=("192.0.2.1",), zone=None, connect=how)
    return HostPlan(host=host, uses=(), facts=(), asks=(SSHD, NFT, SHADOW))


def answer(ask, *, refused=(), gone=(), clock=AT):
    """What a good host says, but for what is refused or not there."""
    match ask:
        case Command(argv=("sudo", *_, command)) if command in refused:
            return Answer(status=1)
        case Command(argv=("date", *_)):
            return Answer(stdout=f"{clock}\n".encode(), status=0)
        case Command(argv=(name, "--version")) if name in gone:
            return Answer(obstacle=Obstacle.NO_TOOL)
        case Stat(paths=paths):
            lines = (
                f"absent|{p}" if p in gone else f"755|81ed|0|root|0|root|1|1|{p}" for p in paths
            )
            return Answer(stdout="\n".join(lines).encode(), status=0)
        case _:
            return Answer(status=0)


def look(plan, privilege=PrivilegeHad.SUDO, **said):
    """The lines that are not well, of a host that says this."""
    evidence = HostEvidence(
        host="h 1", address="192.0.2.1", observed_at="2025-11-22T08:26:39Z", privilege=privilege,
        answers={asks.key(ask): answer(ask, **said) for ask in trial(plan)},
    )  # fmt: skip
    looked = Looked(evidence=evidence, done_at="2025-11-22T08:26:42Z")
    return [check for check in checks(plan, looked, INVENTORY) if not check.is_well]


def test_a_good_host_is_well():
    """Nothing to mend where all is there and allowed."""
    assert [] == look(plan())


def test_a_command_that_sudo_would_refuse_is_named():
    """The very command is told, with the lines to print for this host."""
    found = look(plan(), refused=("-T",))

    assert ["/usr/sbin/sshd -T" in found[0].what] == [True] * len(found)
    assert "attt plan 'my inventory.yaml' --host 'h 1' --sudoers" in found[0].mend


def test_a_program_that_is_not_there_is_no_trouble():
    """Sudo refuses what does not exist; so it is not asked, and nothing is wrong."""
    assert [] == look(plan(), refused=("list",), gone=("/usr/sbin/nft",))


def test_without_rights_that_is_the_trouble():
    """Neither root nor sudo: one line, not one a command."""
    found = look(plan(), PrivilegeHad.NONE, refused=("-T", "list", "/etc/shadow"))

    assert 1 == len(found)


@pytest.mark.parametrize(
    "connect", [{"user": "root"}, {"sudo_password": Secret(scheme="env", name="X")}]
)
def test_root_and_a_password_need_no_exact_lines(connect):
    """Nothing is asked of sudo where all of it is had anyway."""
    commands = [a.argv[0] for a in trial(plan(**connect)) if isinstance(a, Command)]

    assert "sudo" not in commands


@pytest.mark.parametrize(
    ("clock", "said"), [(AT + 3600, "+3"), (AT - 3600, "-3"), (AT + 50, None), (AT - 50, None)]
)
def test_a_clock_that_differs_is_told(clock, said):
    """More than a minute beyond the time that the look took, in either direction."""
    found = look(plan(), clock=clock)

    assert (said is not None) == bool(found)
    assert not found or said in found[0].what


@pytest.mark.parametrize("clock", ["", "²", "9" * 5000, "-1", "\x1b[2J"])
def test_a_clock_that_is_none_is_told(clock):
    """What a hostile host says of its clock is no number and no exception."""
    assert 1 == len(look(plan(), clock=clock))


def test_tools_that_are_missing_come_with_their_package():
    """The package to install is named once."""
    found = look(plan(), gone=("stat", "head", "tar"))

    assert 1 == len(found)
    assert found[0].mend.endswith("apt-get install coreutils tar")


@pytest.mark.parametrize("failure", set(Failure) - {Failure.NOT_SUPPORTED})
def test_every_failure_has_a_command(failure):
    """Whole sentences end in something to type, with what was read quoted for a shell."""
    key = Secret(scheme="file", name="/srv/my key")
    host = plan(user="a b", key=key, via="j 1", port=2222).host

    said = next_command(host, failure, "192.0.2.1", INVENTORY)

    assert "a b@" not in said.replace("'a b@192.0.2.1'", "")
    assert "my key" not in said.replace("'/srv/my key'", "")
    assert ": " in said


def test_a_host_out_of_reach_by_choice_is_well():
    """Transport none is what the inventory says, and nothing to mend."""
    assert [] == look(plan(transport=TransportKind.NONE))


@pytest.mark.parametrize("failure", Failure)
def test_each_failure_has_a_next_step(failure):
    """Whatever kept attt out, the line says what to do, as the schema of the document demands."""
    evidence = HostEvidence(
        host="h 1", address="192.0.2.1", observed_at="2025-11-22T08:26:39Z", failure=failure
    )
    looked = Looked(evidence=evidence, done_at="2025-11-22T08:26:42Z")
    [found] = checks(plan(), looked, INVENTORY)

    assert not found.is_well
    assert found.mend
