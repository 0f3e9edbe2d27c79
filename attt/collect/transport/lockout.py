"""The lock-out guard: an account that several hosts refused is not tried on the next ones.

Directories and pam_faillock lock an account after a few wrong tries; an audit of hundreds of hosts
with one wrong password would lock it on all of them.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_WAKE_S = 0.2

Account = tuple[str, str]
"""The user's name and the reference of the credential."""


@dataclass(slots=True)
class _Record:
    refused: int = 0
    under_way: int = 0
    is_proven: bool = False


@dataclass(slots=True)
class Try:
    """One login under way; its user says how it ended, or nothing where the line broke."""

    is_accepted: bool | None = None


@dataclass(slots=True)
class Accounts:
    """What hosts said of each account in this run. Safe to use from several threads.

    Until a host has accepted an account, and again after each refusal, no more logins are under way
    at once than refusals are left: threads side by side can't do what one alone may not.
    """

    limit: int = 3
    is_cancelled: Callable[[], bool] = lambda: False
    _records: dict[Account, _Record] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def login(self, account: Account) -> Iterator[Try | None]:
        """A try with an account, or None where it is held back."""
        if not self._enter(account):
            yield None
            return
        one = Try()
        try:
            yield one
        finally:
            self._leave(account, one.is_accepted)

    def _enter(self, account: Account) -> bool:
        with self._changed:
            record = self._records.setdefault(account, _Record())
            while not self._is_free(record):
                if record.refused >= self.limit or self.is_cancelled():
                    return False
                self._changed.wait(_WAKE_S)
            record.under_way += 1
            return True

    def _is_free(self, record: _Record) -> bool:
        if record.is_proven and record.refused == 0:
            return True
        return record.refused + record.under_way < self.limit

    def _leave(self, account: Account, is_accepted: bool | None) -> None:  # noqa: FBT001 - a value
        with self._changed:
            record = self._records[account]
            record.under_way -= 1
            if is_accepted:
                record.is_proven, record.refused = True, 0
            elif is_accepted is False:
                record.refused += 1
            self._changed.notify_all()
