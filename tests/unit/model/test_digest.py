from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from attt.model.answer import Answer, Obstacle
from attt.model.digest import decode, digest, digest_of, encode

answers = st.builds(
    Answer,
    stdout=st.binary(),
    status=st.none() | st.integers(-128, 255),
    stderr=st.binary(),
    exists=st.booleans(),
    obstacle=st.none() | st.sampled_from(Obstacle),
    detail=st.text(),
)


@given(answers)
def test_an_answer_survives_its_encoding(answer: Answer):
    """Whatever bytes a host sends, what is read back is what came."""
    assert answer == decode(encode(answer))


@given(answers, answers)
def test_equal_digests_are_equal_answers(one: Answer, other: Answer):
    """A digest is the same exactly where every field is the same."""
    assert (one == other) == (digest(one) == digest(other))


def test_no_field_of_an_answer_stays_out_of_its_digest():
    """A field that the model has one day must be encoded too, or answers would be mixed up."""
    other = {
        "stdout": b"x",
        "status": 0,
        "stderr": b"x",
        "exists": False,
        "obstacle": Obstacle.DENIED,
        "detail": "x",
    }
    digests = {digest(replace(Answer(), **{name: value})) for name, value in other.items()}

    assert {field.name for field in fields(Answer)} == set(other)
    assert len(digests | {digest(Answer())}) == len(other) + 1


def test_a_byte_that_moves_from_stdout_to_stderr_changes_the_digest():
    """The border between both streams is part of the answer."""
    assert digest(Answer(stdout=b"ab")) != digest(Answer(stdout=b"a", stderr=b"b"))


def test_the_digest_is_sha_256_of_the_encoding():
    """The encoding that the store keeps can be checked against the digest that reports print."""
    answer = Answer(stdout=b"root:x:0:0\n", status=0)

    assert encode(answer) == b'{"status":0,"stdout":11}\nroot:x:0:0\n'
    assert digest_of(encode(answer)) == digest(answer)
