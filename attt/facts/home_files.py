"""Fact `accounts.home_files`: files in homes that let others in, or that hold passwords.

`trusts` lists the files by which other hosts' accounts may enter without a password (.rhosts,
.shosts in homes, hosts.equiv, shosts.equiv), and `secrets` the files in which
programs keep passwords, as records of `path`, `mode` and `owner` (null: none of that number).
Contents are never read. Sources: hosts.equiv(5), sshd(8), netrc(5), git-credential-store(1).
"""

import re
from collections.abc import Iterator

from attt.facts import stat
from attt.facts.account_ids import HOMES
from attt.facts.accounts import lets_work
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_EQUIV = ("/etc/hosts.equiv", "/etc/shosts.equiv", "/etc/ssh/shosts.equiv")
_TRUSTS = (".rhosts", ".shosts")
_SECRETS = (".netrc", ".pgpass", ".my.cnf", ".mylogin.cnf", ".git-credentials", ".smbcredentials")
_FOLDERS = ("/root", "/home", "/srv", "/opt", "/var/lib", "/var/www")  # where homes usually are
_ROW = re.compile(r"([0-7]{1,4}) (\S+) ([fl]) (/.*)")


def _named(*names: str) -> tuple[str, ...]:
    words = tuple(word for name in names for word in ("-o", "-name", name))
    return ("(", *words[1:], ")")


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "equiv": Stat(paths=_EQUIV),
        "passwd": HOMES.asks({})["passwd"],
        "homes": Command(
            argv=(
                *("/usr/bin/find", *_FOLDERS, "-maxdepth", "3"),
                *_named(*_TRUSTS, *_SECRETS),
                *("-printf", "%m %u %y %p\\n"),
            ),
            privilege=Privilege.ROOT,
            statuses=(0, 1),
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    homes = answers["homes"]
    if (obstacle := obstacle_of(homes)) is not None:
        return obstacle
    rows = [_ROW.fullmatch(line) for line in text_of(homes).split("\n") if line]
    trusts: list[Value] = []
    secrets: list[Value] = []
    for row in rows:
        if row is None:
            raise Unparsable("a line of find can't be read")
        if row[4].rsplit("/", 1)[-1] in _TRUSTS:
            trusts.append(row[4])
        elif row[3] == "f":
            owner = None if row[2].isdigit() else row[2]
            secrets.append({"path": row[4], "mode": f"{int(row[1], 8):04o}", "owner": owner})
    gaps = [*_gaps(homes), *_elsewhere(answers["passwd"])]
    value = {"trusts": (*_equiv(answers["equiv"]), *trusts, *gaps), "secrets": (*secrets, *gaps)}
    return FactRead(value=value, assurance=Assurance.RUNNING)


def _gaps(homes: Answer) -> list[Value]:
    """A missing element where some home could not be looked into; /home itself may not be there."""
    said = homes.stderr.decode("utf-8", errors="replace").splitlines()
    odd = [line for line in said if line.strip() and "No such file or directory" not in line]
    return [Missing(Obstacle.DENIED, odd[0][:120])] if odd else []


def _elsewhere(answer: Answer) -> Iterator[Value]:
    """Homes that were not looked into, of accounts whose shell lets one work."""
    if answer.obstacle is not None:
        yield Missing(answer.obstacle, answer.detail or "/etc/passwd")
        return
    rows = (line.split(":") for line in text_of(answer).split("\n"))
    homes = {row[5].rstrip("/") for row in rows if len(row) > 6 and lets_work(row[6].strip())}
    for home in sorted(homes - {"", "/nonexistent"}):
        folder = next((one for one in _FOLDERS if f"{home}/".startswith(f"{one}/")), None)
        if folder is None or home.count("/") > folder.count("/") + 2:
            yield Missing(Obstacle.IN_CONTEXT, f"a home in another place: {home[:80]}")


def _equiv(answer: Answer) -> list[Value]:
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or _EQUIV[0])]
    looked = stat.parse(answer)
    there: list[Value] = [path for path in _EQUIV if path in looked.found]
    return [*there, *(Missing(Obstacle.DENIED, path) for path in looked.denied)]


HOME_FILES = FactKind(
    id="accounts.home_files",
    title="Files in homes that let others in or hold passwords",
    shape=Record(
        {
            "trusts": ListOf(Text()),
            "secrets": ListOf(
                Record({"path": Text(), "mode": Mode(), "owner": Text(nullable=True)})
            ),
        }
    ),
    asks=_asks,
    parse=_parse,
)
