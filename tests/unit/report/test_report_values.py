import pytest

from attt.model.answer import Obstacle
from attt.model.finding import Compared
from attt.model.rule import Operator
from attt.model.value import Missing
from attt.report.values import masked, shown, wanted


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "chưa đặt"),
        (True, "có"),
        (False, "không"),
        (0, "0"),
        ("", "(trống)"),
        ("a\nb", "a ↵ b"),
        (("x", 2), "x, 2"),
        ((), "(trống)"),
        ({"mode": "0644", "owner": "root"}, "mode: 0644; owner: root"),
        (("x", Missing(Obstacle.DENIED)), "x, (chưa đọc được)"),
    ],
)
def test_values_in_words(value, text):
    """Every kind of value has one line of words; a missing part is told as missing."""
    assert text == shown(value)


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("negation", ["", "not "])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_operator_has_words(operator, negation, language):
    """What was wanted is said in words for every operator and its contrary, never by its code."""
    compared = Compared(id="a", operator=negation + operator, found=None, wanted="45d")
    text = wanted(compared, language=language)
    contrary = Compared(id="a", operator=operator, found=None, wanted="45d")

    assert text
    assert "_" not in text
    assert not negation or text != wanted(contrary, language=language)


def test_spans_are_in_words():
    """45d reads as 45 ngày where a moment was compared."""
    compared = Compared(id="a", operator="newer_than", found="2026-01-01T00:00:00Z", wanted="45d")

    assert wanted(compared) == "trong vòng 45 ngày trước khi kiểm tra"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("10.10.20.9:22 closed", "[địa chỉ]:22 closed"),
        ("[2001:db8::5]:22", "[[địa chỉ]]:22"),
        ("fe80::1 and 192.168.1.1.", "[địa chỉ] and [địa chỉ]."),
        ("0.0.0.0:23 [::]:23 127.0.0.1:25 ::1", "0.0.0.0:23 [::]:23 127.0.0.1:25 ::1"),
        ("10:00:00 20/11", "10:00:00 20/11"),
        ("OpenSSH 9.2", "OpenSSH 9.2"),
        ("root: yes", "root: yes"),
        ("2001:db8::1: closed", "[địa chỉ]: closed"),
    ],
)
def test_addresses_are_masked(text, seen):
    """Addresses are for the restricted annex only; wildcard and loopback ones tell nothing."""
    assert seen == masked(text)


def test_values_in_english():
    """Screens in English get the same values in English words."""
    compared = Compared(id="a", operator="newer_than", found=None, wanted="45d")

    assert ("not set", "yes", "(empty)") == tuple(shown(v, language="en") for v in (None, True, ()))
    assert wanted(compared, language="en") == "within 45 days before the observation"
