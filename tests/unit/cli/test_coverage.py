"""`attt rules coverage`: how each cell is assessed, and which are empty."""

import pytest

WHY = "    host_cannot: {vi: Chỉ có trên giấy, en: It is on paper only}\n"
SERVED = "    served_by:\n      - {any_of: [{rule: own-rule}], coverage: full}\n"


@pytest.fixture
def standard(here, own_pack):
    """The one standard of a pack, to be changed."""
    own_pack(here)
    (here / "attt.toml").write_text('packs = ["own"]\n')
    return here / "own" / "standards" / "own-1.yaml"


def coverage(run, *words):
    return run("rules", "coverage", "--standard", "own-1", *words)


def change(standard, *pairs):
    text = standard.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    standard.write_text(text)


def test_a_cell_that_a_rule_fills_is_not_empty(run, standard):
    """With every cell filled, the screen says so, and asking for the empty ones ends with 0."""
    whole, empty = coverage(run), coverage(run, "--only", "empty")

    assert "No empty cell" in whole.out
    assert (0, 0) == (whole.code, empty.code)


def test_a_cell_that_nothing_fills_is_empty(run, standard):
    """A host could show it, no rule looks and nothing says why: listed, counted, exit 1."""
    change(standard, (SERVED, ""))
    said, empty = coverage(run), coverage(run, "--only", "empty")
    row = coverage(run, "--only", "empty", "--json").document[0]

    assert 1 == empty.code
    assert "C.ONE" in empty.out
    assert "Empty cells (requirement × level): 1 that a host could show" in " ".join(
        said.out.split()
    )
    assert ("C.ONE", 3, "host_not_yet") == (row["id"], row["level"], row["assessed_by"])


def test_a_cell_that_no_host_can_fill_says_why(run, standard):
    """Where the file says why a host cannot show it, the cell is not empty and the reason is shown."""
    change(standard, (SERVED, WHY))
    level, empty = coverage(run, "--level", "3"), coverage(run, "--only", "empty")
    row = coverage(run, "--json").document[0]

    assert 0 == empty.code
    assert "It is on paper only" in level.out
    assert ("host_cannot", {"vi": "Chỉ có trên giấy", "en": "It is on paper only"}) == (
        row["assessed_by"],
        row["host_cannot"],
    )


def test_what_is_suggested_or_conditional_says_so(run, standard):
    """On the screen and in JSON, in the words of the standard's file."""
    conditional = "conditional: {vi: nếu có, en: if present}\n    conditional_levels: [3]"
    change(standard, ("strength: must", f"strength: suggested\n    {conditional}"))
    said = " ".join(coverage(run, "--level", "3").out.split())
    row = coverage(run, "--json").document[0]

    assert "Requirement (suggested) (if present)" in said
    assert ("suggested", True) == (row["strength"], row["conditional"])


def test_an_edition_in_transition_says_so(run):
    """The older packaged edition is headed as applying during the transition."""
    said = run("rules", "coverage", "--standard", "tcvn-11930-2017", lang="vi")

    assert "TCVN 11930:2017 (áp dụng chuyển tiếp)" in said.out


def test_a_report_says_what_a_host_cannot_show(run, here, standard):
    """Appendix II of the system's report and the audit document carry the reason."""
    change(standard, (SERVED, WHY))
    (here / "i.yaml").write_text(
        "organisations: [{id: u, name: UBND, role: owner}]\n"
        "hosts: [{id: may, addresses: [127.0.0.1], connect: {transport: local}}]\n"
        "systems: [{code: A, name: A, level: 3, owner: u, operator: u, hosts: [may]}]\n"
    )
    ran = run("audit", "i.yaml", "--standard", "own-1", "--no-scan", "--json")
    run("report", "--kind", "system", "--format", "html", "--out", "papers")
    page = next((here / "papers").glob("system-*.html")).read_text()
    one = ran.document["systems"][0]["requirements"][0]

    assert "Chỉ có trên giấy." in page
    assert ("not_assessed", "document_missing") == (one["outcome"], one["reason"])
    assert {"vi": "Chỉ có trên giấy", "en": "It is on paper only"} == one["host_cannot"]
