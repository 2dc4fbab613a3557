"""Fields are called by words in a sentence."""

from __future__ import annotations

from followthru.domain.field_words import called


def test_a_field_is_called_by_its_word_once_or_by_its_own_name() -> None:
    assert called(["tags", "public_title"]) == "tags, title for readers"
    assert called(["starts", "tags", "starts_on"]) == "start, tags", "typed and stored names are one thing"
    assert called([]) == ""
