from dataclasses import replace

from attt.model.finding import Verdict
from attt.report.scope import covering, params_key, scopes, serving


def test_a_system_gets_the_findings_that_it_asked_for(make):
    """A finding of other parameters, of another system's level, is not among a system's findings."""
    audited = make(2, 3)
    host = audited.hosts[0]
    foreign = replace(host.findings[0], params=(("allowed", ("yes",)),))
    other = replace(audited, hosts=(replace(host, findings=(foreign,)), *audited.hosts[1:]))
    before = {j.finding for j in scopes(audited)[0].judged if j.name == host.name}
    after = {j.finding for j in scopes(other)[0].judged if j.finding.subject.id == host.host}

    assert len(before) == len(host.findings)
    assert set() == after


def test_defaults_and_settled_parameters_are_one(make):
    """Parameters as the standard writes them and as a finding holds them, settled, are the same."""
    rule = make().rulebook.rules["sshd-root-login"]
    settled = (("allowed", ("no", "prohibit-password")),)

    assert params_key(rule, ()) == params_key(rule, settled)
    assert params_key(rule, ()) != params_key(rule, (("allowed", ("no",)),))


def test_serving_holds_each_use_once(make):
    """Every rule of the standard serves its requirement at the level's own parameters."""
    audited = make()
    book = audited.rulebook.standards["tcvn-14423-2026"]
    uses = serving(book, audited.systems[0].level, audited.rulebook)

    assert set(audited.rulebook.rules) == {rule for rule, _ in uses}
    assert all(len(served) == 1 for served in uses.values())


def test_a_measure_covers_only_where_every_requirement_has_one(make):
    """A failing finding that one requirement leaves uncovered is not covered."""
    audited = make(1, 9)
    result = audited.systems[0]
    mended = tuple(
        replace(r, subjects=tuple(replace(s, covers=()) for s in r.subjects))
        if r.requirement == "R.file-cron"
        else r
        for r in result.requirements
    )
    both = (result, replace(result, requirements=mended))
    held = covering(audited.inventory, (result,))
    cron = [key for key in held if key[1] == "file-cron"]

    assert cron
    assert {"m1"} == {held[key] for key in cron}
    assert {None} == {covering(audited.inventory, both)[key] for key in cron}


def test_a_measure_alters_no_verdict(make):
    """What a measure covers still counts as failing."""
    about = scopes(make(1, 9))[0]
    covered = [j for j in about.judged if j.measure]

    assert covered
    assert {Verdict.FAIL} == {j.finding.verdict for j in covered}


def test_an_address_as_a_whole_is_not_named(make):
    """A finding about a whole address bears its host's name; one about a port, the port too."""
    audited = make(1, 5)
    scan = audited.scans[0]
    whole = replace(scan.evidence.ports[0].endpoint, protocol="", port=0)
    six = replace(whole, address="2001:db8::22")
    findings = (
        tuple(replace(scan.findings[0], subject=end.subject) for end in (whole, six))
        + scan.findings
    )
    seen = replace(audited, scans=(replace(scan, findings=findings),))
    names = [j.name for j in scopes(seen)[0].judged if "nhìn từ" in j.name]

    assert [
        "may-chu-000 (nhìn từ Internet)",
        "may-chu-000 (nhìn từ Internet)",
        "may-chu-000, cổng 23/tcp (nhìn từ Internet)",
    ] == names
