"""What the YAML reader gives, what it refuses, and that nothing else ever comes out of it."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attt import yamlio
from attt.errors import InputError, Place


def refused(text: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        yamlio.parse(text, "f.yaml")
    assert caught.value.hint is not None
    return caught.value


def told(text: bytes) -> bool:
    """Whether the reader gave data, or an error with place and mend."""
    try:
        document = yamlio.parse(text, "f.yaml")
    except InputError as error:
        return error.hint is not None and error.place is not None
    return document.place().line >= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("0600", "0600"),
        ("1.10", "1.10"),
        ("22:30", "22:30"),
        ("12e03", "12e03"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        ("-0", "-0"),
        ("2026-11-22", "2026-11-22"),
        ("Null", "Null"),
        (".inf", ".inf"),
        ("0", 0),
        ("-17", -17),
        ("120", 120),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ('"true"', "true"),
        ("''", ""),
        ("|\n  1", "1"),
        ("=", "="),
    ],
)
def test_scalar_is_read_as_text_unless_plainly_otherwise(text, expected):
    """Only plain integers, true, false and the three nulls are not text."""
    found = yamlio.parse(f"a: {text}".encode(), "f.yaml").data

    assert {"a": expected} == found
    assert type(expected) is type(found["a"])


def test_keys_are_always_text():
    """A level as a key, or a word such as no, stays the text that was written."""
    found = yamlio.parse(b"{1: a, no: b, true: c}", "f.yaml").data

    assert found == {"1": "a", "no": "b", "true": "c"}


def test_leading_bom_is_accepted():
    """Editors on Windows write a BOM; places count from after it."""
    document = yamlio.parse(b"\xef\xbb\xbfa: 1", "f.yaml")

    assert document.data == {"a": 1}
    assert Place("f.yaml", 1, 1) == document.place(("a",), of_key=True)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (b"a:\n\tb: 1\n", 2, 1, "tab"),
        (b"- a: 1\n\t- b", 2, 1, "tab"),
        (b"a: 1\nb: 2\na: 3\n", 3, 1, "twice, first at f.yaml:1:1"),
        (b"a: {x: 1,\n x: 2}", 2, 2, "twice, first at f.yaml:1:5"),
        (b"1: a\n'1': b", 2, 1, "twice"),
        (b"a: &x [1]\nb: *x\n", 1, 4, "Anchors"),
        (b"a: *x\n", 1, 4, "Anchors"),
        (b"a: !!python/object:os.system x\n", 1, 4, "Tags"),
        (b"a: !secret x\n", 1, 4, "Tags"),
        (b"a: ! x\n", 1, 4, "Tags"),
        (b"a: {<<: {b: 1}}\n", 1, 5, "Merge"),
        (b"a: 1\n---\nb: 2\n", 2, 1, "second document"),
        (b"a: x\x00y\n", 1, 5, "U+0000"),
        (b"a: 1\nb: \x1b[31m\n", 2, 4, "U+001B"),
        (b'a: "\\x1b"\n', 1, 4, "U+001B"),
        ('a: 1\nb: "x\u202ey"\n'.encode(), 2, 6, "U+202E"),
        ("a: x\u2028b: y\n".encode(), 1, 5, "U+2028"),
        (b"[" * 20_000, 1, 65, "nested"),
        (b"{a: " * 20_000, 1, 257, "nested"),
        (b"- " * 20_000, 1, 129, "nested"),
        (b"? [1]\n: 2\n", 1, 3, "key"),
        (b"{'': 1, ? {a: 1} : 2}", 1, 11, "key"),
        (b"a: 1\n? \n: 3\n", 2, 2, "key"),
        (b"a: b: c\n", 1, 5, "':'"),
        (b"a: 1\n b: 2\n", 2, 3, "':'"),
        (b"a:\n  - 1\n - 2\n", 3, 2, "indentation"),
        (b"a: [1, 2\nb: 3\n", 1, 4, "bracket"),
        (b"a: 1\nb: 'x\nc: 2\n", 2, 4, "quotes"),
        (b'a: "\\q"\n', 1, 5, "double quotes"),
        (b"a: @x\n", 1, 4, "begin"),
        (b"a: " + b"9" * 5000, 1, 4, "digits"),
        (b"a: \xc3\x28\n", 1, 4, "UTF-8"),
        (b"\xff\xfea\x00:\x00 \x001\x00", 1, 1, "UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00", 1, 1, "control character"),
    ],
)
def test_wrong_text_is_refused_with_place_and_mend(text, line, column, words):
    """Each way of being wrong is one message at its line and column, with what to do."""
    error = refused(text)

    assert Place("f.yaml", line, column) == error.place
    assert words in error.message.text()


@pytest.mark.parametrize("text", [b"", b"\n\n", b"# only words\n", b"\xef\xbb\xbf"])
def test_empty_file_is_refused(text):
    """A file without a value is not taken for an empty inventory."""
    error = refused(text)

    assert error.message.text() == "This file is empty"
    assert Place("f.yaml", 1) == error.place


def test_oversize_text_is_refused():
    """More than 8 MiB is never parsed."""
    error = refused(b"#" * (yamlio.MAX_BYTES + 1))

    assert error.message.text() == "This file is larger than 8 MiB"


def test_too_many_values_are_refused():
    """A file small in bytes can't hold millions of values."""
    error = refused(b"[" + b"1," * (yamlio.MAX_NODES + 1) + b"]")

    assert "values" in error.message.text()


