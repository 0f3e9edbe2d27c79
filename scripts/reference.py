"""Write docs/reference/ and the help blocks of both READMEs from the program itself.

.venv/bin/python scripts/reference.py           writes what changed
.venv/bin/python scripts/reference.py --check   writes nothing; exit 1 names what is stale
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import platforms  # noqa: E402
from reference_facts import facts_page, table  # noqa: E402

from attt import assets  # noqa: E402
from attt.cli import language, main  # noqa: E402
from attt.cli.exits import Exit  # noqa: E402
from attt.facts.registry import FACTS  # noqa: E402
from attt.model.known_on import Known  # noqa: E402
from attt.model.level import LEVELS  # noqa: E402
from attt.model.rule import Rule  # noqa: E402
from attt.model.rulebook import Rulebook  # noqa: E402
from attt.model.standard import Requirement, RuleUse, Standard, Strength  # noqa: E402
from attt.rulebook.load import load  # noqa: E402

REFERENCE = ROOT / "docs/reference"
MADE = "<!-- Written by scripts/reference.py: do not edit by hand. -->\n\n"
COUNTS = re.compile(r"(<!-- counts -->\n).*?(<!-- /counts -->)", re.DOTALL)
HELP = re.compile(r"(<!-- help -->\n```text\n).*?(```\n<!-- /help -->)", re.DOTALL)
WIDTH = 78

EXITS: Mapping[Exit, tuple[str, str]] = {
    Exit.CLEAN: (
        "Clean: the command did what it was asked, and no finding counts.",
        "Không có nội dung chưa đạt từ mức `--fail-on` trở lên.",
    ),
    Exit.FINDINGS: (
        (
            "Findings: `audit` or `check` found a failure at or above `--fail-on` (default `high`) "
            "that no measure in force covers; `inventory check --strict` has a warning; `rules lint` "
            "has complaints; `rules prove` has a rule that is not proven; `rules coverage --only empty` "
            "has a cell that is empty."
        ),
        "Có nội dung chưa đạt từ mức `--fail-on` (mặc định `high`) trở lên.",
    ),
    Exit.WRONG_USE: (
        (
            "Wrong use or input: an option, a file or a name that can't be accepted, or a program that "
            "this machine lacks. One message with `file:line:column` where a file is at fault, and the "
            "mend. Nothing is stored."
        ),
        "Gõ sai lệnh, tệp sai hoặc máy này thiếu chương trình; thông báo chỉ rõ chỗ sai và cách sửa.",
    ),
    Exit.BUG: (
        "A bug in attt: the path of a log to send is printed. The log holds no values.",
        "Lỗi của chính attt; màn hình cho biết tệp nhật ký cần gửi cho người phụ trách công cụ.",
    ),
    Exit.TOO_LITTLE_SEEN: (
        (
            "Too little was seen to conclude: a host was not reached or was read only in part, a rule "
            "at or above `--fail-on` came out unknown, or nothing was judged at all. Beats 1: there "
            "may be findings as well. `doctor` ends with 4 when something is missing, `keys` when a "
            "host showed no key or was not enrolled, `find software` when a host is not known."
        ),
        "Chưa đủ căn cứ kết luận: có máy chủ chưa kiểm tra được hoặc chỉ đọc được một phần.",
    ),
    Exit.INTERRUPTED: (
        "Interrupted with Ctrl-C. What was finished is kept; `attt runs resume` does the rest.",
        "Người dùng bấm Ctrl-C; phần đã làm xong được giữ lại, làm nốt bằng `attt runs resume`.",
    ),
}


# --- cli.md --------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, in the order of `attt --help`, subcommands after."""
    yield from _below("attt", main.build())


def _below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _below(f"{path} {name}", inner)


def _help(path: str, command: click.Command) -> str:
    context = click.Context(
        command, info_name=path, terminal_width=WIDTH, help_option_names=["-h", "--help"]
    )
    return command.get_help(context)


def cli_page() -> str:
    """Every command's --help."""
    parts = [
        (
            "# The command line\n\n"
            "Every command as `--help` shows it in English. `--lang vi|en` may stand anywhere in the "
            "line. How commands end: [exit codes](exit-codes.md).\n"
        )
    ]
    parts += [f"## {path}\n\n```text\n{_help(path, one)}\n```\n" for path, one in commands()]
    return MADE + "\n".join(parts)


# --- rules.md ------------------------------------------------------------------------------


def rules_page(book: Rulebook) -> str:
    """Every packaged rule."""
    serves = _served(book)
    parts = [
        (
            f"# Rules\n\nThe {len(book.rules)} packaged rules. `attt rules show RULE` prints why a rule "
            "is there and how to mend a failure; [writing rules](../writing-rules.md) says how one is "
            "made. A parameter has its default here; what a standard sets instead stands below it.\n"
        ),
        table(
            ("Rule", "Severity", "Title"),
            ((f"[{r.id}](#{r.id})", r.severity.value, r.title.vi) for r in book.rules.values()),
        ),
    ]
    parts += [_known_on(book)]
    parts += [_rule(rule, book, serves.get(rule.id, {})) for rule in book.rules.values()]
    return MADE + "\n".join(parts)


