"""Settings of named as a tree, and whom an address match list takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.bind_config import acls, is_for_all, last, parse
from attt.facts.kind import Unparsable


def test_statements_nest():
    """Words, blocks and quoted text come back as they stand."""
    tree = parse('options { directory "/a b"; forwarders { 10.0.0.1; 10.0.0.2 port 53; }; };')
    options = last(tree, "options")

    assert options is not None
    assert options.inside is not None
    assert ("directory", "/a b") == options.inside[0].words
    assert ["10.0.0.1", "10.0.0.2"] == [one.name for one in options.inside[1].inside or ()]


@pytest.mark.parametrize(
    ("elements", "wanted"),
    [
        ("any;", True),
        ("0.0.0.0/0;", True),
        ("10.0.0.0/8; localhost;", False),
        ("!192.0.2.0/24; any;", True),
        ("!any; 10.0.0.0/8;", False),
        ("none;", False),
        ("everybody;", True),
        ("inside;", False),
        ('key "k";', False),
        ("{ 10.0.0.0/8; any; };", True),
        ("0.0.0.0/1; 128.0.0.0/1;", True),
        ("::/1; 8000::/1;", True),
        ("2000::/3;", True),
        ("0/1; 128/1;", True),
        ("!none;", True),
        ("!0.0.0.0/0; any;", True),
        ("lower; upper;", True),
        ("halves;", True),
        ("!{ !inside; any; }; any;", False),
        ("{ !inside; any; };", True),
        ("!inside; lower; upper;", True),
        ("!lower; !upper; !::/0; any;", False),
        ('!key "k"; any;', True),
        ("10.0.0.0/8; 172.16.0.0/12; 192.168.0.0/16; 100.64.0.0/10; fc00::/7; fe80::/10;", False),
        ("10/8; 192.168/16;", False),
        ("!any; any;", False),
    ],
)
def test_whom_a_list_takes(elements, wanted):
    """Named lists are followed; the first element that settles everything decides."""
    tree = parse(
        "acl everybody { 10.0.0.0/8; any; }; acl inside { 10.0.0.0/8; }; "
        "acl lower { 0.0.0.0/1; }; acl upper { 128.0.0.0/1; }; acl halves { lower; upper; }; "
        f"options {{ allow-query {{ {elements} }}; }};"
    )
    said = last(last(tree, "options").inside, "allow-query")

    assert wanted is is_for_all(said.inside, acls(tree))


def test_a_list_that_names_itself_ends():
    """A loop of named lists is no endless road."""
    tree = parse("acl a { b; }; acl b { a; }; options { allow-query { a; }; };")
    said = last(last(tree, "options").inside, "allow-query")

    assert not is_for_all(said.inside, acls(tree))


@given(st.text(alphabet='ab {};"!/\\\n', max_size=200))
def test_any_text_is_read_or_unparsable(text):
    """Nothing else comes out of a parser that a host feeds."""
    try:
        found = parse(text)
    except Unparsable:
        return

    assert isinstance(found, tuple)
