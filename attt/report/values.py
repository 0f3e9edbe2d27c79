"""Found and wanted values in the words of people. Everything of a host is cut, masked and one line."""

import ipaddress
import re
from collections.abc import Mapping

from attt.model.finding import Compared
from attt.model.rule import Operator, Quantifier
from attt.model.value import Missing, Value
from attt.report.taint import one_line, short
from attt.report.words import Term

LIMIT = 160
PRESENT = "present"
"""What evaluating calls the condition that something is there at all."""
_MASKED = "[địa chỉ]"
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)")
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![\w:])")
_UNITS = {
    "vi": {"s": "giây", "m": "phút", "h": "giờ", "d": "ngày"},
    "en": {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"},
}
_WANTED: Mapping[str, Term] = {
    Operator.IS: Term("{}", "{}"),
    Operator.IS_NOT: Term("khác {}", "not {}"),
    Operator.IS_ONE_OF: Term("một trong: {}", "one of: {}"),
    Operator.AT_LEAST: Term("từ {} trở lên", "at least {}"),
    Operator.AT_MOST: Term("tối đa {}", "at most {}"),
    Operator.MODE_WITHIN: Term("quyền không rộng hơn {}", "a mode no wider than {}"),
    Operator.OLDER_THAN: Term(
        "cách thời điểm kiểm tra hơn {}", "more than {} before the observation"
    ),
    Operator.NEWER_THAN: Term(
        "trong vòng {} trước khi kiểm tra", "within {} before the observation"
    ),
    Operator.VERSION_AT_LEAST: Term("phiên bản từ {}", "version {} or later"),
    Operator.WITHIN: Term("thuộc dải {}", "inside {}"),
    Operator.MATCHES: Term("khớp mẫu {}", "matching {}"),
    Operator.CONTAINS: Term("có {}", "with {}"),
    Operator.IN_DATE: Term("còn hạn hỗ trợ (đến hết {})", "still supported (until {})"),
    Operator.SUBSET_OF: Term("chỉ gồm: {}", "only: {}"),
    Operator.ABSENT: Term("không được đặt", "not set"),
    Quantifier.ANY: Term("ít nhất một mục thỏa mãn", "at least one that meets it"),
    PRESENT: Term("phải có", "there"),
}
_NOT = "not "
_UNWANTED: Mapping[str, Term] = {
    Operator.IS: Term("khác {}", "not {}"),
    Operator.IS_NOT: Term("{}", "{}"),
    Operator.IS_ONE_OF: Term("không thuộc: {}", "none of: {}"),
    Operator.AT_LEAST: Term("dưới {}", "less than {}"),
    Operator.AT_MOST: Term("trên {}", "more than {}"),
    Operator.MODE_WITHIN: Term("quyền rộng hơn {}", "a mode wider than {}"),
    Operator.OLDER_THAN: Term(
        "cách thời điểm kiểm tra không quá {}", "at most {} before the observation"
    ),
    Operator.NEWER_THAN: Term(
        "cách thời điểm kiểm tra từ {} trở lên", "at least {} before the observation"
    ),
    Operator.VERSION_AT_LEAST: Term("phiên bản trước {}", "a version before {}"),
    Operator.WITHIN: Term("ngoài dải {}", "outside {}"),
    Operator.MATCHES: Term("không khớp mẫu {}", "not matching {}"),
    Operator.CONTAINS: Term("không có {}", "without {}"),
    Operator.IN_DATE: Term("đã hết hạn hỗ trợ ({})", "past its support (until {})"),
    Operator.SUBSET_OF: Term("không chỉ gồm: {}", "more than: {}"),
    Operator.ABSENT: Term("phải được đặt", "set"),
}
"""What is wanted where a condition must not hold (`none` of a group or of a list)."""

_UNSET = Term("không được đặt", "not set")
_SET = Term("phải được đặt", "set")
_NULL = Term("chưa đặt", "not set")
_TRUE, _FALSE = Term("có", "yes"), Term("không", "no")
_EMPTY = Term("(trống)", "(empty)")
_MISSING = Term("(chưa đọc được)", "(not read)")


def shown(value: Value, *, limit: int = LIMIT, language: str = "vi") -> str:
    """A value as a short line of text in `language`; `limit` in characters."""
    return short(_text(value, language), limit, language)


def wanted(compared: Compared, *, limit: int = LIMIT, language: str = "vi") -> str:
    """What was wanted, with the operator said in words; `limit` in characters of the value."""
    is_negated = compared.operator.startswith(_NOT)
    operator = compared.operator.removeprefix(_NOT)
    known = (_UNWANTED if is_negated else _WANTED).get(operator)
    template = known.text(language) if known else one_line(compared.operator) + ": {}"
    value = compared.wanted
    if operator in (Operator.OLDER_THAN, Operator.NEWER_THAN) and isinstance(value, str):
        value = span(value, language)
    if operator == Operator.IN_DATE and isinstance(value, str) and language == "vi":
        value = "/".join(reversed(value.split("-")))
    if operator == Operator.ABSENT and value is False:
        return (_UNSET if is_negated else _SET).text(language)
    return template.replace("{}", shown(value, limit=limit, language=language))


def span(text: str, language: str = "vi") -> str:
    """Read "45d" as "45 ngày"; another text stays as it is."""
    unit = _UNITS[language].get(text[-1:])
    return f"{text[:-1]} {unit}" if unit and text[:-1].isdigit() else text


def masked(text: str) -> str:
    """`text` without addresses; unspecified and loopback ones tell nothing and stay."""
    return _IPV6.sub(_hide, _IPV4.sub(_hide, text))


def _hide(match: re.Match[str]) -> str:
    tail = match[0][len(match[0].rstrip(":.")) :] if "::" not in match[0][-2:] else ""
    body = match[0][: len(match[0]) - len(tail)]
    try:
        address = ipaddress.ip_address(body)
    except ValueError:
        return match[0]
    return match[0] if address.is_unspecified or address.is_loopback else _MASKED + tail


def _text(value: Value, language: str) -> str:  # one a kind of value
    match value:
        case None:
            return _NULL.text(language)
        case bool():
            return (_TRUE if value else _FALSE).text(language)
        case int():
            return str(value)
        case str():
            return one_line(value) or _EMPTY.text(language)
        case Missing():
            return _MISSING.text(language)
        case tuple():
            return ", ".join(_text(part, language) for part in value) or _EMPTY.text(language)
        case _:
            parts = (f"{one_line(name)}: {_text(part, language)}" for name, part in value.items())
            return "; ".join(parts) or _EMPTY.text(language)
