"""What is made quickly is what its class makes."""

import dataclasses

import pytest

from attt.evaluate import made
from attt.model.fact import Assurance, Origin
from attt.model.finding import Compared, Finding, Reason, Verdict
from attt.model.subject import host


def _finding() -> dict[str, object]:
    return {
        "rule": "sshd-root-login",
        "subject": host("web-1"),
        "verdict": Verdict.UNKNOWN,
        "params": (("days", 30),),
        "reason": Reason(code="denied", detail="sshd"),
        "failing": (),
        "passing": (Compared(id="a", operator="is", found=1, wanted=1),),
        "unknown": (("b", None),),
        "checked": 2,
        "assurance": Assurance.RESOLVED,
        "origin": Origin.DEFAULT,
        "evidence": ("00ff",),
    }


def test_a_comparison_is_the_one_that_its_class_makes():
    """Equal, of the same class, with the same hash and the same text."""
    given = ("a", "is_one_of", "no", ("yes", "no"), "eth0")
    expected = Compared(id="a", operator="is_one_of", found="no", wanted=("yes", "no"), item="eth0")
    actual = made.compared(*given)

    assert (Compared, hash(expected), repr(expected)) == (type(actual), hash(actual), repr(actual))
    assert expected == actual


def test_a_finding_is_the_one_that_its_class_makes():
    """Equal, of the same class, with the same hash and the same text."""
    expected, actual = Finding(**_finding()), made.finding(**_finding())

    assert (Finding, hash(expected), repr(expected)) == (type(actual), hash(actual), repr(actual))
    assert expected == actual


def test_what_is_made_quickly_is_frozen_and_can_be_replaced():
    """Nothing of the class is lost on the way."""
    actual = made.finding(**_finding())
    with pytest.raises(dataclasses.FrozenInstanceError):
        actual.rule = "another"

    assert "another" == dataclasses.replace(actual, rule="another").rule