def test_depth_up_to_the_limit_is_read():
    """Sixty-four levels are read; the sixty-fifth is refused."""
    n = yamlio.MAX_DEPTH

    assert yamlio.parse(b"[" * n + b"]" * n, "f.yaml").data is not None
    assert refused(b"[" * (n + 1) + b"]" * (n + 1)).place == Place("f.yaml", 1, n + 1)


def test_places_lead_to_values_and_keys():
    """A place is where a value begins; with of_key where its key does; unknown parts are skipped."""
    document = yamlio.parse("a: 1\nhosts:\n  - tên: é\n    zone: z\n".encode(), "f.yaml")

    assert Place("f.yaml", 1, 1) == document.place()
    assert Place("f.yaml", 3, 5) == document.place(("hosts", 0))
    assert Place("f.yaml", 4, 11) == document.place(("hosts", 0, "zone"))
    assert Place("f.yaml", 4, 5) == document.place(("hosts", 0, "zone"), of_key=True)
    assert Place("f.yaml", 3, 5) == document.place(("hosts", 0, "missing"))
    assert Place("f.yaml", 4, 11) == document.place(("hosts", 0, "Union tag", "zone"))
    assert Place("f.yaml", 3, 3) == document.place(("hosts", 7))


def test_missing_file_folder_and_unreadable_file_are_refused(tmp_path: Path):
    """What can't be opened says which of these it is, with the mend."""
    for path, words in [
        (tmp_path / "none.yaml", "no such file"),
        (tmp_path, "folder"),
        (tmp_path / "x\0y", "can't be read"),
        (tmp_path / ("x" * 300), "can't be read"),
    ]:
        with pytest.raises(InputError, match=words) as caught:
            yamlio.read(path)
        assert caught.value.hint is not None
        assert Place(str(path)) == caught.value.place


class _Quoted(yaml.SafeDumper):
    """Writes text in double quotes, the rest plainly, and never an alias."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Quoted.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)
_PLAIN = st.characters(
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff",
    include_characters="\n\t",
)
_TEXT = st.text(_PLAIN, max_size=40)
_DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(_DATA)
def test_any_data_written_as_yaml_is_read_back(data):
    """Writing with quotes and reading gives the same data: nothing is converted on the way."""
    text = yaml.dump(data, Dumper=_Quoted, allow_unicode=True)

    assert data == yamlio.parse(text.encode(), "f.yaml").data


@given(st.binary(max_size=200))
def test_random_bytes_give_data_or_an_input_error(raw):
    """No bytes make the reader fail in a way that the user is not told about."""
    outcome = told(raw)

    assert outcome


@given(st.text(alphabet="ab01:-?[]{},&*!|>'\"%@`# \n\t~<.\\x", max_size=60))
def test_random_syntax_gives_data_or_an_input_error(text):
    """The same for text made of YAML's own signs."""
    outcome = told(text.encode())

    assert outcome


def test_a_large_inventory_is_read_whole():
    """Two thousand hosts give two thousand entries, each with its own line."""
    lines = [f"  - {{id: h-{n}, addresses: [192.0.2.{n % 250}]}}" for n in range(2000)]
    document = yamlio.parse("\n".join(["hosts:", *lines]).encode(), "f.yaml")

    assert [n + 2 for n in range(2000)] == [
        document.place(("hosts", n, "id")).line for n in range(2000)
    ]
