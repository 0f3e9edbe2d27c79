"""All ways through a stack of PAM: which modules run, and whether the whole succeeds.

Each module is given the values that it may return; every combination is followed, as libpam's
dispatcher does (pam.conf(5), "the complicated syntax"): jumps, substacks, done and die included.
States that are alike are followed once, so a stack of any length ends soon.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from attt.facts.kind import Unparsable
from attt.facts.pam_stack import Line

_MOST = 20_000
SUCCESS = "success"
FAILURE = "auth_err"
IGNORE = "ignore"

Returns = Callable[[Line], Iterable[str]]
"""What a module may return in the scenario at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The end of one way: `ran` holds (number of the line, what it returned), for lines that are watched."""

    succeeds: bool
    ran: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class _State:
    at: int
    impression: str  # none, good, bad
    ran: frozenset[tuple[int, str]]
    before: tuple[str, ...] = ()  # the impressions with which the open substacks began


def ways(stack: Sequence[Line], returns: Returns, watched: frozenset[str]) -> frozenset[Way]:
    """Every end that the stack can come to; lines of the modules in `watched` are kept.

    Raises Unparsable where there are more ways than any real stack has.
    """
    ends: set[Way] = set()
    seen: set[_State] = set()
    waiting = [_State(0, "none", frozenset())]
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > _MOST:
            raise Unparsable("too many ways lead through a stack of PAM")
        if state.at >= len(stack):
            ends.add(Way(succeeds=state.impression == "good", ran=state.ran))
            continue
        line = stack[state.at]
        state = _entered(state, line)
        for returned in returns(line):
            ran = state.ran
            if line.module in watched:
                ran |= {(state.at, returned)}
            waiting.append(_after(stack, state, line, returned, ran))
    return frozenset(ends)


def _entered(state: _State, line: Line) -> _State:
    """The state with the impressions kept for each substack that the line stands in."""
    depth = len(line.frames)
    kept = state.before[:depth]
    opened = (state.impression,) * (depth - len(kept))
    return _State(state.at, state.impression, state.ran, kept + opened)


def _after(
    stack: Sequence[Line], state: _State, line: Line, returned: str, ran: frozenset[tuple[int, str]]
) -> _State:
    action = line.action(returned)
    impression = state.impression
    at = state.at + 1
    match action:
        case "ok" | "done":
            if impression == "none" and returned != IGNORE:
                impression = "good" if returned in {SUCCESS, "new_authtok_reqd"} else "bad"
            if action == "done" and impression == "good":
                at = _end(stack, state.at)
        case "bad" | "die":
            impression = "bad"
            if action == "die":
                at = _end(stack, state.at)
        case "reset":
            impression = state.before[-1] if state.before else "none"
        case "ignore":
            pass
        case _:
            at, overrun = _jumped(stack, state.at, int(action) if action.isdigit() else 0)
            impression = "bad" if overrun else impression
    return _State(at, impression, ran, state.before)


def _end(stack: Sequence[Line], at: int) -> int:
    """The first line behind the substack that a line stands in, or behind the whole stack."""
    frames = stack[at].frames
    after = at + 1
    while frames and after < len(stack) and stack[after].frames[: len(frames)] == frames:
        after += 1
    return after if frames else len(stack)


def _jumped(stack: Sequence[Line], at: int, count: int) -> tuple[int, bool]:
    """Where a jump over `count` lines of its own level lands; a deeper substack counts as one line."""
    frames = stack[at].frames
    after = at + 1
    while count and after < len(stack) and stack[after].frames[: len(frames)] == frames:
        inner = stack[after].frames[: len(frames) + 1]
        after += 1
        if len(inner) > len(frames):
            while after < len(stack) and stack[after].frames[: len(inner)] == inner:
                after += 1
        count -= 1
    return after, count > 0
