"""From what a POSIX host sent to evidence, the same for every way there."""

from dataclasses import replace

from attt.collect.dialect.frames import decode
from attt.collect.dialect.posix import TAG, Program
from attt.collect.transport.pump import Ended, Streams
from attt.model.answer import Answer, Obstacle
from attt.model.run import Failure, HostEvidence, PrivilegeHad

_CUT_SHORT = {Ended.TIMED_OUT: Obstacle.TIMED_OUT, Ended.TOO_MUCH: Obstacle.CUT}


def with_reply(
    evidence: HostEvidence, program: Program, streams: Streams, status: int | None = None
) -> HostEvidence:
    """`evidence` with the answers that `streams` hold, or with the failure that they show.

    `status` is the exit status of the login's shell, where it is known.
    """
    if streams.ended is Ended.CANCELLED:
        return replace(evidence, failure=Failure.INTERRUPTED)
    reply = decode(program, streams.stdout, streams.stderr)
    if not reply.is_shell:
        is_late = streams.ended is Ended.TIMED_OUT
        failure = Failure.SLOW if is_late else Failure.NO_SHELL
        return replace(evidence, failure=failure, detail=_last_words(streams, status))
    answers = list(reply.answers)
    if reply.sudo_said:
        answers = [_with_detail(answer, reply.sudo_said) for answer in answers]
    if streams.ended in _CUT_SHORT:
        answers = _first_lost_was(_CUT_SHORT[streams.ended], answers)
    return replace(
        evidence,
        platform=reply.platform,
        privilege=reply.privilege,
        answers=dict(zip(program.keys, answers, strict=True)),
    )


def sudo_accepted(evidence: HostEvidence) -> bool | None:
    """Whether the host took the sudo password; None where it never came to that."""
    if evidence.privilege is PrivilegeHad.SUDO_PASSWORD:
        return True
    refused = evidence.privilege is PrivilegeHad.NONE and any(
        answer.obstacle is Obstacle.NO_PRIVILEGE and answer.detail
        for answer in evidence.answers.values()
    )
    return False if refused else None


def without_sudo(evidence: HostEvidence, said: str) -> HostEvidence:
    """`evidence` where what needed root says why the password was not even tried."""
    answers = {key: _with_detail(answer, said) for key, answer in evidence.answers.items()}
    return replace(evidence, answers=answers)


def _last_words(streams: Streams, status: int | None) -> str:
    """How a login ended that did not run our program; our own words come before the host's."""
    lines = [
        line.strip()
        for stream in (streams.stderr, streams.stdout)
        for line in stream[:4096].decode(errors="replace").splitlines()
        if line.strip() and TAG not in line  # the line with the password, given back to us
    ]
    ours = [line for line in lines if line.startswith("attt: ")]
    said = " · ".join((ours or lines)[:3])[:200]
    if streams.ended is Ended.TIMED_OUT:
        how = "nothing ran in time"
    elif streams.ended is Ended.TOO_MUCH:
        how = "too much came before anything ran"
    elif status is None:
        how = "" if said else "the login ended and said nothing"
    else:
        how = f"exit {status}" if said else f"the login ended with status {status} and said nothing"
    return ": ".join(part for part in (how, said) if part)


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
