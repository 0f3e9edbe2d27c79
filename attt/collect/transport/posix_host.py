"""From what a POSIX host sent to evidence, the same for every way there."""

from dataclasses import replace

from attt.collect.dialect.frames import decode
from attt.collect.dialect.posix import Program
from attt.collect.transport.pump import Ended, Streams
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.run import Failure, HostEvidence

_CUT_SHORT = {Ended.TIMED_OUT: Obstacle.TIMED_OUT, Ended.TOO_MUCH: Obstacle.CUT}


def with_reply(evidence: HostEvidence, program: Program, streams: Streams) -> HostEvidence:
    """`evidence` with the answers that `streams` hold, or with the failure that they show."""
    if streams.ended is Ended.CANCELLED:
        return replace(evidence, failure=Failure.INTERRUPTED)
    reply = decode(program, streams.stdout, streams.stderr)
    if not reply.is_shell:
        failure = Failure.TIMED_OUT if streams.ended is Ended.TIMED_OUT else Failure.NO_SHELL
        said = (streams.stderr or streams.stdout)[:200].decode(errors="replace").strip()
        return replace(evidence, failure=failure, detail=said)
    answers = list(reply.answers)
    if reply.sudo_said:
        answers = [_with_detail(answer, reply.sudo_said) for answer in answers]
    if streams.ended in _CUT_SHORT:
        answers = _first_lost_was(_CUT_SHORT[streams.ended], answers)
    return replace(
        evidence,
        platform=reply.platform,
        privilege=reply.privilege,
        answers={asks.key(a): answer for a, answer in zip(program.asks, answers, strict=True)},
    )


def _with_detail(answer: Answer, said: str) -> Answer:
    if answer.obstacle is not Obstacle.NO_PRIVILEGE or answer.detail:
        return answer
    return replace(answer, detail=said[:200])


def _first_lost_was(obstacle: Obstacle, answers: list[Answer]) -> list[Answer]:
    """The ask at which the host was stopped is to blame; those after it were simply lost."""
    for index, answer in enumerate(answers):
        if answer.obstacle is Obstacle.LOST:
            answers[index] = replace(answer, obstacle=obstacle)
            break
    return answers
