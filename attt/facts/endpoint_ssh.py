"""Fact `endpoint.ssh`: what each SSH server of an address offers to whoever connects.

`ports` is a list of records: `name` ("22/tcp"), `port`, `product` and `version` (null where not
told), `has_version_1` (protocol 1 is spoken, too), `key_exchanges`, `host_keys`, `ciphers` and
`macs`: names as in RFC 4253 part 7.1, in the server's order. What a port did not tell is missing.
`has_ssh`: some port speaks SSH.
"""

from collections.abc import Mapping

from attt.facts.endpoint_open import heard, name_of, no_asks, only_scanned
from attt.facts.kind import FactKind
from attt.model.answer import Obstacle
from attt.model.run import PortSeen, ScanEvidence, Speech
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.subject import SubjectKind
from attt.model.value import Missing, Value

_MOST = 200  # algorithms in one list
_LISTS = {
    "key_exchanges": "kex_algorithms",
    "host_keys": "server_host_key_algorithms",
    "ciphers": "encryption_algorithms",
    "macs": "mac_algorithms",
}
_BOTH_WAYS = ("", "_client_to_server", "_server_to_client")
_SIGNALS = ("ext-info-s", "kex-strict-s-v00@openssh.com")  # RFC 8308: no key exchanges
_PORT = Record(
    {
        "name": Text(),
        "port": Integer(unit="port"),
        "product": Text(nullable=True),
        "version": Text(nullable=True),
        "has_version_1": Boolean(),
        **{name: ListOf(Text()) for name in _LISTS},
    }
)


def ssh_of(evidence: ScanEvidence) -> Value:
    """The value of the fact."""
    told = [_port(seen, speech) for seen, speech in heard(evidence)]
    ports = tuple(port for port in told if port is not None)
    gaps = [port for port in ports if isinstance(port, Missing)]
    has_ssh: Value = len(gaps) < len(ports) or (gaps[0] if gaps else False)
    return {"has_ssh": has_ssh, "ports": ports}


def _port(seen: PortSeen, speech: Speech | Missing) -> Mapping[str, Value] | Missing | None:
    if isinstance(speech, Missing):
        return speech
    if speech.service != "ssh" and "ssh2-enum-algos" not in speech.scripts:
        return None
    return {
        "name": name_of(seen),
        "port": seen.endpoint.port,
        "product": speech.product or None,
        "version": speech.version or None,
        "has_version_1": "sshv1" in speech.scripts or "protocol 1." in speech.extra,
        **{
            name: _names(speech.scripts.get("ssh2-enum-algos"), key) for name, key in _LISTS.items()
        },
    }


def _names(table: Value, key: str) -> Value:
    """Names of one kind; where the two directions differ, those of both."""
    tables = table if isinstance(table, Mapping) else {}
    lists = [tables[key + way] for way in _BOTH_WAYS if key + way in tables]
    if not lists or not all(isinstance(one, tuple) for one in lists):
        return Missing(Obstacle.UNPARSABLE, f"the server did not tell its {key}")
    names = [str(name) for one in lists if isinstance(one, tuple) for name in one]
    found = tuple(name for name in dict.fromkeys(names) if name not in _SIGNALS)
    if not found:
        return Missing(Obstacle.UNPARSABLE, f"the server named no {key}")
    return found if len(found) <= _MOST else Missing(Obstacle.CUT, f"too many {key}")


SSH = FactKind(
    id="endpoint.ssh",
    title="What the SSH servers of an address offer",
    shape=Record({"has_ssh": Boolean(), "ports": ListOf(_PORT)}),
    asks=no_asks,
    parse=only_scanned,
    subject=SubjectKind.ENDPOINT,
)
