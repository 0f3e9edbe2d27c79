import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from attt.errors import InputError, Place
from attt.message import Message
from attt.model.answer import Obstacle
from attt.model.value import Missing
from attt.report.document import audit_document, check_document, error_document


def valid(name: str, document: object) -> object:
    """The document as JSON gives it back, once it has passed its schema."""
    schema = json.loads((files("attt.report") / "schemas" / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    plain = json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False))
    jsonschema.Draft202012Validator(schema).validate(plain)
    return plain


CHECK_KEYS = (
    "schema attt rulebook standard level observed_at as_of host status reason privilege missed "
    "findings summary"
)
FINDING_KEYS = (
    "rule item title severity verdict reason failing found wanted assurance origin evidence "
    "clauses fix measure params"
)


@pytest.mark.parametrize("hostile", [True, False])
def test_check_document(make, hostile):
    """The document of one host has exactly its keys and keeps to its schema."""
    made = valid("check", check_document(make(1, 1, hostile=hostile)))

    assert set(CHECK_KEYS.split()) == set(made)
    assert set(FINDING_KEYS.split()) == set(made["findings"][0])
    assert {"id", "name", "address", "platform", "support"} == set(made["host"])


@pytest.mark.parametrize("systems", [1, 12])
def test_audit_document(make, systems):
    """The document of an audit keeps to its schema and tells every host, port and system."""
    audited = make(systems, 8, hostile=True)
    made = valid("audit", audit_document(audited))

    assert {
        "schema", "attt", "run", "rulebook", "standards", "observed_at",
        "coverage", "hosts", "endpoints", "systems",
    } == set(made)  # fmt: skip
    assert len(audited.hosts) == len(made["hosts"])
    assert len(audited.systems) == len(made["systems"])
    assert len(made["endpoints"]) == 4


def test_coverage_adds_up(make):
    """Declared = audited + partly + unreachable + not started; logged in <= reached."""
    audited = make(2, 8)
    cut = replace(audited, hosts=audited.hosts[:11])
    c = audit_document(cut)["coverage"]

    assert (16, 11) == (c["declared"], c["audited"] + c["partly"] + c["unreachable"])
    assert c["not_started"] == 5
    assert c["audited"] + c["partly"] <= c["logged_in"] <= c["reached"] <= c["declared"]


def test_ranges_hold_the_truth(make):
    """Lowest <= highest <= of; not assessed is the distance between them."""
    for system in audit_document(make(5, 6, 60, documents=True))["systems"]:
        low, high, of = (system["range"][k] for k in ("lowest", "highest", "of"))
        must = system["counts"]["must"]

        assert low <= high <= of
        assert high - low == must["not_assessed"]
        assert of == must["total"] - must["not_applicable"]
        assert must["total"] + system["counts"]["suggested"]["total"] == len(system["requirements"])


def test_findings_name_their_clauses(make):
    """A finding names the clause that it serves at the level of the system that asked."""
    finding = next(
        f for f in check_document(make(1, 1))["findings"] if f["rule"] == "sshd-root-login"
    )

    assert [
        {
            "standard": "tcvn-14423-2026",
            "system": "TTHC",
            "level": 3,
            "requirement": "R.sshd-root-login",
            "clause": "5.6.2.2 a)",
            "verified": False,
        }
    ] == finding["clauses"]


def test_a_measure_in_force_is_told_and_the_verdict_stays(make):
    """A covered failure still fails, and names its measure."""
    covered = [
        f for h in audit_document(make(1, 9))["hosts"] for f in h["findings"] if f["measure"]
    ]

    assert covered
    assert {("fail", "m1")} == {(f["verdict"], f["measure"]["id"]) for f in covered}


def test_an_unreachable_host_says_why(make):
    """A host of which nothing was learnt has a reason in both languages and a next step."""
    hosts = audit_document(make(1, 9))["hosts"]
    silent = next(h for h in hosts if h["status"] == "unreachable")

    assert silent["reason"]["code"] == "authentication"
    assert {"vi", "en"} == set(silent["reason"]["text"]) == set(silent["reason"]["next"])
    assert silent["findings"] == []


def test_missing_parts_stay_missing(make):
    """A part of a found value that could not be learnt is marked, never null."""
    audited = make(1, 9)
    host = audited.hosts[1]
    failing = next(f for f in host.findings if f.failing)
    hole = replace(failing.failing[0], found=("x", Missing(Obstacle.DENIED)))
    changed = replace(
        audited, hosts=(replace(host, findings=(replace(failing, failing=(hole,)),)),)
    )
    finding = valid("check", check_document(changed))["findings"][0]

    assert finding["found"] == ["x", {"_missed": "denied"}]


def test_error_document():
    """An error is one document with its place, or with nulls where there is none."""
    full = InputError(
        Message("{key} is not known", key="levell"),
        hint=Message("Did you mean level?"),
        place=Place("a.yaml", 3, 5),
    )
    bare = InputError(Message("Nothing to read"))

    assert valid("error", error_document(full))["error"] == {
        "code": "input",
        "message": "levell is not known",
        "hint": "Did you mean level?",
        "file": "a.yaml",
        "line": 3,
        "column": 5,
    }
    assert valid("error", error_document(bare))["error"]["hint"] is None
    assert valid("error", error_document(bare))["error"]["line"] is None
