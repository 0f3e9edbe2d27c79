"""Match blocks of sshd: which apply to an account, for sure or perhaps."""

import pytest

from attt.facts.sshd_contexts import Block, Contexts

OUTSIDE = {"authenticationmethods": "publickey,password"}


def _contexts(*criteria: tuple[tuple[str, str], ...]) -> Contexts:
    blocks = tuple(
        Block(criteria=one, settings={"authenticationmethods": str(n)})
        for n, one in enumerate(criteria)
    )
    return Contexts(outside=OUTSIDE, blocks=blocks)


def _methods(contexts: Contexts, account: str, *groups: str) -> set[str]:
    found = contexts.of(account, groups)
    assert isinstance(found, list)
    return {settings["authenticationmethods"] for settings in found}


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ((("user", "an"),), {"0"}),
        ((("user", "binh"),), {"publickey,password"}),
        ((("user", "*,!an"),), {"publickey,password"}),
        ((("group", "sudo"),), {"0"}),
        ((("group", "wheel"),), {"publickey,password"}),
        ((("address", "10.0.0.0/8"),), {"0", "publickey,password"}),
        ((("user", "binh"), ("address", "10.0.0.0/8")), {"publickey,password"}),
        ((), {"0"}),
    ],
)
def test_a_block_applies_or_may_apply(
    criteria: tuple[tuple[str, str], ...], expected: set[str]
) -> None:
    """Accounts and groups are known; where a connection comes from is not."""
    assert expected == _methods(_contexts(criteria), "an", "an", "sudo")


def test_the_first_block_that_applies_wins() -> None:
    """A sure block hides those behind it, an unsure one only may."""
    contexts = _contexts((("address", "10.0.0.1"),), (("user", "an"),), ())

    assert {"0", "1"} == _methods(contexts, "an")


def test_too_many_unsure_blocks_are_not_followed() -> None:
    """Every combination would be a context of its own."""
    contexts = _contexts(*(((("address", f"10.0.0.{n}"),)) for n in range(7)))

    assert not isinstance(contexts.of("an", ()), list)
