import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from attt.model.fact import Assurance, Origin
from attt.model.finding import Compared, Finding, Reason, Verdict
from attt.model.subject import Subject, SubjectKind
from attt.store.findings import decode_findings, encode_findings, pack, unpack

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
texts = st.text(max_size=8)
compared = st.builds(
    Compared, id=texts, operator=texts, found=values, wanted=values, item=st.none() | texts
)
digests = st.sampled_from([f"{n:064x}" for n in range(8)])
subjects = st.builds(Subject, st.sampled_from(SubjectKind), st.sampled_from(["", "h-1", "h-2"]))
findings = st.lists(
    st.builds(
        Finding,
        rule=texts,
        subject=subjects,
        verdict=st.sampled_from(Verdict),
        params=st.lists(st.tuples(texts, values), max_size=2).map(tuple),
        item=st.none() | texts,
        reason=st.none() | st.builds(Reason, code=texts, detail=texts),
        failing=st.lists(compared, max_size=2).map(tuple),
        passing=st.lists(compared, max_size=2).map(tuple),
        unknown=st.lists(st.tuples(texts, st.none() | texts), max_size=2).map(tuple),
        checked=st.integers(0, 99),
        assurance=st.none() | st.sampled_from(Assurance),
        origin=st.none() | st.sampled_from(Origin),
        evidence=st.lists(digests, max_size=3).map(tuple),
    ),
    max_size=3,
).map(tuple)
named = st.dictionaries(st.sampled_from("abcd"), digests)


def kinds(value: object) -> object:
    """A value with the type of each of its parts, since True == 1 in Python."""
    if isinstance(value, tuple):
        return tuple(kinds(part) for part in value)
    if isinstance(value, dict):
        return {name: kinds(part) for name, part in value.items()}
    return type(value)


@given(findings)
def test_findings_survive_canonical_json(found: tuple[Finding, ...]):
    """What was judged is read back exactly: tuples, words, types and all."""
    back = decode_findings(encode_findings(found))

    assert found == back
    assert [kinds(c.found) for f in found for c in f.failing] == [
        kinds(c.found) for f in back for c in f.failing
    ]


@given(findings, named, subjects)
def test_findings_survive_being_packed(found, digests_by_ask, own):
    """Leaving out the subject and naming evidence by ask loses nothing, whatever they are."""
    packed = pack(found, own, digests_by_ask)

    assert found == unpack(packed, own, digests_by_ask)


@given(findings, findings)
def test_bytes_are_equal_where_findings_are(one, other):
    """Judging again can be compared byte for byte."""
    same = repr(one) == repr(other)

    assert encode_findings(one) == encode_findings(one)
    assert same or one == other or encode_findings(one) != encode_findings(other)


def test_canonical_json_has_sorted_keys_and_no_spaces():
    """The form does not hang on the order in which a fact's parser filled a mapping."""
    subject = Subject(SubjectKind.HOST, "h-1")
    one, other = (
        encode_findings(
            [
                Finding(
                    rule="r",
                    subject=subject,
                    verdict=Verdict.FAIL,
                    failing=(Compared(id="a", operator="is", found=found, wanted=None),),
                )
            ]
        )
        for found in ({"x": 1, "y": 2}, {"y": 2, "x": 1})
    )

    assert one == other
    assert json.dumps(json.loads(one), sort_keys=True, separators=(",", ":")).encode() == one


def test_equal_hosts_pack_into_equal_bytes(make):
    """Two hosts with the same findings from answers that differ share one set."""
    packed = {
        pack(
            make.findings(host, answers),
            Subject(SubjectKind.HOST, host),
            make.host(host, salt).answers,
        )
        for host, salt in (("h-1", "a"), ("h-2", "b"))
        for answers in (make.answers(salt),)
    }

    assert len(packed) == 1


@given(findings)
def test_the_kept_form_reads_back_as_the_codec_does(found: tuple[Finding, ...]):
    """Whatever a finding holds, numbers of any size included, it comes back as it went in."""
    bare = tuple(replace(one, evidence=()) for one in found)

    assert decode_findings(encode_findings(bare)) == unpack(pack(bare, None, {}), None, {})


def test_numbers_of_any_size_are_kept():
    """What the quick writer refuses is written by the codec."""
    big = Compared(id="a", operator="is", found=10**30, wanted=({"x": 1},))
    finding = Finding(
        rule="r", subject=Subject(SubjectKind.HOST, "h"), verdict=Verdict.FAIL, failing=(big,)
    )

    assert (finding,) == unpack(pack([finding], None, {}), None, {})