_LETTERS = {Known.PROVEN: "**P**", Known.SUPPORTED: "S", Known.DOCUMENTED: "D", Known.SHARED: "s",
            Known.GENERIC: "-"}  # fmt: skip


def _known_on(book: Rulebook) -> str:
    """Rule × release: how each is known there."""
    known = platforms.table_of(book)
    rows = (
        (f"[{rule}](#{rule})",
         *(_LETTERS[by.get(r.id, Known.GENERIC)] for r in platforms.RELEASES))
        for rule, by in known.items()
    )  # fmt: skip
    return (
        "## Which rule is known on which release\n\n"
        "**P**: proven, a lab test breaks a booted host of that release and the rule notices. S: "
        "supported, outputs of a live host of that release are recorded for each fact that the rule needs. "
        "D: documented, such outputs were written after the vendor's manuals and packages. s: shared, "
        "judged by the same code as a release with such outputs. -: none of these; what the rule "
        "cannot read there is unknown, never a pass. Rules on endpoints ask from outside and stand in "
        "no row.\n\n" + table(("Rule", *(release.name for release in platforms.RELEASES)), rows)
    )


def _rule(rule: Rule, book: Rulebook, serves: Mapping[str, Sequence[str]]) -> str:
    lines = [
        f"## {rule.id}\n",
        f"**{rule.title.vi}**  \n{rule.title.en}\n",
        (
            f"- Severity: {rule.severity.value}; subject: {rule.subject.value}; risk of the fix: "
            f"{rule.fix.risk.value}; examples: {len(rule.examples)}"
        ),
        "- Facts: "
        + ", ".join(f"[{k}](facts.md#{_anchor(k.id)})" for k in dict.fromkeys(rule.needs.values())),
    ]
    for name, parameter in rule.params.items():
        stricter = {"none": "", "subset": "; fewer is stricter", "superset": "; more is stricter"}
        way = stricter.get(parameter.stricter, f"; {parameter.stricter} is stricter")
        lines.append(f"- Parameter `{name}` ({parameter.type}{way}): {_json(parameter.default)}")
        lines += [f"  - {said}" for said in _set_by_standards(rule.id, name, book)]
    for standard, ids in serves.items():
        lines.append(f"- Serves in {book.standards[standard].edition}: {', '.join(ids)}")
    return "\n".join(lines) + "\n"


def _set_by_standards(rule: str, name: str, book: Rulebook) -> Iterator[str]:
    for standard in book.standards.values():
        for requirement in standard.requirements:
            for use in _uses(requirement):
                if use.rule == rule and name in use.params:
                    by = use.params[name]
                    said = ", ".join(f"level {n}: {_json(v)}" for n, v in sorted(by.items()))
                    yield f"{standard.edition}, {requirement.id}: {said}"


def _uses(requirement: Requirement) -> list[RuleUse]:
    return [use for one in requirement.served_by for way in one.any_of for use in way.rules]


def _served(book: Rulebook) -> dict[str, dict[str, list[str]]]:
    """Rule id → standard id → requirement ids."""
    found: dict[str, dict[str, list[str]]] = {}
    for standard in book.standards.values():
        for requirement in standard.requirements:
            for rule in dict.fromkeys(use.rule for use in _uses(requirement)):
                found.setdefault(rule, {}).setdefault(standard.id, []).append(requirement.id)
    return found


# --- coverage.md ---------------------------------------------------------------------------

_HOWS = {
    "rules": "by rules",
    "rules_partly": "by rules in part",
    "host_cannot": "by document (a host cannot show it)",
    "host_not_yet": "by document (a host could show it; no rule yet)",
    "scan_not_yet": "by document (a scan could show it; no rule yet)",
    "document": "by document",
}


def coverage_page(book: Rulebook) -> str:
    """How each requirement is assessed, as `attt rules coverage --json` says it."""
    standard = _newest(book)
    rows = json.loads(_attt("rules", "coverage", "--standard", standard.id, "--json"))
    by_level = Counter((row["level"], row["assessed_by"]) for row in rows)
    musts = Counter(row["level"] for row in rows if row["strength"] == Strength.MUST)
    verified = sum(row["verified"] for row in rows)
    parts = [
        (f"# Coverage of {standard.edition}\n\n"
        f"{len(standard.requirements)} requirements in attt's own words. Clauses checked against "
        f"the official text: {verified} of {len(rows)} (requirement × level). What no rule "
        'assesses is owed by a document; without one it is "not assessed", never "met".\n'),
        table(
            ("Level", "Requirements", "of these must", *(_HOWS.values())),
            ((n, sum(by_level[n, how] for how in _HOWS), musts[n],
              *(by_level[n, how] for how in _HOWS)) for n in LEVELS),
        ),
        ("## Requirements that rules serve\n\n`full`: passing rules prove the whole requirement; "
        "`partial`: a part of it, the rest is owed by a document.\n"),
        table(
            ("Requirement", "What", *(f"Level {n}" for n in LEVELS), "Rules", "Proves"),
            _served_rows(book, standard.id),
        ),
    ]  # fmt: skip
    return MADE + "\n".join(parts)


