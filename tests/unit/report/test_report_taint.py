import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from attt.report.taint import finalize, one_line, short, visible


@given(st.text())
def test_nothing_hidden_is_left(text):
    """After `visible` no control, format, private or surrogate character but line feed is left."""
    left = [c for c in visible(text) if unicodedata.category(c)[0] == "C" and c != "\n"]

    assert [] == left


@given(st.text())
def test_one_line_is_one_line(text):
    """`one_line` never holds a line break of any kind."""
    assert len(one_line(text).splitlines()) <= 1


def test_bidirectional_and_escapes_are_spelt_out():
    """U+202E and ESC are shown by name, and Vietnamese stays as it is, composed."""
    assert visible("a\u202eb\x1b[31m\x00") == "a⟨U+202E⟩b⟨U+001B⟩[31m⟨U+0000⟩"
    assert visible(unicodedata.normalize("NFD", "Đạt yêu cầu")) == "Đạt yêu cầu"


def test_finalize_keeps_kinds():
    """Markup stays markup (else it would be escaped twice), numbers stay numbers."""
    assert isinstance(finalize(Markup("<b>\u202e</b>")), Markup)
    assert str(finalize(Markup("<b>\u202e</b>"))) == "<b>⟨U+202E⟩</b>"
    assert finalize(7) == 7


def test_short_says_what_it_left_out():
    """A cut text says how many characters are missing."""
    assert short("a" * 12, 10) == "a" * 10 + "… (còn 2 ký tự)"
    assert short("abc", 3) == "abc"
