"""Generic facts: what they may be asked for, and that no secret of an application is kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.generic_redact import document, lines
from attt.facts.learn import learn
from attt.facts.redact import REDACTORS
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.answer import Answer
from attt.model.fact import FactKey, FactRead

REFUSED = [
    ("file.ini", {"path": "etc/app.ini", "section": "", "key": "k"}),
    ("file.ini", {"path": "/etc/../etc/shadow", "section": "", "key": "k"}),
    ("file.ini", {"path": "/etc/app ini", "section": "", "key": "k"}),
    ("file.ini", {"path": "/etc/app.ini", "section": "", "key": ""}),
    ("file.keyvalue", {"path": "/etc/shadow", "key": "root"}),
    ("file.keyvalue", {"path": "/proc/1/environ", "key": "PATH"}),
    ("file.json", {"path": "/etc/ssl/private/app.key", "key": "k"}),
    ("file.line", {"path": "/etc/app.conf", "pattern": "("}),
    ("file.line", {"path": "/etc/app.conf", "pattern": ""}),
    ("file.attributes", {"path": "/etc/*"}),
    ("service.state", {"name": "--now"}),
    ("package.version", {"name": "-e"}),
    ("port.listening", {"port": "70000/tcp"}),
    ("port.listening", {"port": "80"}),
    ("sysctl.value", {"name": "../../etc/passwd"}),
]


@pytest.mark.parametrize(("fact", "params"), REFUSED)
def test_what_is_no_plain_read_is_refused(fact, params):
    """Relative paths, ways up, pseudo files, files of secrets, options in place of names."""
    assert FACTS[fact].refuse(params) is not None


@pytest.mark.parametrize(
    ("fact", "params"),
    [
        ("file.ini", {"path": "/etc/app/app.ini", "section": "server", "key": "debug"}),
        ("file.attributes", {"path": "/etc/shadow"}),
        ("service.state", {"name": "getty@tty1.service"}),
        ("package.version", {"name": "libstdc++6"}),
        ("sysctl.value", {"name": "net.ipv4.conf.all.rp_filter"}),
    ],
)
def test_a_plain_read_is_accepted(fact, params):
    """Names and paths as hosts have them."""
    assert FACTS[fact].refuse(params) is None


SECRETS = [
    b"password = S3cret!\n",
    b"db.password: 'S3cret!'\n",
    b"requirepass S3cret!\n",
    b"spring.datasource.url=jdbc:mysql://app:S3cret!@db/app\n",
    b"url=jdbc:sqlserver://db;user=sa;password=S3cret!\n",
    b'export APP_SECRET_KEY="S3cret! and more"\n',
    b"auth_token=S3cret!\n",
    b'<add key="ConnectionString" value="S3cret!"/>\n',
    b"-----BEGIN RSA PRIVATE KEY-----\nS3cret!\n-----END RSA PRIVATE KEY-----\n",
    b"api-key: S3cret!\n",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_of_applications_are_hidden(text):
    """Whatever the application's way of writing it down."""
    assert b"S3cret" not in lines(text)


@pytest.mark.parametrize("key", ["password", "dbPassword", "api_key", "clientSecret", "token"])
@pytest.mark.parametrize("value", ["S3cret!", ["S3cret!"], {"a": {"b": "S3cret!"}}, 1234567])
def test_secrets_in_json_are_hidden(key, value):
    """Text, lists, objects and numbers below a key that is named like a secret."""
    hidden = document(json.dumps({"a": [{key: value}], "port": 80}).encode())

    assert b"S3cret" not in hidden
    assert b"1234567" not in hidden
    assert 80 == json.loads(hidden)["port"]


@given(st.binary(max_size=200))
def test_hiding_twice_is_hiding_once(text):
    """Whatever a file holds, so that a kept answer reads as the raw one did."""
    assert lines(lines(text)) == lines(text)
    assert document(document(text)) == document(text)


KEYS = ("debug", "password", "db.password", "api_key", "port")
FILES = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sampled_from(["=", " = ", ": ", " "]), st.text(max_size=12)
    ),
    max_size=5,
).map(lambda rows: "\n".join("".join(row) for row in rows).encode(errors="replace"))


def read(fact, params, content):
    """What the fact makes of a file."""
    named = FACTS[fact].asks(params)
    key = FactKey(fact, tuple(sorted(params.items())))
    answers = {asks.key(named["file"]): Answer(stdout=content)}
    return learn([key], answers, {}, FACTS, surface_bugs=True)[key]


@given(content=FILES, key=st.sampled_from(KEYS))
@pytest.mark.parametrize("fact", ["file.ini", "file.keyvalue"])
def test_a_kept_file_reads_as_the_raw_one(fact, content, key):
    """parse(raw) is parse(redact(raw)), for any lines and any key."""
    params = {"path": "/etc/a", "key": key} | ({"section": ""} if fact == "file.ini" else {})

    assert read(fact, params, content) == read(fact, params, REDACTORS["application"](content))


@pytest.mark.parametrize(
    ("text", "value", "number", "is_on"),
    [
        ("[s]\nk = 8443 ; port\n", "8443", 8443, None),
        ('[s]\nk = "a ; b"\n', "a ; b", None, None),
        ("[s]\nk = Yes\n", "Yes", None, True),
        ("[s]\n k=0\n", "0", 0, False),
        ("k = 1\n[s]\nother = 2\n", None, None, None),
        ("[S]\nk = 1\n", None, None, None),
        ("[s]\nk =\n", "", None, None),
        ("[s]\n; k = 1\n#k = 2\n", None, None, None),
        ("[s]\nk = 1\n[t]\nk = 2\n[s]\nk = 1\n", "1", 1, True),
    ],
)
def test_values_of_ini_files(text, value, number, is_on):
    """As text, as a number, as a switch; null where the key is not in that section."""
    fact = read("file.ini", {"path": "/etc/a", "section": "s", "key": "k"}, text.encode())

    assert isinstance(fact, FactRead)
    assert {"value": value, "number": number, "is_on": is_on} == fact.value


@pytest.mark.parametrize("text", ["[s]\nk = 1\nk = 2\n", "[s]\nK = 1\n"])
def test_a_key_that_nobody_can_tell_apart_is_missing(text):
    """Two values, or other letters: programs differ in which one they take."""
    fact = read("file.ini", {"path": "/etc/a", "section": "s", "key": "k"}, text.encode())

    assert isinstance(fact, FactRead)
    assert {"contradicted", "in_context"} & {str(fact.value["value"].obstacle)}
