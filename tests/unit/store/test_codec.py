import json
from dataclasses import replace

import pytest

from attt.model.answer import Obstacle
from attt.model.inventory import Inventory
from attt.model.run import HostRecord, Platform
from attt.model.value import Missing
from attt.store.codec import FormError, canonical, ordered, plain, rebuild


def test_an_inventory_survives_with_places_and_order(make):
    """Judging years later needs the inventory as it was, down to line and column."""
    inventory = make.inventory()
    back = rebuild(Inventory, json.loads(ordered(plain(inventory))))

    assert inventory == back
    assert list(inventory.zones) == list(back.zones) == ["dmz", "csdl"]
    assert inventory.hosts["h-2"].place == back.hosts["h-2"].place


def test_a_host_record_survives(make):
    """Enumerations, tuples and nested values come back as what they were."""
    record = make.host()

    assert record == rebuild(HostRecord, json.loads(canonical(plain(record))))


def test_a_default_is_not_written():
    """A field that the model gets one day leaves the digests of older records alone."""
    assert plain(Platform(id="debian")) == {"id": "debian"}


def test_true_is_not_taken_for_the_default_one(make):
    """Python has True == 1; a document must not."""
    finding = make.host().findings[0]

    assert True is plain(replace(finding, checked=True))["checked"]
    assert "checked" not in plain(replace(finding, checked=0))


@pytest.mark.parametrize("value", [b"bytes", 1.5, Missing(Obstacle.DENIED), {1: "x"}, {"a"}])
def test_what_json_lacks_is_refused(value: object):
    """A value that would come back as another one is a bug that must be seen."""
    with pytest.raises(TypeError):
        plain(value)


@pytest.mark.parametrize(
    "document",
    [{"id": "debian", "colour": "red"}, {"host": "h"}, {"support": "new"}],
)
def test_a_document_of_another_form_is_refused(make, document: dict[str, object]):
    """A field or word of a newer attt is never dropped silently."""
    known = {} if "host" in document else plain(make.host())

    with pytest.raises(FormError):
        rebuild(HostRecord, known | document)
