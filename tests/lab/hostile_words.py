"""Words that a hostile host may say in any field, and what no output of attt may hold of them.

For every test of an output: put `EVERY` where a host's words go, then ask `raw(text)`.
"""

import re

TERMINAL = "\x1b[2J\x1b[1;1H\x1b]0;owned\x07\x1b]8;;http://x.invalid\x07\x9b31m\x9d0;owned\x9c\x08\x7f\x00\r"
HTML = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>&#60;b&#62;</td>"
)
TEMPLATE = "{{7*7}}{% include '/etc/passwd' %}{{ config.items() }}${7*7}#{7*7}"
FORMULA = "=cmd|' /C calc'!A0"
FORMULAS = (
    FORMULA,
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    '=HYPERLINK("http://x.invalid")',
)
BIDIRECTIONAL = "\u202egnp.exe\u202c\u2066\u2067\u2069\u200e\u200f\u061c"
INVISIBLE = "a\u200bd\u200cm\u2060i\ufeffn\u00ad\u2028\u2029\ufff9\ufffb\U000e0041"
NOT_TEXT = b"\xff\xfe\x80\xc0\xaf\xed\xa0\x80"
MARKS = "\n0000000000000000 0 > 0\n"
EVERY = TERMINAL + HTML + TEMPLATE + BIDIRECTIONAL + INVISIBLE + FORMULA
"""All of it in one line."""

_STEERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def raw(text: str) -> list[str]:
    """Characters that would steer a terminal, a reading direction or an eye, as themselves."""
    return sorted(set(_STEERS.findall(text)))


def formulas(cells: list[str]) -> list[str]:
    """Cells that a spreadsheet would run."""
    return [cell for cell in cells if cell.lstrip(" ")[:1] in tuple("=+-@\t\r＝＋－＠") and cell]