def _newest(book: Rulebook) -> Standard:
    return max(book.standards.values(), key=lambda one: one.in_force_from)


def _served_rows(book: Rulebook, standard: str) -> Iterator[Sequence[str]]:
    for requirement in book.standards[standard].requirements:
        if not requirement.served_by:
            continue
        rules = dict.fromkeys(f"[{u.rule}](rules.md#{u.rule})" for u in _uses(requirement))
        proves = dict.fromkeys(
            service.coverage.value + (f" ({_levels(service.levels)})" if service.levels else "")
            for service in requirement.served_by
        )
        yield (
            f"`{requirement.id}`",
            requirement.title.en,
            *(requirement.clauses.get(level, "") for level in LEVELS),
            ", ".join(rules),
            ", ".join(proves),
        )


def _levels(levels: Sequence[int]) -> str:
    return "level " + ", ".join(str(int(level)) for level in levels)


# --- exit-codes.md -------------------------------------------------------------------------


def exits_page() -> str:
    """What a caller can rely on."""
    rows = ((f"`{int(code)}`", en, vi) for code, (en, vi) in EXITS.items())
    return MADE + (
        "# Exit codes\n\nInterrupted beats too little seen, which beats findings. With `--json`, "
        "errors of exit 2 and 3 are one JSON document on stdout as well "
        "([schema](../schemas/error.json)).\n\n"
        + table(("Code", "Meaning", "Ý nghĩa"), rows)
        + "\nHosts that the inventory declares with `transport: none` don't count as unseen. "
        "A finding that a measure in force covers, of whatever kind, doesn't count as a finding: "
        "[decision 0007](../decisions/0007-measures-and-exit-codes.md).\n"
    )


# --- all of them ---------------------------------------------------------------------------


def pages() -> dict[Path, str]:
    """Every generated file with the text that it should have."""
    language.choose(["--lang", "en"], os.environ)
    book = load([assets.folder("rules")], FACTS)
    made = {
        REFERENCE / "cli.md": cli_page(),
        REFERENCE / "rules.md": rules_page(book),
        REFERENCE / "facts.md": MADE + facts_page(),
        REFERENCE / "coverage.md": coverage_page(book),
        REFERENCE / "exit-codes.md": exits_page(),
        platforms.TARGET: platforms.text(book),
    }
    for name, lang in (("README.md", "en"), ("README.vi.md", "vi")):
        page = (ROOT / name).read_text(encoding="utf-8")
        page = _between(HELP, page, _attt("--lang", lang, "--help"))
        made[ROOT / name] = _between(COUNTS, page, _counts(book, lang))
    return made


def _between(marks: re.Pattern[str], page: str, text: str) -> str:
    return marks.sub(lambda found: found[1] + text + found[2], page)


_SAID = {
    "en": """{rules} rules. At level 3 they prove {full} of {all} requirements in full and {part} in \
part; {rest} are owed by documents alone.
Of the {known} requirements, {verified} have had their clause numbers checked against the official \
text of the standard.
""",
    "vi": """Mới có {rules} tiêu chí. Ở cấp độ 3, bộ tiêu chí chứng minh được toàn bộ {full}/{all} yêu \
cầu và một phần của {part} yêu cầu; {rest} yêu cầu còn lại chỉ đánh giá bằng hồ sơ.
Số mục đã được đối chiếu với bản tiêu chuẩn chính thức: {verified}/{known} yêu cầu.
""",
}


def _counts(book: Rulebook, lang: str) -> str:
    """How little is covered, said in the README of a language."""
    standard = _newest(book)
    words = ("rules", "coverage", "--standard", standard.id, "--level", "3", "--json")
    asked = json.loads(_attt(*words))
    hows = Counter(row["assessed_by"] for row in asked)
    full, part = hows["rules"], hows["rules_partly"]
    return _SAID[lang].format(
        rules=len(book.rules), full=full, part=part, all=len(asked), rest=len(asked) - full - part,
        known=len(standard.requirements), verified=sum(r.verified for r in standard.requirements),
    )  # fmt: skip


def _attt(*words: str) -> str:
    """What the command line prints on a terminal of 80 columns."""
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "attt", *words],
        capture_output=True, text=True, check=True, env=environment, cwd=ROOT / "docs",
    )  # fmt: skip
    return done.stdout


def _anchor(heading: str) -> str:
    return heading.replace(".", "")


def _json(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def run(argv: Sequence[str]) -> int:
    """Write, or with --check only compare; 1 where something was stale."""
    stale = {
        path: text
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        if "--check" in argv:
            print(f"stale: {path.relative_to(ROOT)}; run scripts/reference.py")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")
    return 1 if stale and "--check" in argv else 0


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
