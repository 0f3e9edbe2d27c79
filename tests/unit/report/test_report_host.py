import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from attt import assets
from attt.errors import UsageError
from attt.facts.registry import FACTS
from attt.model.finding import Finding, Reason, Verdict
from attt.model.rule import Severity
from attt.model.subject import host as subject
from attt.report.html import render
from attt.report.view_finding import finding_view
from attt.report.view_host import host, shared
from attt.rulebook.load import load

HEX = re.compile(r"(?<![-\w])(color|background|fill):\s*(#[0-9a-f]{3,6})")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []
        self.words = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def parsed(page):
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.fixture(scope="module")
def audited(make):
    return make(1, 9, rules_each=40)


def test_what_to_mend_first(audited):
    """Failures come before all else, the grave before the mild, each with a number of its own."""
    view = host(audited, "may-chu-001")
    ranks = [list(Severity).index(Severity(f.severity)) for f in view.failing]
    record = next(r for r in audited.hosts if r.name == "may-chu-001")
    scanned = [f for s in audited.scans if s.evidence.host == record.host for f in s.findings]
    everything = (*view.failing, *view.unknown, *view.not_applicable, *view.passed)

    assert ranks
    assert sorted(ranks, reverse=True) == ranks
    assert list(range(1, len(everything) + 1)) == [f.number for f in everything]
    assert view.total == len(everything) == len(record.findings) + len(scanned)
    assert {f.rule for f in record.findings if f.verdict is Verdict.FAIL} <= {
        f.rule for f in view.failing
    }


def test_a_finding_is_told_in_full(audited):
    """Found and wanted, why, how, the care to take, how to verify, who asks, and the evidence."""
    page = render("host", audited, code="may-chu-000")
    finding = host(audited, "may-chu-000").failing[0]
    words = "".join(parsed(page).words)

    assert finding.rows[0].found in words
    assert finding.rows[0].wanted in words
    assert finding.why in words
    assert "Có thể mất quyền đăng nhập" in words
    assert "Lùi lại:" in words
    assert finding.asked[0].requirement in words
    assert f"mục {finding.asked[0].clause}" in words
    assert "cấp độ 3" in words
    assert finding.assurance in words
    assert "<pre>attt audit tinh-mau.yaml --host h-00-0000 --no-reports --rule" in page


def test_a_measure_is_told_and_changes_no_verdict(audited):
    """A covered failure stays a failure, says by what it is covered, and until when."""
    measured = shared(audited)
    record = next(r for r in audited.hosts for f in r.findings if f.verdict is Verdict.FAIL)
    failing = next(f for f in record.findings if f.verdict is Verdict.FAIL)
    covered = {(str(failing.subject), failing.rule): "m1"}
    view = host(audited, record.host, common=replace(measured, covered=covered))
    one = next(f for f in view.failing if f.rule == failing.rule)

    assert 1 == view.covered
    assert ("fail", "Chưa đạt, có lộ trình") == (one.verdict, one.verdict_word)
    assert one.measure is not None
    assert ("12/KH-SKHCN", "31/03/2027") == (one.measure.document, one.measure.until)


def test_the_unknown_says_how_to_make_it_known(audited):
    """Every unknown has a reason and a next step, and none counts as a pass."""
    view = host(audited, "may-chu-005")

    assert view.unknown
    assert all(f.reason and f.next for f in view.unknown)
    assert all(m.why and m.next for m in view.missed)
    assert not {f.rule for f in view.unknown} & {f.rule for f in view.passed}


def test_a_host_that_let_nobody_in(audited):
    """The reason and the next step; no claim about what nobody saw."""
    view = host(audited, "may-chu-003")
    page = render("host", audited, code="may-chu-003")

    assert view.failure
    assert view.failure_next in page
    assert "Không có nội dung chưa đạt." not in page


@pytest.mark.parametrize("language", ["vi", "en"])
def test_one_file_that_needs_no_script(make, evil, language):
    """Hostile words add no tag; nothing is loaded; links lead inside the page only."""
    calm, page = (
        render("host", make(1, 9, hostile=h), code="h-00-0000", language=language)
        for h in (False, True)
    )
    tags = parsed(page)
    policy = [
        a["content"] for _, a in tags.seen if a.get("http-equiv") == "Content-Security-Policy"
    ]
    links = [a["href"] for _, a in tags.seen if "href" in a]

    assert {t for t, _ in parsed(calm).seen} == {t for t, _ in tags.seen}
    assert not {"script", "img", "link", "iframe", "form"} & {t for t, _ in tags.seen}
    assert not [a for _, a in tags.seen if any(name.startswith("on") for name in a)]
    assert policy[0].startswith("default-src 'none';")
    assert all(re.fullmatch(r"#f\d+", link) for link in links)
    assert {link[1:] for link in links} <= {a.get("id") for _, a in tags.seen}
    assert evil not in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", page)
    assert {language} == {a["lang"] for t, a in tags.seen if t == "html"}


