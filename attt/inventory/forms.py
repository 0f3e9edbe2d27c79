"""The forms that words of an inventory have: ids, addresses, prefixes, services, references.

Each function returns the checked text or raises UnfitError with the mend.
"""

import ipaddress
import re

from attt.explain import UnfitError, shown
from attt.message import Message
from attt.model.inventory import PortRange, Secret

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
SERVICE_PATTERN = r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?/(tcp|udp)"
RESERVED_ZONES = ("internet", "any")
MAX_PORT = 65535
_SECRET = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S[^\n]*|agent")


def identifier(text: str) -> str:
    """A lasting id that may stand in commands and file names."""
    if re.fullmatch(ID_PATTERN, text):
        return text
    raise UnfitError(
        Message("'{text}' can't be an id", text=shown(text)),
        hint=Message(
            "Use up to 64 unaccented letters, digits, '.', '_' and '-', such as tthc-web1."
        ),
    )


def zone_identifier(text: str) -> str:
    """An id that is not a word with a meaning of its own in `expose`."""
    if text not in RESERVED_ZONES:
        return identifier(text)
    raise UnfitError(
        Message("'{text}' can't be a zone's id: it has a meaning of its own", text=text),
        hint=Message("Choose another id, such as {text}-1.", text=text),
    )


def address(text: str) -> str:
    """An IPv4 or IPv6 address of one host, in its shortest form (RFC 5952)."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise UnfitError(
            Message("'{text}' is not an IPv4 or IPv6 address", text=shown(text)),
            hint=Message(
                "Write one address such as 192.0.2.10 or 2001:db8::10: no name, port or /length."
            ),
        ) from None
    is_everyone = str(found) == "255.255.255.255"
    if found.is_multicast or found.is_unspecified or is_everyone or "%" in text:
        raise UnfitError(
            Message("'{text}' is not the address of one host", text=shown(text)),
            hint=Message("Write the host's own address, without '%interface'."),
        )
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        raise UnfitError(
            Message("'{text}' is an IPv4 address in the form of IPv6", text=shown(text)),
            hint=Message("Write it as IPv4: {meant}", meant=found.ipv4_mapped),
        )
    return str(found)


def cidr(text: str) -> str:
    """An IPv4 or IPv6 prefix without host bits."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        meant = "192.0.2.0/24"
    else:
        meant = str(network)
        if "/" in text and ipaddress.ip_address(text.partition("/")[0]) == network.network_address:
            return meant
    raise UnfitError(
        Message("'{text}' is not a network prefix", text=shown(text)),
        hint=Message(
            "Write the network's first address and its length, such as {meant}.", meant=meant
        ),
    )


def service(value: object) -> str:
    """`443/tcp`, `8000-8100/tcp` or `any`."""
    text = str(value)
    found = re.fullmatch(SERVICE_PATTERN, text) if isinstance(value, str) else None
    if text == "any" or (found and int(found[1]) <= int(found[2] or found[1]) <= MAX_PORT):
        return text
    is_port = text.isascii() and text.isdigit() and 0 < int(text[:6]) <= MAX_PORT
    raise UnfitError(
        Message("'{text}' is not a service", text=shown(value)),
        hint=Message(
            "Write {example}, 8000-8100/tcp, 53/udp or any; ports go from 1 to 65535.",
            example=f"{text}/tcp" if is_port else "443/tcp",
        ),
    )


def port_range(checked: str) -> PortRange:
    """The ports of a checked service; `any` is every port of every protocol."""
    found = re.fullmatch(SERVICE_PATTERN, checked)
    if found is None:
        return PortRange(protocol="any", first=0, last=MAX_PORT)
    return PortRange(protocol=found[3], first=int(found[1]), last=int(found[2] or found[1]))


def is_reference(text: str) -> bool:
    """Whether a text refers to a credential, instead of being one."""
    return _SECRET.fullmatch(text) is not None


def key_reference(text: str) -> str:
    """`env:NAME`, `file:PATH` or `agent`. The refused text is never shown: it may be the secret."""
    if is_reference(text):
        return text
    raise UnfitError(
        Message("What stands here is not a reference to a credential"),
        hint=Message("Write env:NAME, file:PATH or, for a key, agent."),
    )


def password_reference(text: str) -> str:
    """`env:NAME` or `file:PATH`."""
    if key_reference(text) != "agent":
        return text
    raise UnfitError(
        Message("The SSH agent holds keys, not passwords"),
        hint=Message("Write env:NAME or file:PATH."),
    )


def secret(checked: str | None) -> Secret | None:
    """A checked reference as the program's value."""
    if checked is None:
        return None
    scheme, _, name = checked.partition(":")
    return Secret(scheme=scheme, name=name)


def in_order(first: str, last: str, name: str) -> None:
    """Refuses an `until` that lies before the beginning, called `name` in the file."""
    if last < first:
        raise UnfitError(
            Message(
                "'until' ({last}) lies before '{name}' ({first})",
                last=last,
                name=name,
                first=first,
            ),
            hint=Message("Check the two dates; they may stand the wrong way round."),
        )


def scope(measure: str, *, narrow: str | None) -> None:
    """Refuses a measure that would cover the whole inventory."""
    if narrow is None:
        raise UnfitError(
            Message("Measure '{id}' names no system, zone or host", id=measure),
            hint=Message("Add 'system:', 'zone:' or 'host:': a measure never covers everything."),
        )


def aim(
    measure: str,
    rule: str | None,
    requirement: str | None,
    item: str | None,
    *,
    is_equivalent: bool,
) -> None:
    """Refuses an equivalent measure that is equivalent to nothing, and an item without its rule."""
    if is_equivalent and not (rule or requirement):
        raise UnfitError(
            Message("Equivalent measure '{id}' names no rule or requirement", id=measure),
            hint=Message("Add 'requirement:' or 'rule:' to say what it is equivalent to."),
        )
    if item and not rule:
        raise UnfitError(
            Message("Measure '{id}' names an item without its rule", id=measure),
            hint=Message("Add 'rule:', for an item belongs to a rule."),
        )
