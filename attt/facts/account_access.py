"""Facts `accounts.access` and `accounts.keys`: who can get in, by what, and who did lately.

`accounts.access` has `accounts`, a list of records, for the accounts whose shell lets one work. As in
accounts.accounts: `name`, `uid`,
`is_person`, `is_system`, `is_admin`, `password`, `password_changed`, `expires`. Besides: `is_open`
(a password or a key of authorized_keys can match), `keys` (how many keys
open it), `people` (how many persons the comments of keys without a command of their own name),
`is_locked_over` (the password was locked by a mark before a hash that is still there),
`is_described` (passwd(5) names its owner or purpose), `is_first_password` (set before the day on
which this host first started, so it came with the image), `last_used` (null: proved never) and
`idle_since` (since when no use is on record; null where it never was used).

`accounts.keys` has `keys` (`account`, `kind`, `bits`) and `files` (`account`, `path`, `mode`, `is_own`:
the file or folder belongs to the account or to root). Keys themselves are not kept.
"""

from collections.abc import Mapping, Sequence

from attt.facts import accounts, stat
from attt.facts.account_ids import HOMES
from attt.facts.key_access import ASKS as KEY_ASKS
from attt.facts.key_access import KeyAccess, Person, people
from attt.facts.key_files import Found
from attt.facts.kind import Answers, FactKind, Params, obstacle_of
from attt.facts.last_use import ASKS as USE_ASKS
from attt.facts.last_use import LastUse
from attt.facts.user_keys import KINDS, Key, read
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Instant, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_COPIED = ("name", "uid", "is_person", "is_system", "is_admin", "password", "password_changed")
_LOCKED = "locked"
_FIRST_DAY = ("/etc/machine-id", "/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_rsa_key")
_ACCOUNT = Record(
    {
        "name": Text(),
        "uid": Integer("uid"),
        "is_person": Boolean(),
        "is_system": Boolean(),
        "is_admin": Boolean(),
        "password": Text(choices=("empty", "set", "locked")),
        "password_changed": Instant(nullable=True),
        "expires": Instant(nullable=True),
        "is_open": Boolean(),
        "keys": Integer("keys"),
        "people": Integer("persons"),
        "is_locked_over": Boolean(),
        "is_described": Boolean(),
        "is_first_password": Boolean(),
        "last_used": Instant(nullable=True),
        "idle_since": Instant(nullable=True),
    },
    volatile=frozenset({"last_used", "idle_since"}),
)
_KEY = Record({"account": Text(), "kind": Text(choices=KINDS), "bits": Integer("bits")})
_FILE = Record({"account": Text(), "path": Text(), "mode": Mode(), "is_own": Boolean()})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **accounts.ACCOUNTS.asks({}),
        **KEY_ASKS,
        **USE_ASKS,
        "first": Stat(paths=_FIRST_DAY),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    known = accounts.ACCOUNTS.parse(answers, {})
    if not isinstance(known, FactRead) or not isinstance(known.value, Mapping):
        return known
    listed = known.value["accounts"]
    access, use = KeyAccess(answers), LastUse(answers)
    persons, first = people(answers["passwd"]), _first_day(answers["first"])
    found: list[Value] = []
    for one in listed if isinstance(listed, tuple) else ():
        if isinstance(one, Mapping) and one["can_login"] is False:
            continue
        if isinstance(one, Mapping):
            person = persons[str(one["name"])]
            found.append(_account(one, person, access, use, first))
        else:
            found.append(one)
    return FactRead(value={"accounts": tuple(found)}, assurance=Assurance.CONFIGURED)


def _account(
    one: Mapping[str, Value], person: Person, access: KeyAccess, use: LastUse, first: Value
) -> dict[str, Value]:
    keys = access.keys(person)
    if isinstance(keys, list) and not keys and access.elsewhere is not None:
        keys = access.elsewhere
    changed = one["password_changed"]
    return {
        **{name: one[name] for name in _COPIED},
        "expires": one["expires"],
        "is_open": _is_open(one, keys),
        "keys": keys if isinstance(keys, Missing) else len(keys),
        "people": keys if isinstance(keys, Missing) else _people(keys),
        "is_locked_over": _is_locked_over(one),
        "is_described": bool(person.comment.split(",")[0].strip()),
        "is_first_password": _is_first(one["password"], changed, first),
        "last_used": use.of(person.name),
        "idle_since": use.idle_since(person.name, changed),
    }


