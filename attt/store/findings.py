"""Findings as bytes: canonical JSON to compare by, and the form in which a set of them is kept."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

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
    return canonical([_packed(finding, own, names) for finding in findings])


def _packed(finding: Finding, own: Subject | None, names: Mapping[str, str]) -> dict[str, Any]:
    document: dict[str, Any] = plain(finding)
    if finding.subject == own:
        del document["subject"]
    evidence = finding.evidence
    if evidence and list(evidence) == sorted(set(evidence)):
        document["evidence"] = {
            "asks": sorted(names[digest] for digest in evidence if digest in names),
            "others": [digest for digest in evidence if digest not in names],
        }
    return document


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
