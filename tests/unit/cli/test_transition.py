"""The same evidence under another edition or level: what was never asked is never met."""

import jsonschema
import pytest

INVENTORY = """\
organisations: [{id: ubnd, name: UBND, role: owner}]
hosts: [{id: may, addresses: [127.0.0.1], connect: {transport: local}}]
dossiers:
  - {id: hs, status: STATUS, DECISION STANDARD}
systems:
  - {code: A, name: Cổng dịch vụ, level: 3, owner: ubnd, operator: ubnd, dossier: hs, hosts: [may]}
"""
DECISION = "decision: {number: 1/QĐ, date: 2025-01-01, by: ubnd},"
MOVING = """\
transition:
  to: new-1
  from: "2026-07-01"
  until: "2027-06-30"
  because: law
  basis: {vi: khoản 1 Điều 45, en: Article 45(1)}
requirements:
"""


def write_inventory(here, status="approved", standard="standard: old-1", decision=DECISION):
    text = INVENTORY.replace("STATUS", status).replace("STANDARD", standard)
    (here / "i.yaml").write_text(text.replace("DECISION", decision).replace(",  }", "}"))


@pytest.fixture
def editions(here, own_pack):
    """Two standards of one requirement each, asking for different files; the older is in transition."""
    old, new = own_pack(here, "old"), own_pack(here, "new")
    standard = old / "standards" / "old-1.yaml"
    standard.write_text(
        standard.read_text().replace("requirements:\n", MOVING).replace("THU 1", "THU CŨ")
    )
    rule = new / "new-rule.yaml"
    rule.write_text(rule.read_text().replace("/etc/passwd", "/etc/group"))
    standard = new / "standards" / "new-1.yaml"
    standard.write_text(standard.read_text().replace("C.ONE", "C.TWO"))
    (here / "attt.toml").write_text('packs = ["old", "new"]\n')
    write_inventory(here)
    return here


def side(counts):
    return (counts["full"], counts["lacking"], counts["not_assessed"])


def test_what_the_newer_edition_asks_and_was_not_collected_is_owed(run, editions, schema):
    """A run under the older edition proves nothing of a file that only the newer one asks for."""
    run("audit", "i.yaml", "--standard", "old-1", "--no-scan")
    said = run("transition", "--json")
    system = said.document["systems"][0]
    owed = system["areas"][0]["owed"]
    jsonschema.validate(said.document, schema("transition"))

    assert 0 == said.code, said.err
    assert ("A", "old", "2027-06-30") == (
        system["code"],
        system["approved_under"],
        system["until"],
    )
    assert ((1, 0, 0), (0, 0, 1)) == (side(system["old"]), side(system["new"]))
    assert [("C.TWO", "not_assessed", "unknown")] == [
        (one["id"], one["outcome"], one["reason"]) for one in owed
    ]


def test_nothing_is_owed_of_what_was_collected_and_passes(run, editions):
    """A run under the newer edition shows that it is met; of the older it proves nothing."""
    run("audit", "i.yaml", "--standard", "new-1", "--no-scan")
    system = run("transition", "--json").document["systems"][0]

    assert ((0, 0, 1), (1, 0, 0)) == (side(system["old"]), side(system["new"]))
    assert [[]] == [area["owed"] for area in system["areas"]]


def test_a_failing_requirement_is_owed_with_its_deadline_on_the_screen(run, editions):
    """What fails stands in a row, under the sentence that says until when and by which article."""
    rule = editions / "new" / "new-rule.yaml"
    rule.write_text(rule.read_text().replace("root}", "somebody}"))
    run("audit", "i.yaml", "--standard", "new-1", "--no-scan")
    said = run("transition")
    vietnamese = run("transition", lang="vi")

    assert "due by the end of 2027-06-30 (Article 45(1))" in " ".join(said.out.split())
    assert "C.TWO" in said.out
    assert "Not met" in said.out
    assert "THU CŨ (áp dụng chuyển tiếp)" in " ".join(vietnamese.out.split())
    assert "30/06/2027" in vietnamese.out


@pytest.mark.parametrize(
    ("dossier", "expected"),
    [
        (("approved", "standard: old-1", DECISION), ("old", "2027-06-30")),
        (("approved", "standard: new-1", DECISION), ("other", None)),
        (("approved", "", DECISION), ("unsaid", None)),
        (("draft", "standard: old-1", ""), ("none", None)),
    ],
)
def test_the_time_is_only_of_systems_approved_under_the_older_edition(
    run, editions, dossier, expected
):
    """A dossier that is not approved, or under another edition, has no transition of its own."""
    write_inventory(editions, *dossier)
    ran = run("audit", "i.yaml", "--standard", "new-1", "--no-scan")
    system = run("transition", "--json").document["systems"][0]

    assert 0 == ran.code, ran.err
    assert expected == (system["approved_under"], system["until"])


