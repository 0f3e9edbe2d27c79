"""What an earlier version kept is shown, judged by the rules of today and reported."""

import shutil
from pathlib import Path

import pytest

OLD = Path(__file__).parents[1] / "store" / "old"


@pytest.fixture(params=sorted(each.name for each in OLD.glob("*.db")))
def kept(request, here):
    state = here / "state"
    state.mkdir(mode=0o700)
    shutil.copyfile(OLD / request.param, state / "attt.db")
    (state / "attt.db").chmod(0o600)
    return here


def newest_whole(run):
    return next(
        r["run"] for r in run("runs", "list", "--json").document if r["status"] == "finished"
    )


def test_it_is_shown_judged_and_reported(kept, run, schema):
    """All from the file: the hosts of then are not there any more."""
    run_id = newest_whole(run)
    shown = run("runs", "show", run_id, "--json")
    judged = run("judge", run_id, "--json")
    paper = run("report", run_id, "--kind", "system", "--format", "html")

    assert (0, 0, 0) == (shown.code, judged.code, paper.code), paper.err
    verdicts = [f["verdict"] for f in shown.document["hosts"][0]["findings"]]
    assert (16, 4) == (verdicts.count("pass"), verdicts.count("fail"))
    again = {f["rule"]: f["verdict"] for f in judged.document["hosts"][0]["findings"]}
    assert {"fail", "pass"} <= set(again.values())
    assert 1 == len(list((kept / "out").glob("system-*.html")))


def test_its_killed_run_is_not_gone_on_with_by_other_rules(kept, run):
    """The rules have changed since: begin anew, and judge what was read."""
    said = run("runs", "resume")

    assert 2 == said.code
    assert "rules have changed" in said.err
    assert "attt judge" in said.err


def test_software_of_then_is_not_known(kept, run):
    """Packages were not read then: that is unknown, not absent."""
    said = run("find", "software", "openssl", "--json")

    assert (4, []) == (said.code, said.document["hosts"])
    assert {"h-1", "h-2"} == {host["host"] for host in said.document["not_known"]}
