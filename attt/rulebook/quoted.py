"""Text as YAML holds it between double quotes, whatever stands in it."""

import json


def quoted(text: str) -> str:
    """`text` in double quotes; YAML reads JSON's escapes."""
    return json.dumps(text, ensure_ascii=False)
