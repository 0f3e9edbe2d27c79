"""One JSON document on stdout, of the promised form, however a command ends."""

import json

import jsonschema
import pytest

KINDS = ("check", "audit")


@pytest.fixture(scope="module")
def said(tmp_path_factory, start, demo, nmap):
    """This machine checked and audited as a person would, each once."""
    folder = tmp_path_factory.mktemp("documents") / "here"
    folder.mkdir()
    return {
        "check": start("check", "local", "--json", "--fail-on", "critical", cwd=folder),
        "audit": start("audit", demo, "--json", "--fail-on", "critical", cwd=folder),
        "again": start("judge", "--json", cwd=folder),
        "shown": start("runs", "show", "--json", cwd=folder),
        "runs": start("runs", "list", "--json", cwd=folder),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_documents_are_of_their_form(said, schema, kind):
    """Stdout is one document that its schema accepts; whatever else is said is on stderr."""
    jsonschema.validate(said[kind].document, schema(kind))

    assert f"attt.{kind}/1" == said[kind].document["schema"]
    assert said[kind].code in (0, 1, 4)


def test_a_document_names_what_was_judged(said):
    """Level 3 of the newest standard in force, on this machine, each rule with its clauses."""
    document = said["check"].document
    rules = [(finding["rule"], str(finding["params"])) for finding in document["findings"]]

    assert (3, "tcvn-14423-2026", "local") == (
        document["level"],
        document["standard"],
        document["host"]["id"],
    )
    assert len(rules) >= 16
    assert len(rules) == len(set(rules)) == document["summary"]["total"]
    assert all(finding["clauses"] for finding in document["findings"])


def test_an_audit_scans_what_it_may(said):
    """The demo's own approval lets attt look at loopback, and only there."""
    document = said["audit"].document

    assert 1 == document["coverage"]["addresses_scanned"]
    assert {"127.0.0.1"} == {e["subject"].rpartition(">")[2] for e in document["endpoints"]}
    assert {"endpoint-exposure", "endpoint-no-cleartext"} <= {
        e["rule"] for e in document["endpoints"]
    }


def test_a_run_is_shown_and_judged_as_it_was(said, schema):
    """`runs show` and `judge` give the very document that the audit gave."""
    jsonschema.validate(said["again"].document, schema("audit"))

    assert said["audit"].document == said["shown"].document == said["again"].document


def test_lists_are_arrays(said, run, schema):
    """`list --json` is an array, also of nothing."""
    rules = run("rules", "list", "--json").document
    coverage = run("rules", "coverage", "--json").document
    one = said["runs"].document[0]

    assert [] == run("runs", "list", "--json").document
    assert (1, "finished") == (len(said["runs"].document), one["status"])
    assert one["run"] == said["audit"].document["run"]
    assert {"id", "title", "severity", "subject", "facts", "params", "serves", "pack"} == set(
        rules[0]
    )
    assert {1, 2, 3, 4, 5} == {row["level"] for row in coverage}


def test_what_doctor_says_is_of_its_form(run, demo, schema):
    """With and without an inventory: each check that is not well says what to type, and no other."""
    alone, hosts = run("doctor", "--json"), run("doctor", demo, "--json")
    for said in (alone, hosts):
        jsonschema.validate(said.document, schema("doctor"))

    assert ([], 1) == (alone.document["hosts"], len(hosts.document["hosts"]))
    assert {0, 4} >= {alone.code, hosts.code}
    assert (hosts.code == 0) == hosts.document["well"]


def test_inventory_schema_is_a_schema(run, demo):
    """What editors are given is a JSON Schema of the newest draft."""
    document = run("inventory", "schema").document

    jsonschema.Draft202012Validator.check_schema(document)
    assert "systems" in document["properties"]


@pytest.mark.parametrize(
    "argv",
    [
        ("audit", "none.yaml"),
        ("audit", "DEMO", "--rule", "none"),
        ("audit", "DEMO", "--level", "3"),
        ("check", "-x"),
        ("check", "local", "--standard", "none"),
        ("check", "a..b"),
        ("runs", "show", "none"),
        ("judge", "none"),
        ("judge", "--as-of", "31/12/2026"),
        ("judge", "--as-of", "2026-02-30"),
    ],
)
def test_errors_are_documents(run, demo, schema, argv):
    """With --json every error of exit 2 is one document, in the language of the messages."""
    words = [demo if word == "DEMO" else word for word in argv]
    english, vietnamese = run(*words, "--json"), run(*words, "--json", lang="vi")
    jsonschema.validate(english.document, schema("error"))
    jsonschema.validate(vietnamese.document, schema("error"))
    told = [said.document["error"]["message"] for said in (english, vietnamese)]

    assert (2, 2) == (english.code, vietnamese.code)
    assert english.document["error"]["hint"]
    assert told[0] in english.err.replace("\n", " ") or told[0].split("\n")[0] in english.err
    assert told[0] != told[1] or "--json" in told[0]


def test_json_is_whole_text(said):
    """Nothing in a document could steer a terminal that it is printed to."""
    shown = "".join(each.out for each in said.values())

    assert not [c for c in shown if not (c.isprintable() or c in "\n ")]
    assert "Đạt" in shown or "ạ" in shown  # Vietnamese is written as itself
    assert json.loads(said["audit"].out)
