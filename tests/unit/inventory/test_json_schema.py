"""The JSON Schema that editors use agrees with what the program reads."""

from pathlib import Path

import jsonschema
import pytest

from attt import yamlio
from attt.inventory.schema import json_schema

SAMPLES = sorted((Path(__file__).parents[3] / "inventories").rglob("*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_schema_is_a_schema():
    """It is valid JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(json_schema())

    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples_fit_the_schema(path):
    """What attt ships is accepted by an editor too."""
    assert list(VALIDATOR.iter_errors(yamlio.read(path).data)) == []


@pytest.mark.parametrize(
    "data",
    [
        {"host": []},
        {"systems": [{"code": "A", "name": "A", "level": 6, "owner": "o", "operator": "o"}]},
        {"hosts": [{"id": "máy"}]},
        {"zones": [{"id": "a", "name": "a", "cidrs": []}]},
    ],
)
def test_schema_refuses_what_loading_refuses(data):
    """An editor marks a wrong key, level, id and empty list."""
    assert not VALIDATOR.is_valid(data)
