"""Only lines that hold a mark are looked at, and what is found in them is what is found in the whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.marked import on_marked_lines

_SECRET = re.compile(rb"(key=)(\S{1,16})", re.IGNORECASE)
_WORDS = st.sampled_from([b"key=", b"KEY=", b"abc", b" ", b"\n", b"\r\n", b"\0", bytes(1024), b"="])


def _hidden(content: bytes) -> bytes:
    return _SECRET.sub(lambda m: m[1] + b"x" * len(m[2]), content)


@given(content=st.lists(_WORDS, max_size=30).map(b"".join))
def test_lines_alone_give_what_the_whole_gives(content):
    """A pattern within its line that needs a mark hides the same, whatever stands around it."""
    assert _hidden(content) == on_marked_lines(content, (b"key=",), _hidden)


@pytest.mark.parametrize("content", [b"", b"abc", b"abc\n" + bytes(3000)])
def test_content_without_a_mark_is_given_back_itself(content):
    """Nothing is copied where nothing is to be hidden."""
    assert content is on_marked_lines(content, (b"key=",), _hidden)


def test_each_line_is_given_once_and_without_its_end():
    """However many marks a line holds, it is hidden once, and other lines are never seen."""
    seen = []
    on_marked_lines(
        b"a pass pwd\nb\nc PWD\n", (b"pass", b"pwd"), lambda line: seen.append(line) or line
    )

    assert [b"a pass pwd", b"c PWD"] == seen