def test_the_paper_says_transition_and_never_that_the_older_is_gone(run, editions):
    """`report --kind transition` writes the side by side with the words of the law."""
    run("audit", "i.yaml", "--standard", "old-1", "--no-scan")
    said = run("report", "--kind", "transition", "--format", "html", "--out", "papers")
    text = next((editions / "papers").glob("transition-*.html")).read_text()

    assert 0 == said.code, said.err
    assert "THU CŨ (áp dụng chuyển tiếp)" in text
    assert "trước khi hết ngày 30/06/2027 (khoản 1 Điều 45)" in text
    assert "bãi bỏ" not in text
    assert "C.TWO" not in text  # clauses and titles, not ids
    assert "5.1 a) (*)" in text


def test_a_report_under_the_older_edition_says_that_it_applies_during_the_transition(run, editions):
    """The grounds and the dossier's part of the system's report name the day and the article."""
    run("audit", "i.yaml", "--standard", "old-1", "--no-scan")
    run("report", "--kind", "system", "--format", "html", "--out", "papers")
    page = next((editions / "papers").glob("system-*.html")).read_text()

    assert "Căn cứ THU CŨ Tiêu chuẩn thử, áp dụng chuyển tiếp đến hết ngày 30/06/2027" in page
    assert (
        "Phương án được phê duyệt theo THU CŨ, áp dụng chuyển tiếp: hệ thống tiếp tục giữ" in page
    )
    assert "bãi bỏ" not in page


def test_a_standard_in_no_transition_is_refused(run, editions):
    """Only an edition that names what follows it can be moved on from; those that do are named."""
    run("audit", "i.yaml", "--standard", "old-1", "--no-scan")
    said = run("transition", "--from", "new-1")

    assert 2 == said.code
    assert "old-1" in said.err
    assert "tcvn-11930-2017" in said.err


def test_judging_under_the_other_edition_says_what_was_not_collected(run, editions):
    """`judge --standard` leaves what was not asked unknown, says so, and compares no findings."""
    run("audit", "i.yaml", "--standard", "old-1", "--no-scan")
    said = run("judge", "--standard", "new-1")
    document = run("judge", "--standard", "new-1", "--json").document
    finding = document["hosts"][0]["findings"][0]

    assert ("new-rule", "unknown", "not_collected") == (
        finding["rule"],
        finding["verdict"],
        finding["reason"]["code"],
    )
    assert "1 facts that it needs were not collected then" in " ".join(said.out.split())
    assert "byte for byte" not in said.out


def test_judging_at_another_level_asks_what_that_level_asks(run, editions):
    """`judge --level` holds every system to that level; the run keeps its own."""
    standard = editions / "old" / "standards" / "old-1.yaml"
    standard.write_text(standard.read_text().replace('{3: "5.1 a)"}', '{3: "5.1 a)", 4: "6.1 a)"}'))
    run("audit", "i.yaml", "--standard", "old-1", "--no-scan")
    document = run("judge", "--level", "4", "--json").document
    kept = run("runs", "show", "--json").document

    assert [(4, "6.1 a)", "met")] == [
        (s["level"], r["clause"], r["outcome"])
        for s in document["systems"]
        for r in s["requirements"]
    ]
    assert [3] == [s["level"] for s in kept["systems"]]


def test_the_packaged_editions_stand_side_by_side(run, here):
    """A real host read for the newer standard is judged under both; the older is never more than partly met."""
    run("check", "local", "--save", "--rule", "file-account-database", "--rule", "pam-lockout")
    said = run("transition", "--json")
    system = said.document["systems"][0]

    assert ("tcvn-11930-2017", "tcvn-14423-2026", "2027-06-30") == (
        said.document["from"]["id"],
        said.document["to"]["id"],
        said.document["until"],
    )
    assert 11 == len(system["areas"])
    assert 0 == system["old"]["full"]
    assert system["old"]["total"] > system["old"]["not_assessed"] > 0
    assert all(one["outcome"] != "met" for area in system["areas"] for one in area["owed"])


def test_guidance_may_move_the_last_day(run, editions):
    """`transition` in attt.toml takes the place of the day in the standard's file, on every paper."""
    settings = editions / "attt.toml"
    settings.write_text(settings.read_text() + '[deadlines]\ntransition = "2027-07-01"\n')
    run("audit", "i.yaml", "--standard", "old-1", "--no-scan")
    document = run("transition", "--json").document
    run("report", "--kind", "leader", "--format", "html", "--out", "papers")
    page = next((editions / "papers").glob("leader-*.html")).read_text()

    assert "2027-07-01" == document["until"] == document["systems"][0]["until"]
    assert "01/07/2027 (hết chuyển tiếp)" in page
