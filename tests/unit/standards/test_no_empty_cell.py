"""Of the packaged standards, each cell that a host or a scan could show is judged or explained."""

import pytest

from attt import assets
from attt.facts.registry import FACTS
from attt.model.standard import Standard
from attt.rulebook.load import load
from attt.rulebook.standard.lint import lint_standard

STANDARDS = load([assets.folder("rules")], FACTS).standards


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=lambda one: one.id)
def test_no_cell_is_empty(standard: Standard) -> None:
    """At each level a rule looks at it, or the file says why no host can and what document does."""
    empty = [
        (one.id, int(level))
        for one in standard.requirements
        for level in one.clauses
        if one.is_open_at(level)
    ]

    assert [] == empty
    assert () == tuple(lint_standard(standard))
