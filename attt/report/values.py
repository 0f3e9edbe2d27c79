"""Found and wanted values in the words of people. Everything of a host is cut, masked and one line."""

import ipaddress
import re
from collections.abc import Mapping

from attt.model.finding import Compared
from attt.model.rule import Operator
from attt.model.value import Missing, Value
from attt.report.taint import one_line, short

LIMIT = 160
_MASKED = "[địa chỉ]"
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)")
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![\w:])")
_UNITS = {"s": "giây", "m": "phút", "h": "giờ", "d": "ngày"}
_WANTED: Mapping[str, str] = {
    Operator.IS: "{}",
    Operator.IS_NOT: "khác {}",
    Operator.IS_ONE_OF: "một trong: {}",
    Operator.AT_LEAST: "từ {} trở lên",
    Operator.AT_MOST: "tối đa {}",
    Operator.MODE_WITHIN: "quyền không rộng hơn {}",
    Operator.OLDER_THAN: "cách thời điểm kiểm tra hơn {}",
    Operator.NEWER_THAN: "trong vòng {} trước khi kiểm tra",
    Operator.VERSION_AT_LEAST: "phiên bản từ {}",
    Operator.WITHIN: "thuộc dải {}",
    Operator.MATCHES: "khớp mẫu {}",
    Operator.CONTAINS: "có {}",
    Operator.SUBSET_OF: "chỉ gồm: {}",
    Operator.ABSENT: "không được đặt",
}


def shown(value: Value, *, limit: int = LIMIT) -> str:
    """A value as a short line of Vietnamese text; `limit` in characters."""
    return short(_text(value), limit)


def wanted(compared: Compared) -> str:
    """What was wanted, with the operator said in words."""
    template = _WANTED.get(compared.operator, one_line(compared.operator) + ": {}")
    value = compared.wanted
    if compared.operator in (Operator.OLDER_THAN, Operator.NEWER_THAN) and isinstance(value, str):
        value = span(value)
    if compared.operator == Operator.ABSENT and value is False:
        return "phải được đặt"
    return template.format(shown(value))


def span(text: str) -> str:
    """Read "45d" as "45 ngày"; another text stays as it is."""
    unit = _UNITS.get(text[-1:])
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


def _text(value: Value) -> str:  # noqa: PLR0911  # one a kind of value  # one return a kind of value
    match value:
        case None:
            return "chưa đặt"
        case bool():
            return "có" if value else "không"
        case int():
            return str(value)
        case str():
            return one_line(value) or "(trống)"
        case Missing():
            return "(chưa đọc được)"
        case tuple():
            return ", ".join(_text(part) for part in value) or "(trống)"
        case _:
            return "; ".join(f"{one_line(name)}: {_text(part)}" for name, part in value.items())
