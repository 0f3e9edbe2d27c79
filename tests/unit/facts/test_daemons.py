"""Which servers are on a host: their own processes, those of containers, and strangers on their ports."""

import pytest

from attt.facts.daemons import Daemon, Process, Seen, asks, look, word_after
from attt.model.answer import Answer, Obstacle
from attt.model.fact import FactAbsent, FactMissed

NAMED = Daemon(
    programs=("/usr/sbin/named",),
    processes=frozenset({"named"}),
    units=("named.service",),
    ports=frozenset({"53/udp"}),
)
ID = "4f5c6a7b8c9d" * 5 + "4f5c"
UNITS = "Id=named.service\nLoadState={}\nActiveState=inactive\nUnitFileState={}\nWantedBy={}\n"


def answers(processes: str = "", *, sockets: str = "", found: bool = False, unit: str = "disabled"):
    """What a host answers; nothing is there unless said."""
    stat = "0755|81ed|0|root|0|root|9|9|" if found else "absent|"
    state = UNITS.format("loaded" if found else "not-found", unit, "")
    given = {
        "programs": Answer(stdout=f"{stat}/usr/sbin/named\n".encode()),
        "daemons": Answer(stdout=processes.encode(), status=0 if processes else 1),
        "daemon_units": Answer(stdout=state.encode()),
        "sockets_ss": Answer(stdout=sockets.encode()),
        "sockets_ss_sbin": Answer(obstacle=Obstacle.NO_TOOL),
    }
    return {name: given.get(name, Answer()) for name in asks(NAMED)}


def test_nothing_there_is_absent():
    """No program, no process and no stranger on the port prove it."""
    assert isinstance(look(NAMED, answers()), FactAbsent)


def test_installed_and_not_started_is_absent_but_enabled_is_not():
    """A server that starts at boot is judged by its files though it does not run now."""
    off = look(NAMED, answers(found=True))
    on = look(NAMED, answers(found=True, unit="enabled"))

    assert isinstance(off, FactAbsent)
    assert isinstance(on, Seen)
    assert not on.is_running


@pytest.mark.parametrize(
    "group",
    [
        f"0::/system.slice/docker-{ID}.scope",
        f"9:cpu:/docker/{ID},0::/docker/{ID}",
        f"0::/machine.slice/libpod-{ID}.scope/container",
        f"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope",
        "0::/lxc.payload.web/system.slice/named.service",
    ],
)
def test_a_process_of_a_container_is_a_gap_and_no_server_of_the_host(group):
    """Its settings are elsewhere: neither read nor taken for absent."""
    seen = look(NAMED, answers(f"named  {group}  /usr/sbin/named -g\n"))

    assert isinstance(seen, Seen)
    assert ((), 1) == (seen.processes, len(seen.gaps))


@pytest.mark.parametrize(
    "group",
    ["0::/system.slice/named.service", "9:name=systemd:/system.slice/docker.service,0::/", "0::/"],
)
def test_a_process_of_a_unit_is_the_hosts_own(group):
    """Units called docker or containerd are no containers."""
    seen = look(NAMED, answers(f"named  {group}  /usr/sbin/named -u bind\n"))

    assert isinstance(seen, Seen)
    assert (Process(name="named", words=("/usr/sbin/named", "-u", "bind")),) == seen.processes


def test_a_stranger_on_the_port_leaves_a_gap():
    """A port that docker-proxy holds is not nothing; one of the loopback is no service of the kind."""
    line = 'udp UNCONN 0 0 {}:53 0.0.0.0:* users:(("docker-proxy",pid=9,fd=4))\n'
    open_ = look(NAMED, answers(sockets=line.format("0.0.0.0")))
    own = look(NAMED, answers(sockets=line.format("127.0.0.53")))

    assert isinstance(open_, Seen)
    assert 1 == len(open_.gaps)
    assert isinstance(own, FactAbsent)


def test_what_can_not_be_asked_is_missed():
    """Without a list of processes nothing is proved."""
    denied = {**answers(), "daemons": Answer(obstacle=Obstacle.DENIED)}

    assert isinstance(look(NAMED, denied), FactMissed)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("named", "-c", "/a"), "/a"),
        (("named", "-c/a"), "/a"),
        (("named", "--conf=/a"), "/a"),
        (("named", "-u", "bind"), None),
    ],
)
def test_the_value_of_an_option(words, wanted):
    """Apart, glued, or after an equals sign."""
    assert wanted == word_after(Process(name="named", words=words), "-c", "--conf")
