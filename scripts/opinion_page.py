"""docs/second-opinion.md: written from what was found, and read back from its own table."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/second-opinion.md"
SOURCE = Path(__file__).with_name("second_opinion.yaml")
MADE = "<!-- Written by scripts/second_opinion.py: do not edit by hand. -->\n\n"
MARKS = {"pass": "✓", "fail": "✗", "unknown": "?", "not_applicable": "n/a", "-": "–"}
WHO = {
    "attt": "attt sees what is in force, and the others do not",
    "other": "another tool catches what attt lets pass",
    "asks": "each asks another question, or asks for another value",
    "lab": "the lab's own shape: a host without a kernel, an image or a network of its own",
}
_ROW = re.compile(r"^\| (\d+) \| (.+?) \|(.+)\|$", re.MULTILINE)
_VERSION = re.compile(r"^- ([\w -]+): (.+)$", re.MULTILINE)

Triple = tuple[str, str, str]
"""The verdicts of attt, SSG and Lynis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why the three do not say the same of a topic, on these hosts and with these verdicts."""

    found: Triple
    hosts: tuple[str, ...]
    who: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing that at least two of the three look at, attt among them."""

    title: str
    rules: tuple[str, ...]
    ssg: tuple[str, ...]
    lynis: tuple[str, ...]
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """second_opinion.yaml: the hosts by name, the topics, and what attt leaves to the others."""

    hosts: Mapping[str, str]
    topics: tuple[Topic, ...]
    left_out: tuple[Mapping[str, Any], ...]
    mended: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run found: versions of the tools by release, and verdicts by topic and host."""

    versions: Mapping[str, str]
    verdicts: Mapping[str, Mapping[str, Triple]]


def mapped(source: Path = SOURCE) -> Mapped:
    """Read the file; a key that is missing or misspelt raises."""
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    return Mapped(
        hosts=document["hosts"],
        topics=tuple(_topic(one) for one in document["topics"]),
        left_out=tuple(document["left_out"]),
        mended=tuple(document["mended"]),
    )


def differs(found: Triple) -> bool:
    """Whether those that said something did not all say the same."""
    said = {one for one in found if one != "-"}
    return len(said) > 1


def complaints(data: Mapped, found: Found) -> Iterator[str]:
    """Disagreements that nobody explained, and explanations of what was not found."""
    for topic in data.topics:
        open_ = {h: t for h, t in found.verdicts[topic.title].items() if differs(t)}
        for why in topic.whys:
            for host in why.hosts:
                if open_.pop(host, None) != why.found:
                    seen = found.verdicts[topic.title].get(host)
                    yield f"{topic.title}: explains {host} {why.found}, but found {seen}"
        for host, triple in open_.items():
            yield f"{topic.title}: nobody explains {host} {' '.join(triple)}"


def render(data: Mapped, found: Found) -> str:
    """The whole page."""
    parts = [
        *("# A second opinion\n\n", MADE, _intro(data, found), "\n## What each said\n\n"),
        *(_LEGEND, _table(data, found), "\n## Why they differ\n\n", *_explained(data)),
        *("## What attt leaves to the others\n\n", _LEFT, *_left_out(data)),
        *("\n## What attt had wrong\n\n", _MENDED, *(f"- {one}\n" for one in data.mended)),
        *("\n## Which tests make up a topic\n\n", _tests(data)),
    ]
    return "".join(parts)


def read(text: str, data: Mapped) -> Found:
    """What a page says was found: its versions, and its table."""
    marks = {mark: word for word, mark in MARKS.items()}
    verdicts = {}
    table = text.partition("## What each said")[2].partition("## ")[0]
    for row in _ROW.finditer(table):
        cells = [tuple(marks[m] for m in cell.split()) for cell in row[3].split("|")]
        verdicts[row[2]] = dict(zip(data.hosts, cells, strict=True))
    section = text.partition("Versions:")[2].partition("## ")[0]
    return Found(versions=dict(_VERSION.findall(section)), verdicts=verdicts)


def _topic(one: Mapping[str, Any]) -> Topic:
    whys = tuple(
        Why(
            found=tuple(why["found"].split()),
            hosts=tuple(why["hosts"]),
            who=why["who"],
            because=why["because"].strip(),
        )
        for why in one.get("why", ())
    )
    named = {key: tuple(one.get(key, ())) for key in ("rules", "ssg", "lynis")}
    return Topic(title=one["topic"], whys=whys, **named)


def _intro(data: Mapped, found: Found) -> str:
    triples = [triple for hosts in found.verdicts.values() for triple in hosts.values()]
    apart = sum(differs(triple) for triple in triples)
    counts = Counter(
        {who: sum(len(w.hosts) for t in data.topics for w in t.whys if w.who == who) for who in WHO}
    )
    rows = "".join(f"| {WHO[who]} | {counts[who]} |\n" for who in WHO)
    hosts = "".join(f"- **{name}**: {text}\n" for name, text in data.hosts.items())
    versions = "".join(f"- {name}: {text}\n" for name, text in found.versions.items())
    return (
        f"{_HOW}\n{hosts}\nVersions:\n\n{versions}\n"
        f"{len(data.topics)} topics on {len(data.hosts)} hosts give {len(triples)} comparisons; "
        f"in {apart} of them not all that spoke said the same:\n\n"
        f"| reason | comparisons |\n|---|---:|\n{rows}"
    )


def _table(data: Mapped, found: Found) -> str:
    head = f"| # | topic | {' | '.join(data.hosts)} |\n|---:|---|{':---:|' * len(data.hosts)}\n"
    rows = []
    for number, topic in enumerate(data.topics, 1):
        by_host = found.verdicts[topic.title]
        cells = (" ".join(MARKS[one] for one in by_host[host]) for host in data.hosts)
        rows.append(f"| {number} | {topic.title} | {' | '.join(cells)} |\n")
    return head + "".join(rows)


def _explained(data: Mapped) -> Iterator[str]:
    for number, topic in enumerate(data.topics, 1):
        if topic.whys:
            yield f"### {number}. {topic.title}\n\n"
            for why in topic.whys:
                marks = " ".join(MARKS[one] for one in why.found)
                yield f"- {', '.join(why.hosts)} ({marks}): {why.because}\n"
            yield "\n"


def _left_out(data: Mapped) -> Iterator[str]:
    yield "| topic | SSG | Lynis | why attt does not ask |\n|---|---|---|---|\n"
    for one in data.left_out:
        yield f"| {one['topic']} | {_code(one['ssg'])} | {_code(one['lynis'])} | {one['because']} |\n"


def _tests(data: Mapped) -> str:
    head = "| # | attt | SSG | Lynis |\n|---:|---|---|---|\n"
    rows = (
        f"| {number} | {_code(one.rules)} | {_code(one.ssg)} | {_code(one.lynis)} |\n"
        for number, one in enumerate(data.topics, 1)
    )
    return head + "".join(rows)


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


_HOW = """\
Two other auditors look at the same lab hosts as attt, at the same moment: OpenSCAP with the content
of the SCAP Security Guide (SSG) that Debian packages, and Lynis. This page sets what they say beside
what attt says, and explains every difference. `sudo .venv/bin/python scripts/second_opinion.py`
writes it afresh: it needs root, the lab of `tests/lab`, Debian's mirror the first time (the two roots
with the auditors inside), and two to seven minutes, as busy as the machine is; it is no part of CI. It ends with 1, and writes
nothing, where a difference has no explanation in `scripts/second_opinion.yaml` or an explanation has
no difference any more.

