"""Weak ciphers that an OpenSSL cipher string lets through (openssl-ciphers(1)).

Only what has published weaknesses is named: no encryption, no authentication, export ciphers, DES,
triple DES, RC2, RC4, IDEA, SEED and MD5. What a string adds is judged word by word; what it kills
with `!` never comes back. A word that OpenSSL alone can resolve leaves the answer missing.
"""

import re

from attt.model.answer import Obstacle
from attt.model.value import Missing, Value

WEAK = ("aNULL", "eNULL", "EXPORT", "DES", "3DES", "RC2", "RC4", "IDEA", "SEED", "MD5")
_ALIASES = {
    "NULL": "eNULL",
    "EXP": "EXPORT",
    "EXPORT40": "EXPORT",
    "EXPORT56": "EXPORT",
    "ADH": "aNULL",
    "AECDH": "aNULL",
    "LOW": "DES",
}
_MEMBERS = {
    "ALL": ("aNULL", "3DES", "RC4", "IDEA", "SEED", "MD5"),
    "COMPLEMENTOFALL": ("eNULL",),
    "COMPLEMENTOFDEFAULT": ("aNULL", "RC4"),
    "HIGH": ("aNULL",),
    "MEDIUM": ("3DES", "RC4", "IDEA", "SEED"),
    "DEFAULT": (),
}
_STRONG = re.compile(
    r"k?(?:ECDHE|EECDH|DHE|EDH|ECDH|DH)|[ak]?RSA|aECDSA|ECDSA|k?(?:DHE|ECDHE)?r?PSK|AES(?:128|256)?"
    r"|AESGCM|AESCCM8?|CHACHA20(?:POLY1305)?|CAMELLIA(?:128|256)?|ARIA(?:128|256|GCM)?|SHA(?:1|256|384)?"
    r"|TLSv1(?:\.[0-3])?|SSLv3|SUITEB(?:128|192|128ONLY)?|FIPS|HIGH|aPSK|aDSS|DSS|SRP|k?SRP|kDHE?"
)
_NAME_OF = re.compile(r"[A-Z0-9_]+(?:[-_][A-Za-z0-9]+)+")
_PARTS = (
    (re.compile(r"(?:^|[-_])(?:ADH|AECDH)(?:[-_]|$)|_anon_"), "aNULL"),
    (re.compile(r"(?:^|[-_])NULL(?:[-_]|$)"), "eNULL"),
    (re.compile(r"(?:^|[-_])EXP(?:ORT)?[0-9]*(?:[-_]|$)"), "EXPORT"),
    (re.compile(r"(?:DES-CBC3|3DES)"), "3DES"),
    (re.compile(r"(?:^|[-_])DES-CBC(?:[-_]|$)|_DES_"), "DES"),
    *((re.compile(rf"(?:^|[-_]){name}(?:[-_]|$)"), name) for name in WEAK[5:]),
)


def weak(text: str, policy: str | None) -> Value:
    """The weak kinds that a cipher string adds and does not kill, or why that can't be told."""
    added: set[str] = set()
    killed: set[str] = set()
    for word in re.split(r"[:, ]+", text.strip()):
        if word.startswith("PROFILE="):
            return _of_policy(policy)
        if re.fullmatch(r"@SECLEVEL=[0-9]", word):
            added |= {"SECLEVEL=0"} if word.endswith("0") else set()
        elif word.startswith("!"):
            killed |= _kinds(word[1:]) or set()
        elif word.startswith(("+", "@")) or not word:
            continue
        elif word.startswith("-"):
            added -= _kinds(word[1:]) or set()
        elif (kinds := _kinds(word)) is None:
            return Missing(Obstacle.IN_CONTEXT, f"a word of the cipher list: {word[:40]}")
        else:
            added |= kinds
    return tuple(sorted(added - killed))


def _of_policy(policy: str | None) -> Value:
    """RHEL's system-wide policy; LEGACY is the only one of its own that lets weak ones through."""
    name = (policy or "").split(":")[0]
    if name in {"DEFAULT", "FUTURE", "FIPS", "NEXT"}:
        return ()
    if name == "LEGACY":
        return ("3DES",)
    return Missing(Obstacle.IN_CONTEXT, "the crypto policy of the system")


def _kinds(word: str) -> set[str] | None:
    """The weak kinds within one word of a list; None for a word that is not known."""
    sets = []
    for part in word.split("+"):
        if part in WEAK or part in _ALIASES:
            sets.append({_ALIASES.get(part, part)})
        elif part in _MEMBERS:
            sets.append(set(_MEMBERS[part]))
        elif _STRONG.fullmatch(part):
            sets.append(set())
        elif _NAME_OF.fullmatch(part):
            sets.append({kind for pattern, kind in _PARTS if pattern.search(part)})
        else:
            return None
    named = [one for one in sets if one]
    return set.union(*named) if named and len(named) == len(sets) else _both(named, len(sets))


def _both(named: list[set[str]], parts: int) -> set[str]:
    """A word of several parts holds what all of them hold: a weak part alone makes it weak."""
    if parts > 1:
        return {kind for one in named if len(one) == 1 for kind in one}
    return set()
