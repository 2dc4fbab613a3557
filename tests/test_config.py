"""The configuration file: read by one table of keys, told what is wrong by line, added to without harm."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import threading
from datetime import time
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.config import (
    Account,
    Calendar,
    CalendarFile,
    Config,
    Daemon,
    Hours,
    Incoming,
    MailAccount,
    Mailbox,
    Me,
    Screen,
    StoreSettings,
    Updates,
    check,
    default,
    edit,
    home,
    keys,
    load,
    parse,
    saved,
)
from followthru.config.describe import reference_page
from followthru.config.problems import ConfigError, Where, lines_of
from followthru.errors import Exit, FollowthruError, UsageError
from followthru.secrets import SecretKind, SecretRef
from followthru.updates import cadence

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "config.example.toml"
FILE = Path("/nowhere/config.toml")

GOOD = """\
[[accounts]]
name = "one"
url = "https://cal.example/"

[[mail]]
name = "oak"
practices = ["oak-street"]
from = "Mari <mari@oak.example>"
host = "smtp.oak.example"
"""


def problems(text: str) -> list[str]:
    """What is wrong with a text: `line: words` for each, in order."""
    with pytest.raises(ConfigError) as caught:
        parse(text, FILE)
    assert caught.value.exit_code is Exit.FAILED
    return [line.removeprefix(f"{FILE}:") for line in caught.value.message.split("\n")]


class TestReading:
    def test_without_a_file_there_are_the_defaults(self, tmp_path: Path) -> None:
        config = load(tmp_path / "config.toml")
        assert config == default() == parse("", FILE)
        assert config.updates.send_delay == 60
        assert (config.accounts, config.calendars, config.mail) == ((), (), ())

    @pytest.mark.parametrize(
        ("section", "value"),
        [
            ("me", Me),
            ("store", StoreSettings),
            ("accounts", Account),
            ("calendars", Calendar),
            ("calendar_files", CalendarFile),
            ("mail", MailAccount),
            ("updates", Updates),
            ("daemon", Daemon),
            ("screen", Screen),
        ],
    )
    def test_values_have_the_keys_of_the_table(self, section: str, value: type[NamedTuple]) -> None:
        assert {field.rstrip("_") for field in value._fields} == keys.of(section).keys()

    def test_the_example_is_right_and_shows_every_key(self) -> None:
        config = check(EXAMPLE, parse_cadence=cadence.parse)
        assert config.me.capacity == 360
        assert config.mail[0].from_ == Mailbox("Marisol Vega", "marisol@oakstreet.example")
        text = EXAMPLE.read_text(encoding="utf-8")
        assert config.keys == ()
        for section in (one for one in keys.SECTIONS if not one.free):
            part = "\n".join(re.findall(rf"^\[+{section.name}\]+$(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL))
            shown = set(re.findall(r"^(?:# )?([a-z_]+) =", part, re.MULTILINE))
            assert shown == keys.of(section.name).keys(), section.name

    def test_what_the_example_only_shows_is_right_too(self) -> None:
        text = EXAMPLE.read_text(encoding="utf-8")
        shown = re.sub(r"^# (?=(path|folder) =)", "", text, flags=re.MULTILINE)
        config = parse(shown, FILE)
        assert config.store.path == Path("~/followthru.db").expanduser()
        assert config.mail[0].folder == Path("/nowhere/outgoing")

    def test_own_keys_are_read_by_command_and_a_wrong_one_is_named_by_its_line(self) -> None:
        found = parse('[keys]\ndone = "X"\n"update approve" = ["Z", "ctrl+y"]\n', FILE)
        assert found.keys == (("done", ("X",)), ("update approve", ("Z", "ctrl+y")))
        with pytest.raises(ConfigError, match=r"2: \[keys\] done: expected a key"):
            parse("[keys]\ndone = 3\n", FILE)

    def test_saved_lists_are_read_by_name_and_a_wrong_one_is_named_by_its_line(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text('[views]\noak-late = "@oak health:late sort:title"\n', encoding="utf-8")
        assert check(file, parse_cadence=cadence.parse).views == (("oak-late", "@oak health:late sort:title"),)
        for line, words in (
            ("oak = 3", "expected the words of a filter"),
            ('"Oak Late" = ""', "expected a name"),
            ('-oak = ""', "expected a name"),
        ):
            with pytest.raises(ConfigError, match=rf"2: \[views\] .*{words}"):
                parse(f"[views]\n{line}\n", FILE)
        for line, words in (('a = "health:fine"', "is no health"), ('a = "sort:colour"', "to sort by")):
            file.write_text(f"[views]\n{line}\n", encoding="utf-8")
            assert load(file).views
            with pytest.raises(ConfigError, match=rf"2: \[views\] a: .*{words}"):
                check(file, parse_cadence=cadence.parse)

    def test_the_reference_page_is_made_from_the_table(self) -> None:
        page = (ROOT / "docs" / "reference" / "config.md").read_text(encoding="utf-8")
        assert page == reference_page(), "run: make pages"

    def test_a_calendar_is_named_after_what_it_shows(self) -> None:
        tables = '[[accounts]]\nname="a"\nurl="https://c.example"\n' + "".join(
            f'[[calendars]]\naccount="a"\ncollection="{number}"\n{more}\n'
            for number, more in enumerate(['practices=["oak"]\naudience="team"', "", 'practices=["oak","elm"]'])
        )
        assert [calendar.name for calendar in parse(tables, FILE).calendars] == ["oak-team", "me", "oak-elm-me"]

    @pytest.mark.parametrize(
        ("more", "security", "port"),
        [
            ("", "tls", 465),
            ("port = 587", "starttls", 587),
            ('security = "starttls"', "starttls", 587),
            ('security = "starttls"\nport = 2525', "starttls", 2525),
            ("port = 2525", "tls", 2525),
        ],
    )
    def test_mail_is_encrypted_unless_told_otherwise(self, more: str, security: str, port: int) -> None:
        account = parse(GOOD + more, FILE).mail[0]
        assert (account.security, account.port) == (security, port)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
    def test_on_this_machine_mail_may_be_plain(self, host: str) -> None:
        text = GOOD.replace("smtp.oak.example", host) + 'security = "plain"\nport = 2525'
        assert parse(text, FILE).mail[0].security == "plain"

    def test_mail_goes_through_the_practices_own_account(self) -> None:
        config = parse(GOOD, FILE)
        assert config.mail_for("oak-street") is config.mail[0]
        assert config.mail_for("elm") is None

    def test_things_are_found_by_name(self) -> None:
        text = GOOD + '[[calendars]]\nname="mine"\naccount="one"\ncreate=true'
        config = parse(text, FILE)
        assert config.account("one").url == "https://cal.example/"
        assert config.calendar("mine").create
        with pytest.raises(KeyError):
            config.account("two")

    @pytest.mark.parametrize(
        ("key", "written", "value"),
        [
            ("updates.send_delay", '"90s"', 90),
            ("updates.send_delay", "0", 0),
            ("updates.send_delay", '"2h"', 7200),
            ("updates.quiet_hours", '"19:00-7:00"', Hours(time(19), time(7))),
            ("me.morning_brief", "07:30:00", time(7, 30)),
            ("me.morning_brief", '"07:30"', time(7, 30)),
            ("me.capacity", '"90m"', 90),
            ("daemon.poll", '"5m"', 300),
            ("store.path", '"data/x.db"', Path("/nowhere/data/x.db")),
            ("store.path", '"/data/x.db"', Path("/data/x.db")),
        ],
    )
    def test_values_are_read(self, key: str, written: str, value: object) -> None:
        section, _, name = key.partition(".")
        config = parse(f"[{section}]\n{name} = {written}", FILE)
        assert getattr(getattr(config, section), name) == value

    def test_a_byte_order_mark_and_other_line_ends_do_no_harm(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_bytes(b'\xef\xbb\xbf[me]\r\nname = "Mari"\r\n')
        assert load(file).me.name == "Mari"

    def test_quiet_hours_may_pass_midnight(self) -> None:
        night, noon = Hours(time(19), time(7)), Hours(time(12), time(13))
        assert [night.cover(time(hour)) for hour in (6, 7, 18, 19, 23, 0)] == [True, False, False, True, True, True]
        assert [noon.cover(time(hour)) for hour in (11, 12, 13)] == [False, True, False]


class TestProblems:
    def test_an_unknown_key_is_told_with_line_key_and_nearest(self) -> None:
        assert problems('[me]\n# a comment\n\nnmae = "x"') == ["4: [me] nmae: there is no such key. Did you mean name?"]

    def test_an_unknown_table_is_told(self) -> None:
        assert problems("[updats]\nx = 1") == ["1: [updats]: there is nothing called this. Did you mean updates?"]
        assert "It belongs under [me]." in problems('timezone = "UTC"')[0]

    def test_all_problems_are_told_in_order(self) -> None:
        text = '[me]\nname = 3\n[daemon]\npoll = 0\nbackups = true\n[[accounts]]\nname = "a"\n'
        assert [told.partition(":")[0] for told in problems(text)] == ["2", "4", "5", "6"]

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("[me]\nname = 3", "expected text, not 3"),
            ('[me]\nname = " "', "leave the key out"),
            ('[me]\nname = "a\\nb"', "without control characters"),
            ('[me]\nemail = "a b@c"', "expected an e-mail address"),
            ('[me]\ndate_order = "ymd"', "expected dmy or mdy, not 'ymd'"),
            ('[me]\ncapacity = "6 hours"', "expected a time span"),
            ("[me]\ncapacity = 6", "expected a time span"),
            ('[me]\ncapacity = "90s"', "expected a time span"),
            ('[me]\nmorning_brief = "25:00"', 'expected a time such as "07:30"'),
            ('[updates]\nsend_delay = "-5s"', "expected seconds, or a time span"),
            ("[updates]\nsend_delay = -5", "expected seconds, or a time span"),
            ("[updates]\nsend_delay = 1.5", "expected seconds, or a time span"),
            ('[updates]\nsend_delay = "9999999d"', "at most 10,000,000"),
            ("[daemon]\nbackups = 99999", "at most 36,500"),
            ('[store]\npath = "~nobody-of-this-name/x.db"', "home of a user who is not on this machine"),
            ('[updates]\nquiet_hours = "19:00"', "expected hours"),
            ('[updates]\nquiet_hours = "7:00-7:00"', "leave some of the day"),
            ('[updates]\nfirst_line = "Hello {address},"', "`followthru update words SLUG --write`"),
            ("[daemon]\npoll = 0", "at least 1"),
            ("[daemon]\nbackups = true", "expected a whole number from 0, not true"),
            ('[daemon]\nlog_level = "warn"', "Did you mean warning?"),
            ("[[me]]", "expected one table, [me]"),
            ("me = 3", "expected one table, [me]"),
            ("[accounts]\nx = 1", "expected a table for each, [[accounts]]"),
            ("accounts = [1]", "expected a table for each, [[accounts]]"),
            ("[me", "is not TOML"),
            ('[me]\nname = "a"\nname = "b"', "is not TOML"),
            ("[me]\nname = ", "is not TOML"),
        ],
    )
    def test_wrong_values_are_told_with_what_was_expected(self, line: str, words: str) -> None:
        told = problems(line)
        assert len(told) == 1
        assert words in told[0]
        assert told[0].startswith(f"{line.count(chr(10)) + 1}:") or line == "[accounts]\nx = 1"

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ('url = "https://cal.example/"', "", "4: "),
            ("https://cal.example/", "http://cal.example/", "expected an https address"),
            ("https://cal.example/", "http://127.0.0.1.cal.example/", "expected an https address"),
            ("https://cal.example/", "http://localhost@cal.example/", "does not belong in an address"),
            ("https://cal.example/", "ftp://cal.example/", "expected an https address"),
            ("https://cal.example/", "https://cal.example:99999/", "expected an https address"),
            ("https://cal.example/", "https://[::1/", "expected an https address"),
            ("https://cal.example/", "https://me:hunter2@cal.example/", "does not belong in an address"),
            ('["oak-street"]', '"oak-street"', "expected a list of practices"),
            ('["oak-street"]', '["Oak Street"]', "'Oak Street' is not a practice's slug"),
            ('["oak-street"]', '["oak", "oak"]', "names a practice twice"),
            ('["oak-street"]', "[1]", "1 is not a practice's slug"),
            ("Mari <mari@oak.example>", "Mari", "expected an e-mail address"),
            ("Mari <mari@oak.example>", "Mari <a@b> <c@d>", "expected an e-mail address"),
            ('host = "smtp.oak.example"', "", "needs a host"),
            ('host = "smtp.oak.example"', 'host = "h"\nsecurity = "plain"', "encrypted only"),
            ('host = "smtp.oak.example"', 'transport = "file"', "needs a folder"),
            ('host = "smtp.oak.example"', 'transport = "jmap"\npassword = { env = "P" }', "needs a url"),
            ('host = "smtp.oak.example"', 'transport = "jmap"\nurl = "https://x.example/"', "needs a password"),
            ('host = "smtp.oak.example"', 'transport = "graph"', "needs oauth"),
            ('host = "smtp.oak.example"', 'host = "h"\nport = 65536', "a port from 1 to 65535"),
            ('host = "smtp.oak.example"', 'host = "h"\nusername = "u"', "needs a password"),
            ('host = "smtp.oak.example"', 'host = "h"\npassword = { env = "P" }', "needs the username"),
        ],
    )
    def test_a_server_that_cannot_be_used_is_told(self, old: str, new: str, words: str) -> None:
        assert GOOD.count(old) == 1
        told = problems(GOOD.replace(old, new))
        if words == "4: ":
            assert told == ["1: [accounts]: needs url: Where its CalDAV server is."]
        else:
            assert len(told) == 1
            assert words in told[0]
        assert "hunter2" not in "".join(told)

    @pytest.mark.parametrize(
        ("table", "words"),
        [
            ('account = "two"\ncreate = true', "there is no account 'two'"),
            ('account = "one"', "needs either a collection or create = true"),
            ('account = "one"\ncollection = "x"\ncreate = true', "needs either a collection or create = true"),
            ('account = "one"\ncreate = true\naudience = "owners"', "names exactly one practice, not 0"),
            (
                'account = "one"\ncreate = true\naudience = "team"\npractices = ["a", "b"]',
                "a calendar for team names exactly one practice, not 2",
            ),
            (
                'account = "one"\ncreate = true\naudience = "team"\npractices = ["a"]\ntargets = true',
                "targets are yours alone",
            ),
            ('account = "one"\ncreate = true\nas = "todos"', "expected events or tasks"),
            ('account = "one"\ncreate = true\naudience = "private"', "expected me or owners or team"),
        ],
    )
    def test_a_calendar_that_breaks_a_rule_is_told(self, table: str, words: str) -> None:
        told = problems(f"{GOOD}[[calendars]]\n{table}")
        assert len(told) == 1
        assert words in told[0]

    def test_names_and_collections_are_used_once(self) -> None:
        calendar = '[[calendars]]\naccount = "one"\ncollection = "{}"\nname = "{}"\n'
        told = problems(GOOD + calendar.format("x", "a") + calendar.format("y", "a") + calendar.format("x/", "b"))
        assert ["another one is called 'a'" in told[0], "used by 'a' already" in told[1]] == [True, True]
        assert [line.partition(":")[0] for line in told] == ["14", "20"]

    def test_a_practice_has_one_mail_account(self) -> None:
        again = '[[mail]]\nname = "elm"\npractices = ["elm", "oak-street"]\nfrom = "a@b"\nhost = "h"'
        assert problems(GOOD + again) == [
            "12: [mail] practices: oak-street is served by 'oak' already, and has one account: take it out there first"
        ]

    @pytest.mark.parametrize(
        "value", ['"hunter2"', '{ plain = "hunter2" }', '{ env = "A", file = "hunter2" }', '["hunter2"]', "{}"]
    )
    def test_a_password_in_the_file_is_refused_and_not_repeated(self, value: str) -> None:
        told = problems(GOOD.replace('"https://cal.example/"', f'"https://cal.example/"\npassword = {value}'))
        assert "keyring" in told[0]
        assert "hunter2" not in told[0]

    @pytest.mark.parametrize("value", ['{ command = "pass show x" }', "{ command = [] }", '{ command = ["a", 1] }'])
    def test_a_command_is_a_list_of_words(self, value: str) -> None:
        told = problems(GOOD.replace('"https://cal.example/"', f'"https://cal.example/"\npassword = {value}'))
        assert "expected a command as a list of words" in told[0]

    @pytest.mark.parametrize(
        ("data", "words"), [(b'[me]\nname = "\xff"', ":2: is not UTF-8 text"), (b"\0", "not TOML")]
    )
    def test_what_is_not_text_is_told(self, tmp_path: Path, data: bytes, words: str) -> None:
        file = tmp_path / "config.toml"
        file.write_bytes(data)
        with pytest.raises(ConfigError, match=words):
            load(file)

    def test_what_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
            load(tmp_path)

    def test_unknown_timezones_and_cadences_are_found_by_checking(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text('[me]\nname = "Mari"\ntimezone = "America/NewYork"\n[updates]\ndefault_cadence = "often"\n')
        assert load(file).me.timezone == "America/NewYork"
        with pytest.raises(ConfigError, match=r":3: \[me\] timezone: .*America/New_York") as caught:
            check(file, parse_cadence=cadence.parse)
        assert [line for line, _ in caught.value.problems] == [3, 5]


VALUES = st.one_of(
    st.integers().map(str),
    st.text(st.characters(blacklist_categories=["Cs"])).map(
        lambda text: json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    ),
    st.just('"""\n[me]\nnot = "a key"\n"""'),
    st.just("[\n  1, # ]\n  2,\n]"),
    st.just('{ a = "b" }'),
)


@given(st.lists(st.tuples(st.sampled_from(["", "\n", "# x = 1\n"]), VALUES), min_size=1, max_size=8))
def test_the_line_of_a_key_is_the_line_it_is_written_on(entries: list[tuple[str, str]]) -> None:
    text, expected = "[[t]]\n", dict[Where, int]()
    for number, (before, value) in enumerate(entries):
        text += before
        # Blank lines and comments before a key are not the key; the line looked for is the key's own.
        expected["t", 0, f"k{number}"] = text.count("\n") + 1
        text += f"k{number} = {value}\n"
    assert lines_of(text, expected) == expected


INCOMING = """\
[[mail]]
name = "oak"
from = "mari@oak.example"
host = "smtp.oak.example"
username = "mari"
password = {{ keyring = "oak" }}
incoming = {{ {} }}
"""


class TestSavedLists:
    """Lists saved, renamed and removed, beside what their user wrote."""

    TEXT = '# mine\n[me]\nname = "Robin" # me\n\n[views] # lists\noak = "@oak" # weekly\nelm = "@elm"\n'

    def test_every_other_line_stays_as_it_was_written(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text(self.TEXT, encoding="utf-8")
        saved.save(file, "late", 'health:late "two words"')
        saved.rename(file, "elm", "ash")
        assert dict(load(file).views) == {"oak": "@oak", "ash": "@elm", "late": 'health:late "two words"'}
        saved.remove(file, "ash")
        saved.remove(file, "late")
        assert file.read_text(encoding="utf-8") == self.TEXT.replace('elm = "@elm"\n', "")

    def test_the_first_one_makes_the_table_and_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        saved.save(file, "oak", "@oak")
        assert file.read_text(encoding="utf-8") == '[views]\noak = "@oak"\n'
        file.write_text("[me]\nname = 'Robin'", encoding="utf-8")
        saved.save(file, "oak", "@oak")
        assert file.read_text(encoding="utf-8") == "[me]\nname = 'Robin'\n\n[views]\noak = \"@oak\"\n"

    def test_a_file_that_is_wrong_or_would_be_is_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        for text in ("[views\n", "[[views]]\n", "[views]\n"):
            file.write_text(text, encoding="utf-8")
            with pytest.raises((ConfigError, UsageError)):
                saved.save(file, "Not A Name", "@oak")
            assert file.read_text(encoding="utf-8") == text


class TestIncoming:
    def test_what_it_leaves_out_is_as_for_sending(self) -> None:
        (account,) = parse(INCOMING.format('host = "imap.oak.example", tasks = "followthru"'), FILE).mail
        assert account.incoming == Incoming("imap.oak.example", 993, "tls", tasks="followthru")

    @pytest.mark.parametrize(
        ("given", "port", "security"),
        [("port = 143", 143, "starttls"), ('security = "starttls"', 143, "starttls"), ("port = 10993", 10993, "tls")],
    )
    def test_port_and_security_settle_each_other(self, given: str, port: int, security: str) -> None:
        (account,) = parse(INCOMING.format(f'host = "imap.oak.example", {given}'), FILE).mail
        assert account.incoming is not None
        assert (account.incoming.port, account.incoming.security) == (port, security)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ("port = 993", "7: [mail] incoming: expected { host"),
            ('host = "x", folder = "y"', "'folder' says nothing about a mailbox"),
            ('host = "x", security = "none"', "security is tls or starttls or plain, not 'none'"),
            ('host = "x", security = "plain"', "a mailbox beyond this machine is read encrypted only"),
            ('host = "x", tasks = "Inbox"', "tasks is a folder of its own"),
            ('host = "x", port = 0', "expected a port"),
            ('host = "x", password = "hunter2"', "name where it is instead"),
        ],
    )
    def test_what_is_wrong_is_told(self, given: str, words: str) -> None:
        (found,) = problems(INCOMING.format(given))
        assert words in found
        assert "hunter2" not in found

    def test_somebody_has_to_sign_in(self) -> None:
        text = INCOMING.format('host = "imap.oak.example"')
        bare = "\n".join(line for line in text.splitlines() if not line.startswith(("username", "password")))
        (found,) = problems(bare)
        assert "a mailbox needs the username that signs in" in found


class TestEditing:
    def test_what_is_added_is_read_back_and_the_rest_stays(self, tmp_path: Path) -> None:
        file = tmp_path / "new" / "config.toml"
        command = SecretRef(SecretKind.COMMAND, ("pass", "show", "a b"))
        edit.add_account(file, name='one "two"', url="https://cal.example/", username="mari", password=command)
        first = file.read_text().replace("[[accounts]]", "[[accounts]]  # mine")
        file.write_text(first + "# the end")
        edit.add_calendar(file, account='one "two"', practices=["oak"], audience="owners")
        edit.add_calendar(file, account='one "two"', collection="Mine", name="mine", targets=True, share_existing=True)
        written = edit.add_mail(
            file,
            name="oak",
            practices=["oak"],
            from_="Mari <mari@oak.example>",
            host="smtp.oak.example",
            security="starttls",
            username="mari",
            password=SecretRef(SecretKind.KEYRING, ("oak",)),
            reply_to="mari@example.com",
            bcc_self=True,
        )
        assert file.read_text().startswith(first + "# the end")
        assert load(file) == written
        assert written.accounts == (Account('one "two"', "https://cal.example/", "mari", command),)
        assert [(calendar.name, calendar.create) for calendar in written.calendars] == [
            ("oak-owners", True),
            ("mine", False),
        ]
        assert written.mail[0].port == 587
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [path.name for path in file.parent.iterdir()] == ["config.toml"]

    def test_a_folder_given_on_the_command_line_is_kept_whole(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        file = tmp_path / "home" / "config.toml"
        config = edit.add_mail(
            file, name="oak", practices=["oak"], from_="a@b", transport="file", folder=Path("outgoing")
        )
        assert config.mail[0].folder == tmp_path / "outgoing"

    @pytest.mark.parametrize("url", ["http://cal.example/", "https://cal.example/"])
    def test_what_would_break_a_rule_is_refused_and_the_file_stays(self, tmp_path: Path, url: str) -> None:
        file = tmp_path / "config.toml"
        file.write_text(GOOD)
        with pytest.raises(UsageError, match="cannot take this"):
            edit.add_account(file, name="one", url=url)
        assert file.read_text() == GOOD
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["config.toml"]

    @pytest.mark.parametrize("data", [b"[me]\nnmae = 1\n", b"\xff"])
    def test_a_file_that_is_wrong_already_is_left_alone(self, tmp_path: Path, data: bytes) -> None:
        file = tmp_path / "config.toml"
        file.write_bytes(data)
        with pytest.raises(ConfigError):
            edit.add_account(file, name="one", url="https://cal.example/")
        assert file.read_bytes() == data

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        file, target = tmp_path / "config.toml", tmp_path / "dotfiles" / "followthru.toml"
        target.parent.mkdir()
        target.write_text("# mine\n")
        file.symlink_to(target)
        edit.add_account(file, name="one", url="https://cal.example/")
        assert file.is_symlink()
        assert load(target).accounts[0].name == "one"

    def test_a_change_by_an_editor_meanwhile_is_not_lost(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "config.toml"
        file.write_text(GOOD)
        synced = os.fsync

        def saved_meanwhile(handle: int) -> None:
            synced(handle)
            file.write_text(GOOD + "# saved")

        monkeypatch.setattr(os, "fsync", saved_meanwhile)
        with pytest.raises(FollowthruError, match="changed by somebody else"):
            edit.add_account(file, name="two", url="https://cal.example/")
        assert file.read_text() == GOOD + "# saved"

    def test_two_commands_at_once_both_add(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        names = [f"account-{number}" for number in range(8)]
        threads = [
            threading.Thread(target=edit.add_account, args=(file,), kwargs={"name": name, "url": "https://c.example"})
            for name in names
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(account.name for account in load(file).accounts) == names


class TestHome:
    def test_the_home_is_the_folder_in_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FOLLOWTHRU_HOME", str(tmp_path / "here"))
        here = home()
        assert {path.parent for path in here} == {tmp_path / "here"}
        assert (here.config.name, here.database.name) == ("config.toml", "followthru.db")

    def test_the_home_of_a_user_who_is_not_there_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FOLLOWTHRU_HOME", "~nobody-of-this-name/here")
        with pytest.raises(FollowthruError, match="home of a user who is not on this machine"):
            home()

    def test_without_it_the_home_is_where_the_system_keeps_such_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("FOLLOWTHRU_HOME")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        if sys.platform == "linux":
            assert home().config == tmp_path / "config" / "followthru" / "config.toml"
        assert len(set(home())) == 4

    def test_its_folders_are_their_owners_alone(self) -> None:
        here = home()
        here.prepare()
        here.prepare()
        for folder in (here.config.parent, here.logs, here.run):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("FOLLOWTHRU_HOME", str(tmp_path / "file" / "home"))
        with pytest.raises(FollowthruError, match="cannot be made: Not a directory"):
            home().prepare()

    def test_the_configuration_may_put_the_store_elsewhere(self, tmp_path: Path) -> None:
        elsewhere = parse('[store]\npath = "/data/mine.db"', FILE)
        assert home().with_store(elsewhere).database == Path("/data/mine.db")
        assert home().with_store(default()) == home()
        assert tmp_path in home().database.parents


@pytest.mark.parametrize("text", [None, EXAMPLE.read_text(encoding="utf-8")], ids=["no file", "the example"])
def test_reading_it_loads_little(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    program = (
        "import sys; from followthru.config import home, load; load(home().config);"
        "print(*sorted(m.partition('.')[0] for m in sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"FOLLOWTHRU_HOME": str(tmp_path), "PATH": os.environ["PATH"]},
    )
    heavy = {
        "zoneinfo",
        "platformdirs",
        "tomlkit",
        "keyring",
        "difflib",
        "dataclasses",
        "logging",
        "subprocess",
        "email",
    }
    loaded = set(ran.stdout.split())
    assert not loaded & heavy
    assert ("tomllib" in loaded) is (text is not None)


def test_a_configuration_is_a_value() -> None:
    one: Config = parse(GOOD, FILE)
    assert one == parse(GOOD, FILE)
    assert hash(one) == hash(parse(GOOD, FILE))
