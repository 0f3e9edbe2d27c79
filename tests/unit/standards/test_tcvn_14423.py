"""TCVN 14423:2026 as data: whole, in both languages, and nothing claimed that nobody has checked."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from attt import yamlio

REPOSITORY = Path(__file__).parents[3]
STANDARD = REPOSITORY / "rules" / "standards" / "tcvn-14423-2026.yaml"
DOMAIN = REPOSITORY.parent / "shared" / "domain" / "tcvn-14423-2026.yaml"

LEVELS = {"1", "2", "3", "4", "5"}
EVIDENCE = {"ssh": "host", "scan": "scan", "manual": "document"}
FIRST_RULES = {
    "sshd-root-login",
    "sshd-empty-passwords",
    "sshd-max-auth-tries",
    "sshd-idle-timeout",
    "sshd-strong-algorithms",
    "account-single-root",
    "account-no-empty-password",
    "account-password-max-age",
    "account-inactive-disabled",
    "account-system-locked",
    "account-password-hash",
    "file-account-database",
    "file-sshd-config",
    "file-cron",
    "firewall-active",
    "firewall-default-deny",
    "time-service-running",
    "time-synchronised",
    "socket-no-cleartext",
    "socket-no-exposed-database",
    "endpoint-exposure",
    "endpoint-no-cleartext",
}
CLAUSE = re.compile(r"(?P<level>[3-7])\.\d+(\.\d+)*( [a-z]\)(, [a-z]\))*)?")
VIETNAMESE = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)


@cache
def standard() -> dict[str, Any]:
    data = yamlio.read(STANDARD).data
    assert isinstance(data, dict)
    return data


def requirements() -> list[dict[str, Any]]:
    return standard()["requirements"]


@cache
def domain() -> dict[str, Any]:
    if not DOMAIN.exists():
        pytest.skip(f"the domain file is not beside this repository: {DOMAIN.name}")
    return yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))


def domain_requirements() -> list[dict[str, Any]]:
    return [r for group in domain()["groups"] for r in group["requirements"]]


def as_text(value: Any) -> Any:
    """The same value with every key as text, which is how attt reads YAML."""
    match value:
        case dict():
            return {str(key): as_text(inner) for key, inner in value.items()}
        case list():
            return [as_text(inner) for inner in value]
        case _:
            return value


def short(requirement: dict[str, Any]) -> str:
    return requirement["id"].removeprefix("TCVN14423.")


def rule_uses(requirement: dict[str, Any]) -> list[dict[str, Any]]:
    """Every rule that serves the requirement, as {rule, with}."""
    ways = [way for entry in requirement.get("served_by", []) for way in entry["any_of"]]
    uses = [use for way in ways for use in way.get("rules", [way])]
    return [use if isinstance(use, dict) else {"rule": use} for use in uses]


def levels_of(text: str) -> set[str]:
    first, _, last = text.partition("-")
    return {str(level) for level in range(int(first), int(last or first) + 1)}


def test_ids_are_unique() -> None:
    """There are 304 requirements, and no two share an id."""
    ids = [r["id"] for r in requirements()]

    assert len(set(ids)) == len(ids) == 304


def test_ids_begin_with_their_chapter() -> None:
    """An id begins with its chapter, and every chapter that is named is one of the eighteen."""
    chapters = {c["id"] for c in standard()["chapters"]}
    wrong = [
        r["id"]
        for r in requirements()
        if r["chapter"] not in chapters or r["id"].split(".")[0] != r["chapter"]
    ]

    assert not wrong
    assert len(chapters) == 18


def test_groups_are_those_of_the_decree() -> None:
    """Seven groups are of management, four technical; each holds requirements and none is unknown."""
    sections = Counter(g["section"] for g in standard()["groups"])
    used = {r["group"]["nd331"] for r in requirements()}

    assert dict(sections) == {"quan-ly": 7, "ky-thuat": 4}
    assert {g["id"] for g in standard()["groups"]} == used


def test_sections_of_groups_are_known() -> None:
    """Every group stands in a section that the standard names, and no section is empty."""
    used = {g["section"] for g in standard()["groups"]}

    assert {s["id"] for s in standard()["sections"]} == used


def test_clauses_begin_with_the_section_of_their_level() -> None:
    """Level N is section N + 2 of the standard, and every clause number says so."""
    wrong = []
    for requirement in requirements():
        for level, clause in requirement["clauses"].items():
            for part in re.split(r", (?=\d)", clause):
                found = CLAUSE.fullmatch(part)
                if level not in LEVELS or not found or int(found["level"]) != int(level) + 2:
                    wrong.append((requirement["id"], level, clause))

    assert not wrong


def test_every_requirement_is_asked_somewhere() -> None:
    """A requirement without a clause at any level would be one that nobody asks."""
    nowhere = [r["id"] for r in requirements() if not r["clauses"]]

    assert not nowhere


def texts() -> list[tuple[str, dict[str, str]]]:
    """Every text that people read, with the id of what it is about."""
    head = [(key, standard()[key]) for key in ("title", "notice")]
    lists = [
        (item["id"], item) for key in ("sections", "groups", "chapters") for item in standard()[key]
    ]
    own = [
        (r["id"], r[key])
        for r in requirements()
        for key in ("title", "conditional", "note")
        if key in r
    ]
    return head + lists + own


def test_texts_are_in_both_languages() -> None:
    """The Vietnamese carries its diacritics, the English has none, and neither is empty."""
    wrong = [
        name
        for name, text in texts()
        if not VIETNAMESE.search(text["vi"]) or not text["en"] or VIETNAMESE.search(text["en"])
    ]

    assert not wrong


def test_titles_fit_a_report() -> None:
    """A title is at most 200 characters, ends without a full stop and writes the law's term out."""
    wrong = [
        (r["id"], language)
        for r in requirements()
        for language in ("vi", "en")
        if len(r["title"][language]) > 200
        or r["title"][language].endswith(".")
        or re.search(r"\bANM\b", r["title"][language])
    ]

    assert not wrong


