"""Fact `accounts.leftovers`: what accounts that are gone have left, and what does not fit together.

Lists of names: `without_group` (accounts whose own group does not exist), `without_shadow` (accounts
that refer to /etc/shadow and have no line there), `only_shadow` (lines of /etc/shadow without an
account), `unknown_members` (`group: name`), `unknown_crontabs` and `unknown_sudoers` (names for which
there is no account, so that whoever is given the name next has their rights). Where accounts come
from elsewhere too, a name that is not known here leaves a missing element.
Sources: passwd(5), group(5), shadow(5), crontab(1), sudoers(5).
"""

import re
from collections.abc import Iterable, Mapping

from attt.facts import sources, sudo_policy
from attt.facts.account_ids import IDS
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

_SPOOLS = ("/var/spool/cron/crontabs", "/var/spool/cron/tabs", "/var/spool/cron")
_LISTS = (
    *("without_group", "without_shadow", "only_shadow", "unknown_members", "unknown_crontabs"),
    "unknown_sudoers",
)
_NOT_NAMES = re.compile(r"[%#+!].*|ALL|\?")


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **IDS.asks({}),
        **{name: sudo_policy.POLICY.asks({})[name] for name in ("programs", "policy")},
        "shadow": ReadFile(
            path="/etc/shadow", privilege=Privilege.ROOT, cap_bytes=1 * MIB, redact="shadow"
        ),
        "nsswitch": ReadFile(path="/etc/nsswitch.conf"),
        "sssd": Stat(paths=("/etc/sssd/sssd.conf", "/var/lib/sss/pipes/nss")),
        "userdb": Stat(paths=sources.USERDB),
        "spools": Command(
            argv=("/bin/ls", "-1Ap", *_SPOOLS), privilege=Privilege.ROOT, statuses=(0, 1, 2)
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["passwd"], answers["group"])) is not None:
        return obstacle
    accounts, groups = _rows(answers["passwd"], 7), _rows(answers["group"], 4)
    if not accounts or not groups:
        raise Unparsable("/etc/passwd or /etc/group is empty")
    names = {row[0] for row in accounts}
    elsewhere = sources.foreign(answers["nsswitch"], answers["sssd"], answers["userdb"])
    gids = {row[2] for row in groups}
    members = {f"{row[0]}: {name}": name for row in groups for name in row[3].split(",") if name}
    value: dict[str, Value] = {
        "without_group": tuple(row[0] for row in accounts if row[3] not in gids),
        **_shadow(answers["shadow"], accounts, names),
        "unknown_members": _unknown(members, names, elsewhere),
        "unknown_crontabs": _listed(_crontabs(answers["spools"]), names, elsewhere),
        "unknown_sudoers": _listed(_sudoers(answers), names, elsewhere),
    }
    return FactRead(value=value, assurance=Assurance.CONFIGURED)


def _rows(answer: Answer, width: int) -> list[list[str]]:
    lines = [line.strip() for line in text_of(answer).split("\n")]
    rows = [line.split(":") for line in lines if line and line[0] not in "#+-"]
    if any(len(row) < width for row in rows):
        raise Unparsable("a line of /etc/passwd or /etc/group has too few parts")
    return rows


def _shadow(answer: Answer, accounts: list[list[str]], names: set[str]) -> dict[str, Value]:
    if answer.obstacle is not None or not answer.exists:
        gap = Missing(answer.obstacle or Obstacle.UNSUPPORTED, answer.detail or "/etc/shadow")
        return dict.fromkeys(("without_shadow", "only_shadow"), gap)
    lines = text_of(answer).split("\n")
    kept = [line.split(":", 1)[0] for line in lines if ":" in line and line[0] not in "#+-"]
    known = set(kept)
    return {
        "without_shadow": tuple(r[0] for r in accounts if r[1] == "x" and r[0] not in known),
        "only_shadow": tuple(name for name in dict.fromkeys(kept) if name not in names),
    }


def _unknown(said: Mapping[str, str], names: set[str], elsewhere: list[Missing]) -> Value:
    """What names nobody, by how it is told; a name may also be known elsewhere."""
    found = tuple(text for text, name in said.items() if name.strip() not in names)
    if found and elsewhere:
        return elsewhere[0]
    return found


def _listed(said: Iterable[str] | Missing, names: set[str], elsewhere: list[Missing]) -> Value:
    if isinstance(said, Missing):
        return said
    return _unknown({name: name for name in dict.fromkeys(said)}, names, elsewhere)


def _crontabs(answer: Answer) -> list[str] | Missing:
    """The owners of crontabs; folders in the spool belong to cron itself."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or _SPOOLS[0])
    if b"denied" in answer.stderr:
        return Missing(Obstacle.DENIED, _SPOOLS[0])
    lines = (line.strip() for line in text_of(answer).split("\n"))
    return [
        line for line in lines if line and line[-1] not in ":/" and re.match(r"[a-zA-Z_]", line)
    ]


def _sudoers(answers: Answers) -> list[str] | Missing:
    policy = sudo_policy.read(answers)
    if isinstance(policy, FactMissed):
        return Missing(policy.obstacle, policy.detail or "sudoers")
    if not isinstance(policy, Mapping):
        return []
    users = (
        sudo_policy.named(one)
        for spec in policy["User_Specs"]
        for one in sudo_policy.records(spec, "User_List")
    )
    return [name for name in users if not _NOT_NAMES.fullmatch(name)]


LEFTOVERS = FactKind(
    id="accounts.leftovers",
    title="What accounts that are gone have left",
    shape=Record(dict.fromkeys(_LISTS, ListOf(Text()))),
    asks=_asks,
    parse=_parse,
)
