"""The page of facts, docs/reference/facts.md, for scripts/reference.py."""

import importlib
from collections.abc import Iterator, Sequence

from attt.facts.kind import FactKind
from attt.facts.registry import FACTS
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat
from attt.model.shape import Integer, ListOf, Record, Shape, Text, Version


def facts_page() -> str:
    """Every fact: what it says, what is asked for it."""
    parts = [
        (
            "# Facts\n\nWhat attt can learn of a host or an address, and everything that it asks for "
            "it. A rule sees nothing else. `root` means: as root, or by `sudo` with exactly that "
            "command. Types: [shapes](../writing-rules.md#types).\n"
        )
    ]
    parts += [_fact(kind) for _, kind in sorted(FACTS.items())]
    return "\n".join(parts)


def _fact(kind: FactKind) -> str:
    doc = importlib.import_module(kind.parse.__module__).__doc__ or ""
    takes = ", ".join(f"`{name}`" for name in kind.params)
    lines = [
        f"## {kind.id}\n",
        f"{kind.title}. Subject: {kind.subject.value}; version of the parser: {kind.version}."
        + (f" Parameters: {takes}." if takes else "")
        + "\n",
        f"```text\n{doc.strip()}\n```\n",
        table(("Field", "Type"), _fields(kind.shape)),
    ]
    asks = kind.asks({name: f"<{name}>" for name in kind.params})
    if asks:
        lines.append(
            table(
                ("Asked", "Rights", "Limits"),
                ((_asked(ask), _rights(ask), _limits(ask)) for ask in asks.values()),
            )
        )
    else:
        lines.append("Nothing is asked of the host itself.\n")
    return "\n".join(lines)


def _fields(shape: Shape, at: str = "") -> Iterator[tuple[str, str]]:
    match shape:
        case Record():
            for name, inner in shape.fields.items():
                path = f"{at}.{name}" if at else name
                volatile = " (volatile)" if name in shape.volatile else ""
                if isinstance(inner, Record | ListOf):
                    yield f"`{path}`", _type(inner) + volatile
                    yield from _fields(inner, path)
                else:
                    yield f"`{path}`", _type(inner) + volatile
        case ListOf():
            if isinstance(shape.of, Record | ListOf):
                yield from _fields(shape.of, f"{at}[]")
        case _:
            yield f"`{at or '.'}`", _type(shape)


def _type(shape: Shape) -> str:
    null = " or null" if shape.nullable else ""
    match shape:
        case ListOf():
            return f"list of {_type(shape.of)}{null}"
        case Text() if shape.choices:
            return "one of " + ", ".join(f"`{cell(one)}`" for one in shape.choices) + null
        case Integer() if shape.unit:
            return f"integer ({shape.unit}){null}"
        case Version():
            return f"version ({shape.scheme}){null}"
        case _:
            return type(shape).__name__.lower() + null


def _asked(ask: Ask) -> str:
    match ask:
        case Command():
            return f"run `{cell(' '.join(ask.argv))}`"
        case ReadFile():
            return f"read `{ask.path}`"
        case ReadTree():
            return f"read `{ask.path}/{ask.glob}`"
        case Stat():
            return "owner and mode of " + ", ".join(f"`{path}`" for path in ask.paths)


def _rights(ask: Ask) -> str:
    rights = "root" if ask.privilege is Privilege.ROOT else "any account"
    return f"{rights}; only {', '.join(ask.platforms)}" if ask.platforms else rights


def _limits(ask: Ask) -> str:
    match ask:
        case Command():
            return f"{ask.timeout_s} s, {ask.cap_bytes // 1024} KiB"
        case ReadFile() | ReadTree():
            return f"{ask.cap_bytes // 1024} KiB"
        case Stat():
            return f"{ask.timeout_s} s"


def table(headings: Sequence[str], rows: Iterator[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """Text that does not end a cell of a Markdown table."""
    return text.replace("|", "\\|")