def test_english_has_no_vietnamese_of_ours(make):
    """Nothing that attt itself says is left in the other language."""
    audited = make(1, 2)
    view = host(audited, "may-chu-000", language="en")
    ours = [*view.words.values(), *(label for label, _ in view.facts)]
    ours += [f.care for f in view.failing] + [f.severity_word for f in view.failing]

    assert [] == [w for w in ours if re.search("[ạảấầẩẫậắằẳẵặđẹẻẽếềểễệịọốồổộớờởợụủứừửựỳỵỷỹ]", w)]


def test_many_items_are_bounded(make):
    """A finding of thousands of items shows the first, and says how many are left and where."""
    audited = make(1, 3)
    record = next(r for r in audited.hosts for f in r.findings if f.failing)
    failing = next(f for f in record.findings if f.failing)
    many = tuple(replace(failing.failing[0], item=f"tệp {n}") for n in range(3000))
    findings = tuple(
        replace(f, failing=many) if f.rule == failing.rule else f for f in record.findings
    )
    swollen = replace(audited, hosts=(replace(record, findings=findings),))
    view = host(swollen, record.host)
    one = next(f for f in view.failing if f.rule == failing.rule)
    page = render("host", swollen, code=record.host)

    assert 3000 == len(one.rows) + one.rows_left
    assert "2.700 dòng nữa" in page
    assert len(page) < 300_000


def test_what_is_wanted_of_many_is_said_once(make):
    """Items of which the same is wanted stand together under it, none left out."""
    audited = make(1, 3)
    record = next(r for r in audited.hosts for f in r.findings if f.failing)
    failing = next(f for f in record.findings if f.failing)
    first = failing.failing[0]
    several = tuple(
        replace(first, item=f"cổng {n}", operator="not is_one_of" if n % 2 else "is_one_of")
        for n in range(6)
    )
    findings = tuple(
        replace(f, failing=several) if f.rule == failing.rule else f for f in record.findings
    )
    swollen = replace(audited, hosts=(replace(record, findings=findings),), scans=())
    one = next(f for f in host(swollen, record.host).failing if f.rule == failing.rule)
    page = render("host", swollen, code=record.host)

    assert ["một trong: no", "không thuộc: no"] == [g.wanted for g in one.groups]
    assert {r.item for g in one.groups for r in g.rows} == {f"cổng {n}" for n in range(6)}
    assert 1 == page.count("<b>không thuộc: no</b>")


def test_a_lacking_right_is_named(make):
    """Where the account may not read, the asks that take root are named."""
    rules = load([assets.folder("rules")], FACTS).rules
    rule = rules["account-no-empty-password"]
    reason = Reason(code="no_privilege")
    finding = Finding(rule=rule.id, subject=subject("h"), verdict=Verdict.UNKNOWN, reason=reason)
    said = finding_view(finding, rule)
    other = finding_view(replace(finding, reason=Reason(code="timed_out")), rule)

    assert any("/etc/shadow" in right and "[root]" in right for right in said.rights)
    assert () == other.rights


def test_a_host_must_be_one_of_the_run(make):
    """Without a name among several, or with a wrong one, it is a usage error."""
    audited = make(1, 3)

    for name in (None, "nobody"):
        with pytest.raises(UsageError, match="host report"):
            host(audited, name)


def luminance(colour):
    text = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(text[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_text_can_be_read():
    """Each rule's text is at least 4.5:1 on its ground, on white where it names none (WCAG AA)."""
    css = (assets.folder("reports") / "host" / "host.css").read_text(encoding="utf-8")
    rules = [dict(HEX.findall(body)) for body in re.findall(r"\{([^{}]*)\}", css)]
    pairs = [
        (r.get("color", "#1b1b1b"), r.get("background", "#fff"))
        for r in rules
        if "color" in r or "background" in r
    ]
    keys = re.findall(r"\.key\.\w+ \{ background: (#\w+)", css)
    worst = min(contrast(*pair) for pair in pairs if pair[1] not in keys)

    assert worst >= 4.5
    assert contrast("#4a4a4a", "#f4f4f2") >= 4.5  # labels stand on the grey ground of the facts
