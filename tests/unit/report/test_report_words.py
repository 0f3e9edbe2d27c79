import dataclasses
from enum import StrEnum

import pytest

from attt.evaluate.table import Because
from attt.model.answer import Obstacle
from attt.model.run import Failure
from attt.model.scan import ScanRefusalReason
from attt.report import reasons, words

TABLES = [
    table
    for table in vars(words).values()
    if isinstance(table, dict) and table and isinstance(next(iter(table)), StrEnum)
]
FORBIDDEN = ("Thất bại", "Vi phạm", "N/A", "Unknown", "Gần đạt", "Bỏ qua", "an toàn thông tin")


@pytest.mark.parametrize("table", TABLES, ids=lambda t: type(next(iter(t))).__name__)
def test_every_member_has_words(table):
    """Each table of words holds every member of its closed set, in both languages."""
    members = set(type(next(iter(table))))
    empty = [key for key, term in table.items() if not (term.vi and term.en and term.in_paper)]

    assert (members, []) == (set(table), empty)


def test_there_are_tables():
    """The table of words was found at all."""
    assert len(TABLES) >= 18


@pytest.mark.parametrize("table", TABLES, ids=lambda t: type(next(iter(t))).__name__)
def test_no_word_is_forbidden(table):
    """The words that offices must not read are in no table."""
    said = " ".join(f"{term.vi} {term.paper}" for term in table.values())

    assert [] == [word for word in FORBIDDEN if word in said]


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (Obstacle, reasons.OBSTACLES),
        (Failure, reasons.FAILURES),
        (ScanRefusalReason, reasons.SCAN_REASONS),
    ],
)
def test_every_reason_says_why_and_what_next(kind, table):
    """Every reason has whole sentences, why and what next, in both languages."""
    texts = [
        text for r in table.values() for w in (r.why, r.next) for text in dataclasses.astuple(w)
    ]

    assert set(kind) == set(table)
    assert [] == [
        text for text in texts if not (text[0].isupper() or text[0] == "a") or text[-1] != "."
    ]


def test_evaluation_says_no_reason_without_words():
    """Every key that an evaluation gives a requirement has words of its own."""
    silent = {b for b in Because if b.value and b.value not in reasons.REQUIREMENT_REASONS}

    assert set() == silent


def test_an_unknown_code_still_has_words():
    """A key of a later version is told as "not enough to assess it by", never dropped."""
    assert reasons.OTHER == reasons.of_requirement("key-of-tomorrow")
    assert reasons.SCAN_OTHER == reasons.of_scan("key-of-tomorrow")
    assert reasons.OBSTACLES[Obstacle.TIMED_OUT] == reasons.of_scan("timed_out")
