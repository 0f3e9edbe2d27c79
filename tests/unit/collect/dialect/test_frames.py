"""What a host's streams hold, read twice: the quick way never says another thing than the careful one."""

from hypothesis import given
from hypothesis import strategies as st

from attt.collect.dialect import frames

NONCE = "0123456789abcdef"
MARK = f"\n{NONCE} ".encode()
index = st.sampled_from([b"0", b"1", b"7", b"h", b"z"])
status = st.sampled_from(
    [b"0", b"1", b"124", b"absent", b"no_privilege", b"odd", b"bad word", b"999"]
)
content = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([b"", b"\n", b" <\n", b" > 0\n", MARK, MARK + b"1 > 0\n"]),
)
whole = st.builds(
    lambda i, s, c: MARK + i + b" <\n" + c + MARK + i + b" > " + s + b"\n", index, status, content
)
piece = st.one_of(
    whole,
    content,
    st.builds(lambda i: MARK + i + b" <\n", index),
    st.builds(lambda i, s: MARK + i + b" > " + s + b"\n", index, status),
)


@given(st.lists(piece, max_size=6).map(b"".join), st.integers(0, 20))
def test_both_ways_read_the_same(stream: bytes, cut: int) -> None:
    """For any mixture of marks, contents and cuts, of the indexes and statuses that are asked for."""
    stream = stream[: len(stream) - cut] if cut else stream
    quick = frames._regular(NONCE, stream)
    careful = frames._irregular(NONCE, stream)

    assert quick is None or quick == careful


def test_an_honest_stream_is_read_the_quick_way() -> None:
    """Otherwise nothing would be gained."""
    stream = (
        b"noise"
        + MARK
        + b"h <\nID=debian\n"
        + MARK
        + b"h > 0\n"
        + MARK
        + b"0 <\n"
        + MARK
        + b"0 > absent\n"
    )

    assert frames._regular(NONCE, stream) == {
        "h": (b"ID=debian\n", "0"),
        "0": (b"", "absent"),
    }
