"""The tables of the store. Whatever can repeat is kept once, by digest, and referred to by number."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy import UniqueConstraint as Unique

SCHEMA = 2
"""The version of these tables; a store with a higher one is refused.

1 knew only zlib; its bodies are read as they are, and a store of it becomes one of 2 when it is opened.
"""

metadata = MetaData()

content = Table(
    "content",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),  # SHA-256 of the plain bytes
    Column("body", LargeBinary, nullable=False),  # content.squeezed
)

run = Table(
    "run",
    metadata,
    Column("number", Integer, primary_key=True),  # in the order of their beginning
    Column("id", Text, nullable=False, unique=True),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("status", Text, nullable=False),
    Column("head", ForeignKey("content.id"), nullable=False),  # the other fields of Run
    Column("inventory", ForeignKey("content.id"), nullable=False),
)

host = Table(
    "host",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # the lasting id of the inventory
)

ask = Table(
    "ask",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # model.ask.key
)

answer_set = Table(
    "answer_set",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
)

answer_in_set = Table(
    "answer_in_set",
    metadata,
    Column("answer_set", ForeignKey("answer_set.id"), primary_key=True),
    Column("ask", ForeignKey("ask.id"), primary_key=True),
    Column("content", ForeignKey("content.id"), nullable=False),
    sqlite_with_rowid=False,
)

host_state = Table(
    "host_state",
    metadata,
    Column("content", ForeignKey("content.id"), primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
)

tally = Table(
    "tally",  # how often each verdict stands in a set of findings
    metadata,
    Column("findings", ForeignKey("content.id"), primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

host_record = Table(
    "host_record",
    metadata,
    Column("run", ForeignKey("run.number"), primary_key=True),
    Column("host", ForeignKey("host.id"), primary_key=True),
    Column("state", ForeignKey("host_state.content"), nullable=False),
    Column("findings", ForeignKey("content.id"), nullable=False),
    Column("answers", ForeignKey("answer_set.id"), nullable=False),
    Column("observed_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

scan_target = Table(
    "scan_target",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("vantage", Text, nullable=False),
    Column("address", Text, nullable=False),
    Unique("vantage", "address"),
)

scan_record = Table(
    "scan_record",
    metadata,
    Column("run", ForeignKey("run.number"), primary_key=True),
    Column("target", ForeignKey("scan_target.id"), primary_key=True),
    Column("state", ForeignKey("content.id"), nullable=False),
    Column("findings", ForeignKey("content.id"), nullable=False),
    Column("raw", ForeignKey("content.id")),
    Column("observed_at", Text, nullable=False),
    sqlite_with_rowid=False,
)
