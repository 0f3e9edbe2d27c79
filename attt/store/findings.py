"""Findings as bytes: canonical JSON to compare by, and the form in which a set of them is kept."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

import orjson

from attt.model.finding import Finding
from attt.model.subject import Subject
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
    evidence: dict[tuple[str, ...], object] = {}  # rules that read the same facts share it
    documents = []
    for finding in findings:
        if finding.evidence not in evidence:
            evidence[finding.evidence] = _evidence(finding.evidence, names)
        documents.append(_packed(finding, own, evidence[finding.evidence]))
    try:
        return orjson.dumps(documents, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # numbers of more than 64 bits, and text that is not Unicode
        return canonical(plain(documents))


def _packed(finding: Finding, own: Subject | None, evidence: object) -> dict[str, Any]:
    """A finding's fields but for those that have their default; their parts are written whole."""
    found: dict[str, Any] = {"rule": finding.rule, "verdict": finding.verdict}
    if finding.subject != own:
        found["subject"] = finding.subject
    for (name, default), part in zip(_PARTS, _PARTS_OF(finding), strict=True):
        if part != default:
            found[name] = part
    if finding.evidence:
        found["evidence"] = evidence
    return found


_PARTS = tuple(
    (field.name, field.default)
    for field in fields(Finding)
    if field.name not in {"rule", "verdict", "subject", "evidence"}
)
_PARTS_OF = attrgetter(*(name for name, _ in _PARTS))


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
