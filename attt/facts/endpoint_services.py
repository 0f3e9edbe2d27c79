"""Fact `endpoint.services`: what speaks at each open TCP port of an address.

`ports` is a list of records: `name` ("5432/tcp"), `port`, `service` (nmap's name of the protocol
that it recognised by talking; "tcpwrapped" where every connection is shut at once; null inside
TLS where no more can be told), `is_recognised`, `product` and `version` (null where not told),
`encryption` ("tls" from the first byte, "starttls" offered, "ssh", "none"), `has_basic_auth` (its
first page asks for a password by HTTP Basic), `is_database` (a database engine or cache answers),
`is_allowed` (the zone may expose it to this vantage). A port that nmap does not recognise has no
service to judge: it is missing.
"""

from attt.facts.endpoint_open import allowed, heard, is_tls, name_of, no_asks, only_scanned
from attt.facts.kind import FactKind
from attt.model.answer import Obstacle
from attt.model.inventory import Zone
from attt.model.run import PortSeen, ScanEvidence, Speech
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.subject import SubjectKind
from attt.model.value import Missing, Value

SHUT = "tcpwrapped"
_DATABASES = frozenset(
    (
        *(
            "mysql",
            "mysqlx",
            "mariadb",
            "postgresql",
            "ms-sql-s",
            "ms-sql-m",
            "oracle",
            "oracle-tns",
        ),
        *("mongodb", "mongod", "redis", "memcache", "memcached", "cassandra", "cassandra-native"),
        *("couchdb", "db2", "ibm-db2", "ibm-db2-admin", "drda", "firebird", "gds_db", "informix"),
        *("sybase", "sybase-adaptive", "maxdb", "neo4j", "riak", "influxdb", "clickhouse", "hbase"),
        *("rethinkdb", "arangodb", "interbase", "progress-openedge", "cubrid", "h2", "hsqldb"),
    )
)
_PRODUCTS = (
    *("elasticsearch", "opensearch", "couchdb", "influxdb", "clickhouse", "orientdb", "neo4j"),
    *("rethinkdb", "arangodb", "solr", "mongodb", "redis", "memcached", "cassandra", "riak"),
)
_PORT = Record(
    {
        "name": Text(),
        "port": Integer(unit="port"),
        "service": Text(nullable=True),
        "is_recognised": Boolean(),
        "product": Text(nullable=True),
        "version": Text(nullable=True),
        "encryption": Text(choices=("tls", "starttls", "ssh", "none")),
        "has_basic_auth": Boolean(),
        "is_database": Boolean(),
        "is_allowed": Boolean(),
    }
)


def services_of(evidence: ScanEvidence, zone: Zone | None) -> Value:
    """The value of the fact."""
    ports = tuple(
        {**_port(seen, speech), "is_allowed": allowed(seen, evidence.vantage, zone)}
        for seen, speech in heard(evidence)
    )
    return {"ports": ports}


def _port(seen: PortSeen, speech: Speech | Missing) -> dict[str, Value]:
    told = _unheard(speech) if isinstance(speech, Missing) else _told(seen, speech)
    return {"name": name_of(seen), "port": seen.endpoint.port, **told}


def _unheard(why: Missing) -> dict[str, Value]:
    unknown = ("service", "product", "version", "encryption", "has_basic_auth", "is_database")
    return {"is_recognised": False, **dict.fromkeys(unknown, why)}


def _told(seen: PortSeen, speech: Speech) -> dict[str, Value]:
    is_recognised = speech.service not in ("", SHUT)
    if not speech.service and not is_tls(speech):
        said = f"{name_of(seen)}: it speaks a protocol that is not recognised"
        return _unheard(Missing(Obstacle.UNPARSABLE, said))
    return {
        "service": speech.service or None,
        "is_recognised": is_recognised,
        "product": speech.product or None,
        "version": speech.version or None,
        "encryption": _encryption(speech),
        "has_basic_auth": _has_basic_auth(speech.scripts.get("http-auth")),
        "is_database": _is_database(seen, speech),
    }


def _encryption(speech: Speech) -> str:
    if speech.tunnel == "ssl":
        return "tls"
    if is_tls(speech):
        return "starttls"
    return "ssh" if speech.service == "ssh" else "none"


def _has_basic_auth(challenges: Value) -> bool:
    found = challenges if isinstance(challenges, tuple) else ()
    return any(
        isinstance(one, dict) and str(one.get("scheme", "")).lower() == "basic" for one in found
    )


def _is_database(seen: PortSeen, speech: Speech) -> bool | Missing:
    if not speech.service:
        said = f"{name_of(seen)}: what speaks inside TLS is not recognised"
        return Missing(Obstacle.UNPARSABLE, said)
    product = speech.product.lower()
    return speech.service in _DATABASES or any(word in product for word in _PRODUCTS)


SERVICES = FactKind(
    id="endpoint.services",
    title="What speaks at the open ports of an address",
    shape=Record({"ports": ListOf(_PORT)}),
    asks=no_asks,
    parse=only_scanned,
    subject=SubjectKind.ENDPOINT,
)
