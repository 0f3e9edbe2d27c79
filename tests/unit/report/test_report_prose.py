"""Wrapped texts of rule files become lines that a page can wrap."""

from attt.assets import folder
from attt.facts.registry import FACTS
from attt.report.prose import reflow
from attt.rulebook.load import load


def test_steps_become_one_line_each_and_commands_stay():
    """A step's continuation joins it; lines indented deeper are commands and stay alone."""
    text = """1. Ghi vào tệp:
     ClientAliveInterval 100
     ClientAliveCountMax 3
   dòng này nối
   với dòng sau.
2. Kiểm tra rồi
   nạp lại.
"""

    lines = reflow(text).split("\n")

    assert [
        "1. Ghi vào tệp:",
        "      ClientAliveInterval 100",
        "      ClientAliveCountMax 3",
        "dòng này nối với dòng sau.",
        "2. Kiểm tra rồi nạp lại.",
    ] == lines


def test_no_word_of_any_fix_is_lost():
    """Every shipped fix has the same words after reflowing, and every step still begins a line."""
    for rule in load([folder("rules")], FACTS).rules.values():
        for text in (rule.fix.text.vi, rule.fix.text.en):
            assert text.split() == reflow(text).split()
            steps = sum(line.strip()[:2] in ("1.", "2.", "3.", "4.") for line in text.split("\n"))
            assert steps == sum(
                line[:2] in ("1.", "2.", "3.", "4.") for line in reflow(text).split("\n")
            )
