from dataclasses import replace

from attt.model.finding import Verdict
from attt.report.changes import Turn, changes
from attt.report.html import render
from attt.report.options import Options
from attt.report.view_changes import of_both, sentence
from attt.report.view_leader import leader
from attt.report.view_system import system


def with_verdict(audited, host, rule, verdict):
    """The audit with one finding of one host judged otherwise; None takes it away."""
    hosts = tuple(
        replace(
            r,
            findings=tuple(
                replace(f, verdict=verdict, failing=()) if f.rule == rule else f
                for f in r.findings
                if f.rule != rule or verdict is not None
            ),
        )
        if r.host == host
        else r
        for r in audited.hosts
    )
    return replace(audited, hosts=hosts)


def pair(make, then, now):
    audited = make(1, 1)
    host, rule = audited.hosts[0].host, "file-cron"
    run = replace(audited.run, id="2026-Q3", started_at="2026-08-20T01:00:00Z")
    before = replace(with_verdict(audited, host, rule, then), run=run)
    after = with_verdict(audited, host, rule, now)
    return changes(after, before).turns.get((f"host:{host}", rule))


def test_what_became_of_a_failure(make):
    """Only a verdict that holds mends; what nobody looked at again is not mended, nor new."""
    fail, held, unknown = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN

    assert Turn.FIXED is pair(make, fail, held)
    assert Turn.FIXED is pair(make, fail, Verdict.NOT_APPLICABLE)
    assert Turn.STILL is pair(make, fail, fail)
    assert Turn.NEW is pair(make, held, fail)
    assert Turn.FIRST_SEEN is pair(make, unknown, fail)
    assert Turn.FIRST_SEEN is pair(make, None, fail)
    assert Turn.UNSEEN is pair(make, fail, unknown)
    assert Turn.UNSEEN is pair(make, fail, None)
    assert None is pair(make, held, unknown)


def test_every_failure_is_counted_once(make, earlier):
    """Fixed, still and unseen are all of then; still, new and first seen are all of now."""
    audited = make(1, 9, rules_each=30)
    before = earlier(audited)
    n = changes(audited, before).counted()

    def failures(run):
        return len({(f.subject, f.rule) for f in run.findings if f.verdict is Verdict.FAIL})

    assert failures(before) == n[Turn.FIXED] + n[Turn.STILL] + n[Turn.UNSEEN]
    assert failures(audited) == n[Turn.STILL] + n[Turn.NEW] + n[Turn.FIRST_SEEN]


def test_papers_say_what_changed(make, earlier):
    """KL7 stands in the system's report and on the leader's sheet, with the earlier figures."""
    audited = make(1, 9)
    before = earlier(audited)
    view = system(audited, Options(), before=before)
    sheet = leader(audited, Options(), before=before)
    page = render("system", audited, Options(), before=before)

    assert view.changes is not None
    assert view.changes.sentence in page
    assert view.changes.sentence.startswith("So với đợt kiểm tra ngày 20/08/2026, đã khắc phục ")
    assert view.changes.sentence in sheet.conclusions
    assert "Kỳ trước: 20/08/2026" in sheet.until
    assert ("0",) * 6 == sheet.since
    assert any(f.before not in ("-", f.now) for f in sheet.figures)
    assert "số liệu kỳ trước" not in sheet.left_out


def test_without_an_earlier_run_nothing_is_compared(make):
    """Dashes, and the sheet says that the earlier figures are left out."""
    audited = make(1, 9)
    sheet = leader(audited, Options())

    assert {"-"} == {*sheet.since, *(f.before for f in sheet.figures)}
    assert "số liệu kỳ trước" in sheet.left_out
    assert "không đối chiếu với đợt trước" in render("system", audited, Options())


def test_another_system_is_left_out(make, earlier):
    """A system's sentence counts its own hosts alone."""
    audited = make(2, 5)
    before = earlier(audited)
    whole = changes(audited, before)
    one, two = (of_both(audited, before, frozenset({c})) for c in audited.inventory.systems)
    parts = [whole.counted(about)[Turn.STILL] for about in (one, two)]

    assert whole.counted()[Turn.STILL] == sum(parts)
    assert sentence(whole, one) != sentence(whole, one | two)
