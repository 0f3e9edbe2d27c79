"""What three auditors said of one host: attt's document, OpenSCAP's results, Lynis's report.

All three become one of `pass`, `fail` and `-` (said nothing); of attt, `unknown` and
`not_applicable` as well. Of several rules or tests that look at one topic, the worst counts.
"""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from defusedxml import ElementTree

SILENT = "-"
_WORST = ("fail", "unknown", "pass", "not_applicable", SILENT)
_XCCDF = "{http://checklists.nist.gov/xccdf/1.2}"
RULE_PREFIX = "xccdf_org.ssgproject.content_rule_"
DEBIAN_12 = '<xccdf-1.2:platform idref="cpe:/o:debian:debian_linux:12"/>'
_RULE = re.compile(rf'<[\w.:-]*Rule [^>]*id="{RULE_PREFIX}([^"]*)"[^>]*>')
_SELECTED = re.compile(r'(<[\w.:-]*(?:Rule|Group) [^>]*selected=")false"')
_TEST = re.compile(r"Performing test ID ([A-Z]+-\d{4})")
# What Lynis holds against a host in its log alone, without a word of it in the report.
_LOG_ONLY = re.compile(
    r"are not matching expected value|Could not find mount option|possibly unsafe permissions"
    r"|considered to be empty|no specific user or group limitation|found installed compiler"
)

Verdicts = Mapping[str, str]


def worst(verdicts: Iterable[str]) -> str:
    """The gravest verdict; `-` where there is none."""
    return min(verdicts, key=_WORST.index, default=SILENT)


def read_attt(document: Mapping[str, Any]) -> Verdicts:
    """By rule, from the document of `attt check --json`; a rule may be asked several times."""
    if document["privilege"] != "root":
        raise ValueError(f"the host was {document['status']}, not read as root")
    found: dict[str, list[str]] = {}
    for finding in document["findings"]:
        found.setdefault(finding["rule"], []).append(finding["verdict"])
    return {rule: worst(verdicts) for rule, verdicts in found.items()}


def every_rule(stream: str) -> str:
    """SSG's data stream with every rule selected."""
    return _SELECTED.sub(r'\1true"', stream)


def only(stream: str, rules: Container[str]) -> str:
    """The same with these rules alone, named without SSG's prefix."""

    def select(tag: re.Match[str]) -> str:
        kept = tag[1] in rules
        return tag[0] if kept else tag[0].replace('selected="true"', 'selected="false"')

    return _RULE.sub(select, every_rule(stream))


def read_xccdf(text: str) -> Verdicts:
    """By rule, without SSG's prefix, from XCCDF results."""
    tested = list(ElementTree.fromstring(text).iter(f"{_XCCDF}TestResult"))
    said = {"pass": "pass", "fail": "fail"}
    return {
        one.get("idref", "").removeprefix(RULE_PREFIX): said.get(
            one.findtext(f"{_XCCDF}result") or "", SILENT
        )
        for one in tested[-1].iter(f"{_XCCDF}rule-result")
    }


class LynisReport:
    """The tests that ran, and the remarks that each of them made."""

    def __init__(self, report: str, log: str) -> None:
        lines = [line.partition("=") for line in report.splitlines()]
        values = {key: value for key, _, value in lines}
        self.executed = frozenset(values.get("tests_executed", "").split("|")) - {""}
        self.skipped = frozenset(values.get("tests_skipped", "").split("|")) - {""}
        self._remarks: dict[str, list[str]] = {}
        for key, _, value in lines:
            if key in {"suggestion[]", "warning[]", "details[]"}:
                test, _, remark = value.partition("|")
                self._remarks.setdefault(test, []).append(remark)
        self._read_log(log)

    def says(self, reference: str) -> str:
        """Of `TEST` or `TEST words`: `fail` where a remark (with these words) was made."""
        test, _, words = reference.partition(" ")
        if test not in self.executed:
            return SILENT
        return "fail" if any(words in one for one in self._remarks.get(test, ())) else "pass"

    def _read_log(self, log: str) -> None:
        test = ""
        for line in log.splitlines():
            begins = _TEST.search(line)
            test = begins[1] if begins else test
            if _LOG_ONLY.search(line):
                self._remarks.setdefault(test, []).append(line)
