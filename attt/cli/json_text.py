"""JSON for stdout: whole, and safe to look at on a terminal."""

import json
import re

# DEL and C1 controls, what steers reading direction or hides, tags, line breaks, halves of pairs;
# json itself spells out the C0 controls.
_STEERS = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]"
)


def json_text(document: object) -> str:
    """`document` as readable JSON; what could steer a terminal is escaped, so nothing is lost."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return _STEERS.sub(lambda found: json.dumps(found[0])[1:-1], text)
