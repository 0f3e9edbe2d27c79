"""TCVN 11930:2017 as data: whole as far as it is known, and honest about what is only recalled."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from attt import yamlio

REPOSITORY = Path(__file__).parents[3]
STANDARD = REPOSITORY / "rules" / "standards" / "tcvn-11930-2017.yaml"
NEXT = REPOSITORY / "rules" / "standards" / "tcvn-14423-2026.yaml"
DOMAIN = REPOSITORY.parent / "shared" / "domain" / "tcvn-11930-2017.yaml"

LEVELS = {"1", "2", "3", "4", "5"}
CLAUSE = re.compile(r"(?P<level>[5-9])\.[12]\.\d\.\d")
CIRCULAR = re.compile(r"TT 12/2022 Phụ lục (?P<annex>I|II|III|IV|V) mục (1\.[67]|II\.1)")
ANNEXES = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V"}
EVIDENCE = {"ssh": "host", "scan": "scan", "manual": "document"}
CONFIDENCE = {"recalled", "heading_verified", "verified_tt12_2022"}
VIETNAMESE = re.compile(
    "[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵạảấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]", re.IGNORECASE
)


@cache
def standard() -> dict[str, Any]:
    data = yamlio.read(STANDARD).data
    assert isinstance(data, dict)
    return data


def requirements() -> list[dict[str, Any]]:
    return standard()["requirements"]


def domain() -> dict[str, Any]:
    if not DOMAIN.exists():
        pytest.skip(f"the domain file is not beside this repository: {DOMAIN.name}")
    return yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))


def domain_rows() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """(level, clause, confidence, evidence) of each row that the domain file holds."""
    rows = []
    for level in domain()["levels"]:
        for part in (*level["management"], *level["technical"]):
            for item in part.get("items", []):
                for one in item.get("requirements", [item]):
                    shown = tuple(EVIDENCE[v] for v in one["verification"])
                    said = "recalled" if "requirements" in item else "heading_verified"
                    if item["heading_confidence"] == "verified":
                        rows.append((str(level["level"]), item["clause"], said, shown))
    return rows


def uses(requirement: dict[str, Any]) -> list[dict[str, Any]]:
    """Every rule that serves the requirement, as {rule, with}."""
    ways = [way for entry in requirement.get("served_by", []) for way in entry["any_of"]]
    found = [use for way in ways for use in way.get("rules", [way])]
    return [use if isinstance(use, dict) else {"rule": use} for use in found]


def test_every_row_of_the_domain_file_is_here() -> None:
    """At each level each clause holds as many rows, with the same evidence and honesty, as known."""
    expected = Counter(domain_rows())
    found = Counter(
        (level, clause, r["confidence"], tuple(r["evidence"]))
        for r in requirements()
        for level, clause in r["clauses"].items()
        if r["confidence"] != "verified_tt12_2022"
    )

    assert expected == found


def test_ids_stand_once_and_begin_with_their_chapter() -> None:
    """No two requirements share an id, each begins with its chapter, and no chapter is empty."""
    ids = [r["id"] for r in requirements()]
    wrong = [r["id"] for r in requirements() if r["id"].split(".")[0] != r["chapter"]]

    assert len(set(ids)) == len(ids)
    assert not wrong
    assert {c["id"] for c in standard()["chapters"]} == {r["chapter"] for r in requirements()}


def test_no_id_is_one_of_the_next_edition() -> None:
    """A plan's line or a document names a requirement of one edition only."""
    other = yamlio.read(NEXT).data
    assert isinstance(other, dict)
    theirs = {r["id"] for r in other["requirements"]}

    assert not theirs & {r["id"] for r in requirements()}


def test_groups_are_those_of_the_next_edition_in_its_order() -> None:
    """TT 12/2022 orders by the same eleven groups, so that both editions can stand side by side."""
    other = yamlio.read(NEXT).data
    assert isinstance(other, dict)

    assert [g["id"] for g in other["groups"]] == [g["id"] for g in standard()["groups"]]
    assert {g["id"] for g in standard()["groups"]} == {r["group"]["nd331"] for r in requirements()}


def test_clauses_are_of_their_level_and_have_no_letters() -> None:
    """Level N is section N + 4, or annex N of TT 12/2022; item letters are not known."""
    wrong = []
    for requirement in requirements():
        for level, clause in requirement["clauses"].items():
            for part in clause.split(", "):
                number, annex = CLAUSE.fullmatch(part), CIRCULAR.fullmatch(part)
                is_right = (number and int(number["level"]) == int(level) + 4) or (
                    annex and annex["annex"] == ANNEXES[level]
                )
                if not is_right:
                    wrong.append((requirement["id"], level, clause))

    assert not wrong