How the others were run, so that they can be believed:

- SSG's content for Debian 12 is that of Debian 13's package: Debian 12's own package ends at Debian 11.
  There is none for Debian 13, so that Debian 13 is judged by the content for Debian 12, whose check of
  the release is taken out for those hosts.
- Every rule of the content is selected, whatever its profiles select, with the content's default values.
- Most of the content applies only where a kernel package is installed. A lab host has none: the
  machine's own kernel serves it, and 402 of the 591 rules would come out as not applicable and say
  nothing. Its roots therefore carry `linux-base`, the small package that every kernel package of Debian
  brings along and by which the content tells; with it 69 rules remain not applicable. No other
  condition of the content is touched.
- Lynis runs all its tests (`lynis audit system --quick --cronjob --no-plugins`). A test that ran and held
  nothing against the host counts as ✓, one that gave a warning or a suggestion as ✗. A few tests write
  what they found into the log alone; those lines are read as well.
- attt runs as `attt check` does, over SSH as root, before the others have touched the host: at level 3,
  and at level 5 for the rules that level 3 does not ask.

The hosts:
"""
_LEGEND = """\
Three marks a cell: attt, SSG, Lynis. ✓ nothing is wrong; ✗ something is; ? attt could not learn it;
n/a attt says that the rule has nothing to judge on this host; – the tool does not look at it, or its
rule did not apply. Of several rules or tests the worst counts.

"""
_LEFT = """\
What both others look at and attt has no rule for.

"""
_MENDED = """\
Found by these comparisons, and mended since.

"""
