"""Findings as bytes: canonical JSON to compare by, and the form in which a set of them is kept."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attt.model.finding import Compared, Finding
from attt.model.subject import Subject
from attt.model.value import Value
from attt.store.codec import canonical, plain, rebuild


def encode_findings(findings: Iterable[Finding]) -> bytes:
    """Canonical JSON: equal findings in equal order are equal bytes, and nothing else is."""
    return canonical([plain(finding) for finding in findings])


def decode_findings(content: bytes) -> tuple[Finding, ...]:
    """The findings that `encode_findings` wrote; raises FormError."""
    return tuple(rebuild(Finding, document) for document in json.loads(content))


def pack(findings: Iterable[Finding], own: Subject | None, digests: Mapping[str, str]) -> bytes:
    """The form that is kept, without what changes by itself, so that equal sets are kept once.

    Evidence is named by ask instead of by digest (`digests` maps ask key → answer digest), and
    a finding about `own`, the record's subject, does not repeat it.
    """
    names = {digest: name for name, digest in sorted(digests.items(), reverse=True)}
    return canonical([_packed(finding, own, names) for finding in findings])


def _packed(finding: Finding, own: Subject | None, names: Mapping[str, str]) -> dict[str, Any]:
    """What `codec.plain` makes of a finding, written out: a host has hundreds of comparisons."""
    found: dict[str, Any] = {"rule": finding.rule, "verdict": finding.verdict.value}
    if finding.subject != own:
        found["subject"] = plain(finding.subject)
    for name, default, write in _PARTS:
        part = getattr(finding, name)
        if part != default:
            found[name] = write(part)
    if finding.evidence:
        found["evidence"] = _evidence(finding.evidence, names)
    return found


def _compared(compared: tuple[Compared, ...]) -> list[dict[str, Any]]:
    """One wanted value often serves all items of a list: it is made plain once."""
    wanted: Value = None
    made: Any = None
    documents = []
    for one in compared:
        if one.wanted is not wanted:
            wanted, made = one.wanted, plain(one.wanted)
        document = {
            "id": one.id,
            "operator": one.operator,
            "found": plain(one.found),
            "wanted": made,
        }
        if one.item is not None:
            document["item"] = one.item
        documents.append(document)
    return documents


_PARTS: tuple[tuple[str, object, Callable[[Any], Any]], ...] = (
    ("params", (), plain),
    ("item", None, plain),
    ("reason", None, plain),
    ("failing", (), _compared),
    ("passing", (), _compared),
    ("unknown", (), plain),
    ("checked", 0, plain),
    ("assurance", None, plain),
    ("origin", None, plain),
)


def _evidence(evidence: tuple[str, ...], names: Mapping[str, str]) -> object:
    if list(evidence) != sorted(set(evidence)):
        return evidence
    return {
        "asks": sorted(names[digest] for digest in evidence if digest in names),
        "others": [digest for digest in evidence if digest not in names],
    }


def unpack(content: bytes, own: Subject | None, digests: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings that `pack` wrote, with the subject and the evidence of this record."""
    return tuple(_unpacked(document, own, digests) for document in json.loads(content))


def _unpacked(document: dict[str, Any], own: Subject | None, digests: Mapping[str, str]) -> Finding:
    if "subject" not in document:
        document["subject"] = plain(own)
    evidence = document.get("evidence")
    if isinstance(evidence, dict):
        named = {digests[name] for name in evidence["asks"]}
        document["evidence"] = sorted(named.union(evidence["others"]))
    return rebuild(Finding, document)
