"""Names of rules and requirements in an inventory must be known to the rulebook."""

import pytest

from attt.assets import folder
from attt.crosscheck import crosscheck
from attt.errors import InputError
from attt.facts.registry import FACTS
from attt.inventory.load import load
from attt.rulebook.load import load as load_rulebook

BASE = """organisations:
  - {id: ubnd, name: UBND tỉnh Mẫu, role: owner}
  - {id: tt, name: Trung tâm, role: operator}
zones: []
hosts: [{id: h1, name: h1, transport: local}]
systems:
  - {code: A, name: A, level: 3, owner: ubnd, operator: tt, hosts: [h1]PLAN}
"""
MEASURE = """measures:
  - {id: m1, kind: equivalent, reason: có lý do, approver: Chủ tịch, document: 1/QĐ, from: "2026-01-01", until: "2026-12-31", system: A, WHAT}
"""
ATTESTATION = """attestations:
  - {id: a1, requirements: [WHAT], document: Quy chế, number: 1/QĐ, date: "2026-01-01", until: "2026-12-31", system: A}
"""


@pytest.fixture(scope="module")
def rulebook():
    """The packaged rules and standards."""
    return load_rulebook([folder("rules")], FACTS)


def inventory(tmp_path, extra="", plan=""):
    """A small inventory with `extra` at its end."""
    path = tmp_path / "i.yaml"
    path.write_text(BASE.replace("PLAN", plan) + extra)
    return load(path)


@pytest.mark.parametrize(
    ("extra", "plan", "line", "mend"),
    [
        (MEASURE.replace("WHAT", "rule: sshd-root-logn"), "", 9, "sshd-root-login"),
        (MEASURE.replace("WHAT", "requirement: NK.NTPP"), "", 9, "NK.NTP"),
        (ATTESTATION.replace("WHAT", "NK.NTPP"), "", 9, "NK.NTP"),
        ("", ", plan: [{requirement: NK.NTPP, answer: applied}]", 7, "NK.NTP"),
    ],
    ids=["rule", "requirement", "attestation", "plan"],
)
def test_an_unknown_name_is_refused_at_its_place(  # noqa: PLR0917 - pytest gives them by name
    rulebook, tmp_path, extra, plan, line, mend
):
    """One message with the line and the name that was probably meant."""
    with pytest.raises(InputError) as caught:
        crosscheck(inventory(tmp_path, extra, plan), rulebook)

    assert line == caught.value.place.line
    assert mend in str(caught.value.hint)


def test_known_names_are_fine(rulebook, tmp_path):
    """What the rulebook knows raises nothing."""
    known = MEASURE.replace("WHAT", "rule: sshd-root-login")
    known += ATTESTATION.replace("WHAT", "NK.NTP")

    assert None is crosscheck(inventory(tmp_path, known), rulebook)
