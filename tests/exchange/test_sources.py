"""Files from elsewhere: every encoding that spreadsheets write is read, and what is no text is refused by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from followthru.exchange import sources
from followthru.exchange.sources import UnreadableError, from_bytes, read_files

WORDS = "title;owner\nClínica “Säo” 1;Zoë\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (WORDS.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + WORDS.encode(), "utf-8"),
        (b"\xff\xfe" + WORDS.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + WORDS.encode("utf-16-be"), "utf-16-be"),
        ("title;owner\nplain;words\n".encode("utf-16-le"), "utf-16-le"),
        ("title;owner\nplain;words\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_an_encoding_is_found(data: bytes, encoding: str) -> None:
    source = from_bytes(data, "list.csv")
    assert (source.encoding, source.warnings) == (encoding, ())
    assert source.text in (WORDS, "title;owner\nplain;words\n")


def test_one_byte_a_letter_is_read_as_western_text_with_a_word_to_look_at() -> None:
    source = from_bytes("a,b\nx,y\nCafé Zoë,1\n".encode("cp1252"), "list.csv")
    assert "Café Zoë" in source.text
    assert "line 3" in source.warnings[0]
    assert "Café Zoë" in source.warnings[0]


@pytest.mark.parametrize("data", [b"a,b\n1,\0\n", b"\xff\xfea\0\0\0b\0", b"PK\x03\x04\x14\0\0\0\x08\0words\0\0"])
def test_what_holds_a_nul_is_no_text(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"list\.csv:\d+: holds a NUL") as caught:
        from_bytes(data, "list.csv")
    assert caught.value.safe == "Nothing was imported."


def test_half_a_letter_of_two_bytes_is_told_with_its_line() -> None:
    with pytest.raises(UnreadableError, match=r"list\.csv:2: begins as utf-16-le"):
        from_bytes(b"\xff\xfe" + "a\nb".encode("utf-16-le") + b"\x00\xd8", "list.csv")


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST", 10)
    file = tmp_path / "list.csv"
    file.write_text("a,b\n" * 10)
    with pytest.raises(UnreadableError, match="larger than"):
        read_files(file)
    with pytest.raises(UnreadableError, match="No such file"):
        read_files(tmp_path / "none.csv")
    with pytest.raises(UnreadableError, match="larger than"):
        read_files("/dev/zero")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "list.csv"
    file.write_text("a,b\n1,2\n")
    limited = sources._limited  # pyright: ignore[reportPrivateUsage]

    def touched(open_file: sources.BinaryIO, name: str) -> bytes:
        data = limited(open_file, name)
        file.write_text("a,b\n1,2\n3,4\n")
        os.utime(file, ns=(1, 1))
        return data

    monkeypatch.setattr(sources, "_limited", touched)
    with pytest.raises(UnreadableError, match="was changed while it was read"):
        read_files(file)
