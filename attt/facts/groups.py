"""Which groups an account belongs to, by /etc/group and its own primary group (group(5)).

The kernel and sudo(8) know groups by number: who is in any group of that number is in them all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from attt.facts.kind import text_of
from attt.model.answer import Answer
from attt.model.value import Missing

_GID = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """`names` of each group number, and the numbers that each account is a further member of."""

    names: Mapping[int, frozenset[str]]
    members: Mapping[str, frozenset[int]]

    def gids(self, account: str, primary: int) -> frozenset[int]:
        """The numbers of all groups of an account."""
        return self.members.get(account, frozenset()) | {primary}

    def of(self, account: str, primary: int) -> frozenset[str]:
        """The names of all groups of an account."""
        found = (self.names.get(gid, frozenset()) for gid in self.gids(account, primary))
        return frozenset().union(*found)


def read(answer: Answer) -> Groups | Missing:
    """The groups of /etc/group; lines that are no groups are passed over."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "/etc/group")
    return _groups(text_of(answer))


@lru_cache(maxsize=8)  # several facts of a host read the same file
def _groups(text: str) -> Groups:
    names: dict[int, set[str]] = {}
    members: dict[str, set[int]] = {}
    for line in text.split("\n"):
        fields = line.strip().split(":")
        if len(fields) < 4 or not _GID.fullmatch(fields[2]):
            continue
        gid = int(fields[2])
        names.setdefault(gid, set()).add(fields[0])
        for member in fields[3].split(","):
            members.setdefault(member.strip(), set()).add(gid)
    return Groups(
        names={gid: frozenset(found) for gid, found in names.items()},
        members={name: frozenset(found) for name, found in members.items()},
    )