def test_titles_differ() -> None:
    """No two requirements of the same level read the same, in either language."""
    twins = []
    for language in ("vi", "en"):
        for level in LEVELS:
            count = Counter(r["title"][language] for r in requirements() if level in r["clauses"])
            twins += [title for title, times in count.items() if times > 1]

    assert not twins


def test_nothing_is_verified() -> None:
    """No clause has been checked against the bought text yet, so none may say that it was."""
    verified = [r["id"] for r in requirements() if r["verified"] is not False]

    assert not verified


def test_conditions_name_levels_of_the_requirement() -> None:
    """Where a requirement holds only under a condition, its levels are said, and it is asked there."""
    conditional = [r for r in requirements() if "conditional" in r or "conditional_levels" in r]
    wrong = [
        r["id"]
        for r in conditional
        if "conditional" not in r
        or not r["conditional_levels"]
        or not {str(level) for level in r["conditional_levels"]} <= set(r["clauses"])
    ]

    assert not wrong
    assert conditional


def test_every_first_rule_serves() -> None:
    """Each of the first rules shows something that the standard asks, already at level 3."""
    at_three = [r for r in requirements() if "3" in r["clauses"]]
    serving = {use["rule"] for r in at_three for use in rule_uses(r)}

    assert serving >= FIRST_RULES


def test_parameters_name_levels_of_the_requirement() -> None:
    """A rule is given parameters only for levels at which the requirement has a clause."""
    wrong = [
        (r["id"], use["rule"], name)
        for r in requirements()
        for use in rule_uses(r)
        for name, by_level in use.get("with", {}).items()
        if not set().union(*map(levels_of, by_level)) <= set(r["clauses"])
    ]

    assert not wrong


def test_rules_that_need_a_figure_get_the_standards() -> None:
    """Where the standard gives a figure in days, the rule is held to it and to nothing milder."""
    figures = {
        "TK.PWD.ADMIN": ("max_age_days", "max_days"),
        "TK.INACTIVE": ("inactive_days_max", "max_age"),
    }
    held = {}
    asked = {}
    for requirement in requirements():
        if requirement["id"] in figures:
            source, target = figures[requirement["id"]]
            asked[requirement["id"]] = requirement["params"][source]
            by_level = rule_uses(requirement)[0]["with"][target]
            held[requirement["id"]] = {
                level: int(str(value).removesuffix("d"))
                for span, value in by_level.items()
                for level in sorted(levels_of(span))
            }

    assert asked == held


def test_full_coverage_leaves_no_paper_to_read() -> None:
    """What must be shown by a document can't be proved in full by rules alone."""
    wrong = [
        r["id"]
        for r in requirements()
        for entry in r.get("served_by", [])
        if entry["coverage"] == "full" and "document" in r["evidence"]
    ]

    assert not wrong


def test_the_domain_files_requirements_are_all_here_in_order() -> None:
    """The ids are the domain file's, without their prefix, in its order."""
    expected = [short(r) for r in domain_requirements()]

    assert expected == [r["id"] for r in requirements()]


def test_chapters_are_the_domain_files_groups() -> None:
    """Each requirement stands in the chapter that the domain file puts it in."""
    expected = {short(r): g["id"] for g in domain()["groups"] for r in g["requirements"]}

    assert expected == {r["id"]: r["chapter"] for r in requirements()}


@pytest.mark.parametrize("key", ["clauses", "strength", "confidence", "params"])
def test_domain_file_is_kept(key: str) -> None:
    """Clauses, strength, confidence and figures are the domain file's, untouched."""
    expected = {short(r): as_text(r.get(key)) for r in domain_requirements()}

    assert expected == {r["id"]: r.get(key) for r in requirements()}


def test_evidence_is_the_domain_files() -> None:
    """How each requirement can be shown is what the domain file says, in attt's three words."""
    expected = {short(r): [EVIDENCE[v] for v in r["verification"]] for r in domain_requirements()}

    assert expected == {r["id"]: r["evidence"] for r in requirements()}


def test_conditions_are_the_domain_files() -> None:
    """A requirement is conditional exactly where, and at the levels where, the domain file says."""
    expected = {}
    for requirement in domain_requirements():
        match requirement.get("conditional"):
            case None:
                pass
            case dict() as by_level:
                expected[short(requirement)] = list(by_level)
            case _:
                expected[short(requirement)] = requirement["levels"]

    assert expected == {
        r["id"]: r["conditional_levels"] for r in requirements() if "conditional" in r
    }


def test_notes_are_kept() -> None:
    """Every note of the domain file reached the standard, and no other was made up."""
    expected = [short(r) for r in domain_requirements() if "note" in r]

    assert expected == [r["id"] for r in requirements() if "note" in r]