def _is_open(one: Mapping[str, Value], keys: Sequence[Key] | Missing) -> Value:
    if one["password"] in {"set", "empty"} or (not isinstance(keys, Missing) and keys):
        return True
    gaps = (part for part in (one["password"], keys) if isinstance(part, Missing))
    return next(gaps, False)


def _people(keys: Sequence[Key]) -> int:
    """Persons by name; keys that name nobody are one person's, where no other is named."""
    free = [key for key in keys if not key.is_bound]
    return len({key.owner for key in free if key.owner}) or min(len(free), 1)


def _is_locked_over(one: Mapping[str, Value]) -> Value:
    gaps = (part for part in (one["password"], one["hash"]) if isinstance(part, Missing))
    return next(gaps, one["password"] == _LOCKED and one["hash"] is not None)


def _is_first(password: Value, changed: Value, first: Value) -> Value:
    if password == _LOCKED:
        return False
    for part in (password, changed, first):
        if isinstance(part, Missing):
            return part
    if changed is None:
        return Missing(Obstacle.UNSUPPORTED, "shadow does not tell when the password was set")
    return str(changed)[:10] < str(first)[:10]


def _first_day(answer: Answer) -> Value:
    """When the host first started: its identity and its host keys are made then."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or _FIRST_DAY[0])
    times = [str(one["modified"]) for one in stat.parse(answer).found.values() if one["modified"]]
    return min(times) if times else Missing(Obstacle.UNSUPPORTED, "no machine-id, no host key")


def _ask_keys(_params: Params) -> dict[str, Ask]:
    return {"passwd": HOMES.asks({})["passwd"], **KEY_ASKS}


def _parse_keys(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["passwd"])) is not None:
        return obstacle
    access = KeyAccess(answers)
    keys: list[Value] = [access.elsewhere] if access.elsewhere else []
    files: list[Value] = []
    for person, is_needed in _openable(answers):
        found = access.files(person)
        if isinstance(found, Missing):
            keys += [found] if is_needed else []
            files += [found] if is_needed else []
            continue
        for one in found:
            keys += [_key(person, key) for key in read(one.file.content)]
            files += _files(person, one)
    whole = {"keys": _once(keys), "files": _once(files)}
    return FactRead(value=whole, assurance=Assurance.CONFIGURED)


def _openable(answers: Answers) -> list[tuple[Person, bool]]:
    """Everybody, and whether a home that was not seen matters: not where the shell lets nobody in."""
    lines = (
        line.split(":") for line in answers["passwd"].stdout.decode("utf-8", "replace").split("\n")
    )
    shells = {parts[0]: parts[6].strip() for parts in lines if len(parts) > 6}
    return [
        (person, accounts.lets_work(shells[name]))
        for name, person in people(answers["passwd"]).items()
    ]


def _key(person: Person, key: Key) -> dict[str, Value]:
    return {"account": person.name, "kind": key.kind, "bits": key.bits}


def _files(person: Person, found: Found) -> list[Value]:
    return [
        {
            "account": person.name,
            "path": f"/{entry.path}",
            "mode": f"{entry.mode:04o}",
            "is_own": entry.uid in {0, person.uid},
        }
        for entry in (*found.above, found.file)
    ]


def _once(values: Sequence[Value]) -> tuple[Value, ...]:
    found: list[Value] = []
    for value in values:
        if value not in found:
            found.append(value)
    return tuple(found)


ACCESS = FactKind(
    id="accounts.access",
    title="Who can get in, by what, and who did lately",
    shape=Record({"accounts": ListOf(_ACCOUNT)}),
    asks=_asks,
    parse=_parse,
)
KEYS = FactKind(
    id="accounts.keys",
    title="Public keys that open accounts, and who may change them",
    shape=Record({"keys": ListOf(_KEY), "files": ListOf(_FILE)}),
    asks=_ask_keys,
    parse=_parse_keys,
)
