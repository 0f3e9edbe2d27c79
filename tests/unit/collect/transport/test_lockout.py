"""The lock-out guard: no account is tried on more hosts than may refuse it, threads or not."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from attt.collect.transport.lockout import Accounts

ME = ("attt", "env:PASSWORD")


def put(accounts, answer, account=ME):
    """One login that a host answers; gives whether it was tried at all."""
    with accounts.login(account) as one:
        if one is None:
            return False
        one.is_accepted = answer
        return True


def test_after_so_many_refusals_no_host_is_tried():
    """Two may refuse; the third is not asked."""
    accounts = Accounts(limit=2)

    assert [True, True, False, False] == [put(accounts, False) for _ in range(4)]


def test_a_login_that_works_forgives_the_refusals_before_it():
    """The account is known to be good: what refused it was about those hosts."""
    accounts = Accounts(limit=2)

    assert [True] * 5 == [put(accounts, answer) for answer in (False, True, False, True, False)]


def test_a_line_that_broke_counts_for_nothing():
    """Neither good nor bad: the credential was not judged."""
    accounts = Accounts(limit=1)

    assert [True] * 4 == [put(accounts, None) for _ in range(4)]


def test_other_accounts_are_other_accounts():
    """Another user, or another credential of the same user, is tried on its own."""
    accounts = Accounts(limit=1)
    put(accounts, False)

    assert [False, True, True] == [
        put(accounts, False, account) for account in (ME, ("attt", "env:OTHER"), ("x", ME[1]))
    ]


@pytest.mark.parametrize("limit", [1, 3])
def test_hosts_side_by_side_are_no_more_than_one_after_the_other(limit):
    """Thirty at once with a wrong password: as many tries as one alone would make."""
    accounts = Accounts(limit=limit)
    tried = []

    def log_in(_):
        with accounts.login(ME) as one:
            if one is not None:
                tried.append(one)
                threading.Event().wait(0.02)
                one.is_accepted = False

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(log_in, range(30)))

    assert limit == len(tried)


def test_a_proven_account_is_tried_everywhere_at_once():
    """Once a host has accepted it, nobody waits for anybody."""
    accounts = Accounts(limit=1)
    put(accounts, True)
    together = threading.Barrier(10, timeout=10)

    def log_in(_):
        with accounts.login(ME) as one:
            together.wait()
            one.is_accepted = True

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(log_in, range(10)))

    assert put(accounts, True)


def test_a_stop_lets_nobody_wait():
    """Who waits for another's login goes away when the user wants to stop."""
    stop = threading.Event()
    accounts = Accounts(limit=1, is_cancelled=stop.is_set)
    with accounts.login(ME) as one:
        threading.Timer(0.3, stop.set).start()
        waited = put(accounts, True)
        one.is_accepted = True

    assert not waited
