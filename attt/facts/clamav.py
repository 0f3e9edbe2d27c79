"""Fact `malware.clamav`: whether ClamAV guards this host, and how fresh its signatures are.

`is_running` and `is_enabled`: its daemon clamd; `is_real_time`: clamonacc has files scanned as they
are opened; `updates_itself`: freshclam runs as a service, by a timer or by cron; `signatures`: when
the newest of the daily signatures on the disk were made, null where there are none. Absent where
neither clamd nor clamonacc runs or starts with the host. Sources: clamd(8), clamonacc(8),
freshclam(1), and the header of a signature file as libclamav's cvd.c reads it.
"""

import re
from datetime import UTC, datetime

from attt.facts import agents
from attt.facts.instants import rfc3339
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, Instant, Record
from attt.model.value import Missing, Value

_DAEMON = re.compile(r"clamav-daemon|clamd|clamd@.+|clamav-clamd|clamd\..+")
_ACCESS = re.compile(r"clamav-clamonacc|clamonacc")
_UPDATER = re.compile(r"clamav-freshclam|freshclam|clamav-freshclam-once\.timer|freshclam\.timer")
_FILES = tuple(f"/var/lib/clamav/daily.{end}" for end in ("cvd", "cld"))
_CRONS = ("/etc/cron.d/clamav-freshclam", "/etc/cron.d/clamav-update", "/etc/cron.hourly/freshclam")
_MADE = re.compile(rb"ClamAV-VDB:(\d{2} \w{3} \d{4} \d{2}-\d{2} [+-]\d{4}):")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

SHAPE = Record(
    {
        **{name: Boolean() for name in ("is_running", "is_enabled", "is_real_time")},
        "updates_itself": Boolean(),
        "signatures": Instant(nullable=True),
    },
    volatile=frozenset({"signatures"}),
)
ASKS: dict[str, Ask] = {
    **agents.ASKS,
    "headers": Command(argv=("head", "-c", "128", *_FILES), statuses=(0, 1)),
    "crons": Command(
        argv=("/bin/grep", "-l", "-E", "^[^#]*freshclam", *_CRONS),
        privilege=Privilege.ROOT,
        statuses=(0, 1, 2),
    ),
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    found = agents.running(answers)
    if isinstance(found, Missing):
        return missed(found.obstacle, found.detail)
    for name in ("processes", "timers"):
        if (obstacle := answers[name].obstacle) is not None:
            return missed(obstacle, answers[name].detail or name)
    daemon = [state for name, state in found.items() if _DAEMON.fullmatch(name)]
    access = [state for name, state in found.items() if _ACCESS.fullmatch(name)]
    if not daemon and not access:
        return FactAbsent(proof="neither clamd nor clamonacc runs or starts with the host")
    return FactRead(
        value={
            "is_running": _some([runs for runs, _ in daemon]),
            "is_enabled": _some([lasts for _, lasts in daemon]),
            "is_real_time": _some([runs for runs, _ in access]),
            "updates_itself": _updates(found, answers["crons"]),
            "signatures": _signatures(answers["headers"]),
        },
        assurance=Assurance.RUNNING,
    )


def _some(truths: list[bool | Missing]) -> bool | Missing:
    if True in truths:
        return True
    return next((one for one in truths if isinstance(one, Missing)), False)


def _updates(found: dict[str, agents.State], crons: Answer) -> Value:
    own = _some([runs for name, (runs, _) in found.items() if _UPDATER.fullmatch(name)])
    if own is True:
        return True
    if crons.obstacle is not None:
        return Missing(crons.obstacle, crons.detail or "the crontabs of freshclam")
    return bool(text_of(crons).strip()) or own


def _signatures(answer: Answer) -> Value:
    """The newest of both: freshclam keeps one of them, as a whole or as differences added up."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "the daily signatures")
    said = answer.stderr.decode("utf-8", errors="replace").splitlines()
    made = [moment for one in _MADE.findall(answer.stdout) if (moment := _moment(one.decode()))]
    if not made and (answer.stdout.strip() or any("No such file" not in line for line in said)):
        return Missing(Obstacle.UNPARSABLE, "the header of the daily signatures")
    return rfc3339(max(made).astimezone(UTC)) if made else None


def _moment(text: str) -> datetime | None:
    day, month, year, clock, offset = text.split(" ")
    if month not in _MONTHS:
        return None
    number = _MONTHS.index(month) + 1
    try:
        return datetime.fromisoformat(
            f"{year}-{number:02}-{day}T{clock.replace('-', ':')}:00{offset[:3]}:{offset[3:]}"
        )
    except ValueError:
        return None


CLAMAV = FactKind(
    id="malware.clamav",
    title="ClamAV on this host",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
