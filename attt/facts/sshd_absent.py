"""When it is proved that no SSH server is on a host: no program, no file, no process, no port 22."""

from attt.facts import procnet, sshd_running
from attt.facts.kind import Answers, missed, obstacle_of, text_of
from attt.facts.stat import parse as parse_stat
from attt.model.answer import Obstacle
from attt.model.fact import FactAbsent, FactMissed


def proved(answers: Answers) -> FactAbsent | FactMissed | None:
    """The absence, or why it can't be proved; None where OpenSSH's own place is there."""
    if answers["binaries"].obstacle is not None:
        return None
    looked = parse_stat(answers["binaries"])
    if "/usr/sbin/sshd" not in looked.absent:
        return None
    if len(looked.absent) < 4:
        return missed(Obstacle.UNSUPPORTED, "OpenSSH is not at /usr/sbin/sshd")
    return _other_server(answers) or FactAbsent(
        proof="no sshd program, no sshd_config, no SSH process and nothing listens on port 22"
    )


def _other_server(answers: Answers) -> FactMissed | None:
    """Another SSH server that runs, or why that can't be told."""
    ports, running = answers["ports"], sshd_running.processes(answers)
    if isinstance(running, FactMissed) and running.obstacle is not Obstacle.NO_TOOL:
        return running
    if running and not isinstance(running, FactMissed):
        return missed(Obstacle.UNSUPPORTED, "another SSH server runs")
    if any(socket.port == 22 for socket in procnet.parse(text_of(ports))):
        return missed(Obstacle.UNSUPPORTED, "another program listens on port 22")
    if not procnet.is_whole(ports):
        return obstacle_of(ports) or missed(Obstacle.FAILED, "the kernel's tables of sockets")
    return None