def test_nothing_is_verified_and_every_row_says_how_it_is_known() -> None:
    """Nobody has held a row against the bought text, and each says where its words come from."""
    wrong = [
        r["id"]
        for r in requirements()
        if r["verified"] is not False or r["confidence"] not in CONFIDENCE
    ]

    assert not wrong


def test_the_notice_says_what_is_only_recalled_and_never_that_a_decree_is_gone() -> None:
    """Both languages say that requirement texts are recalled; none says that the edition is repealed."""
    notice = standard()["notice"]
    whole = STANDARD.read_text(encoding="utf-8").lower()

    assert "theo trí nhớ" in notice["vi"]
    assert "áp dụng chuyển tiếp" in notice["vi"]
    assert "recalled" in notice["en"]
    assert "bãi bỏ" not in whole
    assert "repealed" not in whole


def test_the_transition_ends_twelve_months_after_the_law_came_into_force() -> None:
    """The deadline is data of this file: from 01/7/2026 to the end of 30/6/2027, to the new edition."""
    moving = standard()["transition"]

    assert ("tcvn-14423-2026", "2026-07-01", "2027-06-30") == (
        moving["to"],
        moving["from"],
        moving["until"],
    )
    assert "khoản 1 Điều 45" in moving["basis"]["vi"]


def test_texts_are_in_both_languages() -> None:
    """The Vietnamese carries its diacritics, the English has none, and titles fit a report."""
    texts = [
        (r["id"], r[key])
        for r in requirements()
        for key in ("title", "note", "conditional", "host_cannot")
        if key in r
    ]
    wrong = [
        name
        for name, text in texts
        if not VIETNAMESE.search(text["vi"]) or VIETNAMESE.search(text["en"])
    ]
    long = [r["id"] for r in requirements() if max(map(len, r["title"].values())) > 200]

    assert not wrong
    assert not long


def test_titles_differ() -> None:
    """No two requirements of the same level read the same, in either language."""
    twins = []
    for language in ("vi", "en"):
        for level in LEVELS:
            count = Counter(r["title"][language] for r in requirements() if level in r["clauses"])
            twins += [title for title, times in count.items() if times > 1]

    assert not twins


def test_log_retention_is_held_to_the_recalled_months_by_level() -> None:
    """1, 3, 6 and 12 months at levels 2 to 5, wherever the retention of logs is asked."""
    asked = {r["id"]: r for r in requirements() if "retention_months_min" in r.get("params", {})}
    held = {
        name: use["with"]["min_days"]
        for name, r in asked.items()
        for use in uses(r)
        if use["rule"] == "log-retention"
    }

    assert {"MC.LOG.RETENTION", "UD.LOG.RETENTION"} == set(held)
    assert all({"2": 30, "3": 90, "4": 180, "5": 365} == days for days in held.values())
    assert all(
        {"2": 1, "3": 3, "4": 6, "5": 12} == r["params"]["retention_months_min"]
        for r in asked.values()
    )


def test_figures_of_the_next_edition_are_not_asked_here() -> None:
    """Where the older edition gives no figure, a rule is held to a milder one than the newer's, said aloud."""
    milder = {
        "MC.AUTH.PASSWORD": ("pam-password-length", "min"),
        "MC.IPS.ACCOUNTS": ("account-inactive-disabled", "max_age"),
        "MC.ACCESS.TIMEOUT": ("session-timeout", "max_minutes"),
        "MC.AUTH.TRIES": ("sshd-max-auth-tries", "max"),
    }
    silent = []
    for requirement in requirements():
        if requirement["id"] in milder:
            rule, name = milder[requirement["id"]]
            given = [
                u for u in uses(requirement) if u["rule"] == rule and name in u.get("with", {})
            ]
            if not given or "note" not in requirement:
                silent.append(requirement["id"])

    assert not silent


def test_servers_answer_for_no_network_device() -> None:
    """What is asked of network devices is neither passed nor failed by what servers do."""
    devices = [r for r in requirements() if r["id"].startswith(("M.LOG.", "M.DEVICE."))]

    assert 8 == len(devices)
    assert all("host_cannot" in r and "served_by" not in r for r in devices)


def test_nothing_is_proved_whole() -> None:
    """Recalled words can't be proved in full by a rule: what passes still leaves a document owed."""
    full = [
        r["id"]
        for r in requirements()
        for entry in r.get("served_by", [])
        if entry["coverage"] != "partial"
    ]

    assert not full
