"""The table of fields: what its marks say of a field, and how an entity's fields are found."""

from __future__ import annotations

import pytest

from followthru.domain.fields import ENTITIES, FIELDS, Field, Kind, Sees, by_name, of


@pytest.mark.parametrize(
    "field",
    [
        Field("task", "promised_on", Kind.DATE, Sees.READER, False, True, True, None, "promised_on"),
        Field("task", "notes", Kind.TEXT, Sees.PM, False, False, False, None, "notes"),
        Field("task", "reason_missing", Kind.FLAG, Sees.PM, True, False, False, None, "reason_missing"),
        Field("task", "practice_id", Kind.REF, Sees.PM, False, False, True, "practice", "practice"),
        Field("task", "moved_from", Kind.JSON, Sees.PM, False, False, False, None, "moved_from"),
        Field("task", "promised_time", Kind.TIME, Sees.READER, False, True, False, None, "promised_time"),
        Field("practice", "slug", Kind.TEXT, Sees.READER, True, False, True, None, "slug"),
        Field("reading", "value", Kind.TEXT, Sees.READER, True, False, False, None, "value"),
    ],
    ids=lambda field: f"{field.entity}.{field.name}",
)
def test_what_the_marks_of_a_field_say(field: Field) -> None:
    assert by_name(field.entity)[field.name] == field


def test_an_entity_has_its_own_fields_in_the_order_of_the_table() -> None:
    assert [field.name for field in of("tag")] == ["task_id", "name"]
    assert [field for entity in ENTITIES for field in of(entity)] == list(FIELDS)
    assert list(by_name("closure")) == ["practice_id", "closed_on", "half"]


def test_what_is_no_entity_has_no_fields() -> None:
    with pytest.raises(KeyError, match="client"):
        of("client")
