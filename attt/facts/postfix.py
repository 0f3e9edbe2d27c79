"""What `postconf` tells of Postfix's mail server, in one form: postconf(1), postconf(5), master(5).

Values are those that hold after every default; what a service in master.cf sets otherwise by `-o`
counts besides, the weaker of the two.
"""

import ipaddress
import re
from collections.abc import Mapping

from attt.facts.kind import Unparsable, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.value import Missing, Value

_NAMES = (
    *("myhostname", "mydomain", "inet_interfaces", "mynetworks"),
    *("smtpd_relay_restrictions", "smtpd_recipient_restrictions"),
    *("smtpd_banner", "mail_version", "smtpd_tls_security_level", "smtpd_use_tls"),
    *("smtpd_enforce_tls", "smtp_tls_security_level", "smtp_use_tls", "smtp_enforce_tls"),
    *("disable_vrfy_command", "smtpd_sasl_auth_enable", "smtpd_tls_auth_only", "smtpd_milters"),
    *("content_filter", "multi_instance_directories", "relayhost", "default_transport"),
)
_POSTCONF = "/usr/sbin/postconf"
ASKS: dict[str, Ask] = {
    "postconf": Command(argv=(_POSTCONF, "-x", *_NAMES), privilege=Privilege.ROOT),
    "services": Command(argv=(_POSTCONF, "-M"), privilege=Privilege.ROOT, redact="settings"),
}
_REFUSES = frozenset({"reject", "defer", "reject_unauth_destination", "defer_unauth_destination"})
_TABLES = re.compile(r"check_\w+_access|check_policy_service|permit_tls_\w*clientcerts")
_OVERRIDE = re.compile(r"-o (?:\{ *([a-z0-9_]+) *= *([^}]*)\}|([a-z0-9_]+)=(\S*))")


def settings(answers: Mapping[str, Answer]) -> dict[str, Value] | Missing:
    """Every field of the fact but `name`, `is_reachable` and `has_scanner`."""
    for name in ASKS:
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "postconf")
    said = _said(text_of(answers["postconf"]))
    if said["multi_instance_directories"]:
        return Missing(Obstacle.UNSUPPORTED, "further instances of Postfix are not read")
    services = _services(text_of(answers["services"]))
    return {
        "relays_for_all": _relays_for_all(said, services),
        "tls_in": _weakest(_level(said, "smtpd"), "smtpd", services),
        "tls_out": _level(said, "smtp"),
        "says_who_is_there": said["disable_vrfy_command"] != "yes",
        "names_its_version": _names_version(said),
        "takes_clear_passwords": _clear_passwords(said, services),
        "has_filter": _has_filter(said, services),
    }


def _said(text: str) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    said = {name.strip(): value.strip() for name, value in pairs}
    if not {"inet_interfaces", "mynetworks", "smtpd_banner"} <= said.keys():
        raise Unparsable("postconf does not print the settings asked for")
    return {name: said.get(name, "") for name in _NAMES}


def _services(text: str) -> list[dict[str, str]]:
    """What each SMTP service that takes mail from the network sets otherwise."""
    found = []
    for line in text.splitlines():
        words = line.split(None, 8)
        if len(words) > 7 and words[1] in {"inet", "pass"} and words[7].startswith("smtpd"):
            found.append({a or c: b.strip() or d for a, b, c, d in _OVERRIDE.findall(line)})
    return found


def _level(said: Mapping[str, str], side: str) -> str:
    level = said[f"{side}_tls_security_level"].lower()
    if level:
        return level
    if said[f"{side}_enforce_tls"] == "yes":
        return "encrypt"
    return "may" if said[f"{side}_use_tls"] == "yes" else "none"


def _weakest(general: str, side: str, services: list[dict[str, str]]) -> str:
    levels = {one.get(f"{side}_tls_security_level") or general for one in services} or {general}
    wrapped = [one for one in services if one.get("smtpd_tls_wrappermode") == "yes"]
    if len(wrapped) == len(services) and wrapped:
        return "encrypt"
    return next((level for level in ("none", "may") if level in levels), general)


def _relays_for_all(said: Mapping[str, str], services: list[dict[str, str]]) -> Value:
    """Whether a stranger's mail for strangers is taken: no list of restrictions refuses it."""
    unclear: Value = False
    for one in services or [{}]:
        lists = [
            _words(one.get(name, said[name]))
            for name in ("smtpd_relay_restrictions", "smtpd_recipient_restrictions")
        ]
        refused = {_refuses(words) for words in lists}
        if True in refused:
            continue
        if None not in refused and not any("$" in word for words in lists for word in words):
            return True
        unclear = Missing(Obstacle.IN_CONTEXT, "restrictions that a service takes from elsewhere")
    return unclear


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,{}]+", text) if word]


def _refuses(words: list[str]) -> bool | None:
    """A list is read until the first word that settles everything; None where a table may let in."""
    is_asked = False
    for word in words:
        is_asked |= _TABLES.fullmatch(word) is not None
        if word in _REFUSES:
            return None if is_asked else True
        if word == "permit":
            return False
    return False


def networks(answers: Mapping[str, Answer]) -> tuple[Value, ...]:
    """The networks of mynetworks, each with itself as its name; tables are missing."""
    found: list[Value] = []
    for word in _words(_said(text_of(answers["postconf"]))["mynetworks"]):
        plain = word.replace("[", "").replace("]", "")
        try:
            ipaddress.ip_network(plain, strict=False)
        except ValueError:
            if not word.startswith("!"):
                what = f"networks from a table: {word[:40]}"
                found.append(Missing(Obstacle.UNSUPPORTED, what))
            continue
        found.append({"name": plain, "address": plain})
    return tuple(found)


def _names_version(said: Mapping[str, str]) -> bool:
    banner = said["smtpd_banner"]
    for own in (said["myhostname"], said["mydomain"]):
        banner = banner.replace(own, "") if own else banner
    version = said["mail_version"]
    names = re.search(r"\$\{?mail_(?:name|version)|postfix|debian|ubuntu", banner, re.IGNORECASE)
    return names is not None or bool(version and version in banner)


def _clear_passwords(said: Mapping[str, str], services: list[dict[str, str]]) -> bool:
    """Whether somewhere a password is asked for before the connection is encrypted."""
    for one in services or [{}]:
        asks = one.get("smtpd_sasl_auth_enable", said["smtpd_sasl_auth_enable"]) == "yes"
        level = one.get("smtpd_tls_security_level") or _level(said, "smtpd")
        is_shut = (
            one.get("smtpd_tls_auth_only", said["smtpd_tls_auth_only"]) == "yes"
            or one.get("smtpd_tls_wrappermode") == "yes"
            or level == "encrypt"
        )
        if asks and not is_shut:
            return True
    return False


def _has_filter(said: Mapping[str, str], services: list[dict[str, str]]) -> Value:
    """Whether mail passes something besides signers and policy servers on its way in."""
    given = [said["smtpd_milters"], said["content_filter"]]
    given += [one.get(name, "") for one in services for name in ("smtpd_milters", "content_filter")]
    words = [word for text in given for word in _words(text)]
    return any(not re.search(r"dkim|dmarc|spf", word, re.IGNORECASE) for word in words)
