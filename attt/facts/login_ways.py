"""The kinds of proof on each way in: sshd's methods, and the stacks of PAM behind them.

Sources: sshd_config(5) AuthenticationMethods and PermitRootLogin, pam_succeed_if(8).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attt.facts import pam_factors
from attt.facts.kind import Unparsable
from attt.facts.pam_factors import SERVER, UNSEEN
from attt.facts.pam_stack import Services
from attt.facts.sshd_contexts import Settings
from attt.facts.user_keys import Key

_KEY, _PIN = "key", "pin"

Kinds = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who wants in, and what of theirs can match; `closed`: as pam_factors.kinds has it."""

    name: str
    uid: int
    groups: frozenset[str]
    has_password: bool
    has_empty_password: bool
    keys: tuple[Key, ...]
    closed: frozenset[str] = frozenset()


def by_ssh(contexts: Iterable[Settings], claim: Claim, services: Services) -> list[Kinds]:
    """Every way by SSH in every context; none where nothing can match."""
    return [
        way
        for settings in contexts
        for methods in _lists(settings)
        for way in _of_list(methods, settings, claim, services)
    ]


def by_pam(service: str, claim: Claim, services: Services) -> Iterable[Kinds]:
    """Every way through a service's own stack."""
    try:
        stack = services.stack(service, "auth")
        found = pam_factors.kinds(
            stack,
            lambda words: _holds(words, claim),
            has_password=claim.has_password,
            closed=claim.closed,
        )
    except Unparsable:
        return (frozenset({UNSEEN}),)
    return {way - {pam_factors.PASSWORD} for way in found} if claim.has_empty_password else found


def least(found: Iterable[Kinds]) -> int | str | None:
    """The smallest count of kinds; None where there is no way, UNSEEN where it can't be told."""
    counts = [_count(kinds) for kinds in found]
    smallest = min((one for one in counts if one is not None), default=None)
    if None in counts and (smallest is None or smallest > 1):
        return UNSEEN
    return smallest


def _holds(words: Sequence[str], claim: Claim) -> bool | None:
    """One condition of pam_succeed_if for the claim."""
    if len(words) != 3:
        return None
    subject, sign, value = words
    names = frozenset(value.split(":"))
    match subject, sign:
        case "user", ("ingroup" | "notingroup"):
            return bool(claim.groups & names) is (sign == "ingroup")
        case "user", ("=" | "in"):
            return claim.name in names
        case "user", ("!=" | "notin"):
            return claim.name not in names
        case "uid", _ if re.fullmatch(r"[0-9]{1,10}", value):
            return _compared(claim.uid, sign, int(value))
        case _:
            return None


def _compared(uid: int, sign: str, value: int) -> bool | None:
    match sign:
        case "eq" | "=":
            return uid == value
        case "ne" | "!=":
            return uid != value
        case "lt" | "<":
            return uid < value
        case "le" | "<=":
            return uid <= value
        case "gt" | ">":
            return uid > value
        case "ge" | ">=":
            return uid >= value
        case _:
            return None


def _lists(settings: Settings) -> list[tuple[str, ...]]:
    """The lists of methods of which one must be gone through; any method alone by default."""
    text = settings.get("authenticationmethods", "any").strip().strip('"')
    alone = ("publickey", "password", "keyboard-interactive", "gssapi-with-mic", "hostbased")
    if text in {"any", ""}:
        return [(method,) for method in alone]
    return [
        tuple(method.partition(":")[0].lower() for method in words.split(","))
        for words in text.replace('"', " ").split()
    ]


def _of_list(
    methods: Sequence[str], settings: Settings, claim: Claim, services: Services
) -> list[Kinds]:
    """What one list of methods asks for, in each of its ways; empty where it can't be gone through."""
    ways: list[Kinds] = [frozenset()]
    for method in methods:
        ways = [a | b for a in ways for b in _step(method, settings, claim, services)]
    return ways


def _step(method: str, settings: Settings, claim: Claim, services: Services) -> Iterable[Kinds]:
    is_root = claim.uid == 0
    root = settings.get("permitrootlogin", "")
    if is_root and root in {"no", "forced-commands-only"}:
        return ()
    without = is_root and root in {"prohibit-password", "without-password"}
    match method:
        case "publickey":
            return _by_key(settings, claim)
        case "password" | "keyboard-interactive":
            keyword = (
                "passwordauthentication" if method == "password" else "kbdinteractiveauthentication"
            )
            if without or settings.get(keyword) == "no":
                return ()
            return _by_password(method, settings, claim, services)
        case "hostbased":
            return (frozenset(),) if settings.get("hostbasedauthentication") == "yes" else ()
        case "gssapi-with-mic":
            if settings.get("gssapiauthentication") != "yes":
                return ()
            return (frozenset({SERVER}),)
        case _:
            return (frozenset({UNSEEN}),)


def _by_key(settings: Settings, claim: Claim) -> Iterable[Kinds]:
    if settings.get("pubkeyauthentication") == "no" or not claim.keys:
        return ()
    taken = settings.get("pubkeyacceptedalgorithms", "").split(",")
    is_token = all(one.startswith(("sk-", "webauthn-sk-")) for one in taken)
    if is_token and "verify-required" in settings.get("pubkeyauthoptions", ""):
        return (frozenset({_KEY, _PIN}),)
    all_ask = all(key.kind.startswith("sk-") and key.asks_person for key in claim.keys)
    return (frozenset({_KEY, _PIN} if all_ask else {_KEY}),)


def _by_password(
    method: str, settings: Settings, claim: Claim, services: Services
) -> Iterable[Kinds]:
    if settings.get("usepam") == "yes":
        return by_pam(settings.get("pamservicename", "sshd"), claim, services)
    if method == "keyboard-interactive" or not claim.has_password:
        return ()
    return (frozenset() if claim.has_empty_password else frozenset({pam_factors.PASSWORD}),)


def _count(kinds: Kinds) -> int | None:
    """Kinds of proof, 2 at most; None where a part that can't be seen may make up for the lack.

    A server may ask for no more than one more password.
    """
    twice = {SERVER} if pam_factors.PASSWORD in kinds else frozenset[str]()
    sure = len(kinds - {UNSEEN} - twice)
    if sure < 2 and (UNSEEN in kinds or SERVER in kinds):
        return None
    return min(sure, 2)
