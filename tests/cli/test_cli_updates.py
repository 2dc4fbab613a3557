"""`update` through the command line: drafted, read, edited, approved, and really sent."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from followthru.actions.deliver import Sender
from followthru.actions.desk import open_desk
from followthru.actions.transports import transport_of
from followthru.config.places import home
from followthru.config.reading import load
from followthru.store import heartbeats, leases, outbox
from followthru.updates.outbox import Phase, State
from tests.actions.mailkit import FakeTransport, answer
from tests.clikit import Cli
from tests.terminal import Terminal

FOLLOWTHRU = (sys.executable, "-m", "followthru")
FILE = 'transport = "file"\nfolder = "mails"\n'


def configure(transport: str = FILE, *, send_delay: str = "0s") -> None:
    """Give oak-street a mail account."""
    home().config.parent.mkdir(parents=True, exist_ok=True)
    home().config.write_text(
        '[me]\nname = "Robin Vale"\ntimezone = "UTC"\n[[mail]]\nname = "oak"\npractices = ["oak-street"]\n'
        f'from = "Robin Vale <robin@oak.example>"\n{transport}[updates]\nsend_delay = "{send_delay}"\n',
        encoding="utf-8",
    )


@pytest.fixture
def oak(office: Cli) -> Cli:
    """The office with a mail account that writes files, and a promise that Dana was told."""
    configure()
    office.ok("add", "Renew cover by 2026-07-10 to dana @oak-street")
    office.ok("edit", "1", "public_title=Cover renewal")
    return office


def drafted(cli: Cli) -> Any:  # noqa: ANN401
    """Draft an update to Dana and return it."""
    return cli.json("update", "draft", "dana", "--practice", "oak-street")


def test_what_has_been_tried_for_long_is_told_in_today(oak: Cli) -> None:
    oak.ok("update", "approve", str(drafted(oak)["id"]), "--yes")
    desk = open_desk(home(), load(home().config), oak.clock)
    transport = FakeTransport(*[answer(State.DEFERRED, "451 not now.")] * 2)
    asyncio.run(Sender(desk.ctx, desk.config.mail[0], transport, "one").run())
    assert "tried again" not in oak("today").err, "a first try may fail"
    oak.clock.advance(hours=1, seconds=1)
    asyncio.run(Sender(desk.ctx, desk.config.mail[0], transport, "one").run())
    desk.ctx.store.close()
    said = oak("today").err
    assert (
        "The update to dana at oak-street should have left Wed 1 Jul at 12:00 and is tried again: 451 not now." in said
    )


def test_the_tone_is_shown_with_phrase_why_and_suggestion_and_holds_nothing(oak: Cli) -> None:
    oak.ok("edit", "1", "public_title=Stakeholder list")
    draft = drafted(oak)
    assert draft["tone"] == [
        {
            "kind": "jargon",
            "phrase": "Stakeholder",
            "why": "Your reader may not use this word.",
            "suggestion": "Name the people.",
        }
    ]
    assert [flag["name"] for flag in draft["flags"]] == ["first mail"]
    assert "tone:     “Stakeholder”: Your reader may not use this word. Name the people." in oak.ok(
        "update", "show", "1"
    )
    text = oak.ok("update", "edit", "1", "--print")
    assert "# Tone: “Stakeholder”: " in text
    answer = oak("update", "edit", "1", "--text", "-", stdin=text.replace("Kind regards", "You never answer.\n\nBye"))
    assert "“You never”: It can sound like blame." in answer.err
    oak.ok("update", "approve", "1", "--yes")
    assert oak.json("update", "show", "1")["tone"] == [], "what is approved is no longer looked at"


def deliver(cli: Cli) -> None:
    """Do what the daemon does: send what is approved and due."""
    place = home()
    config = load(place.config)
    desk = open_desk(place, config, cli.clock)
    try:
        [account] = config.mail
        asyncio.run(Sender(desk.ctx, account, transport_of(account, place.config), "test").run())
    finally:
        desk.ctx.store.close()


def in_phase(cli: Cli, update_id: int, phase: Phase) -> None:
    """Put an approved update's delivery where a sender that died would have left it."""
    desk = open_desk(home(), load(home().config), cli.clock)
    with desk.ctx.store.writing() as tx:
        generation = leases.take_over(tx, "oak", "dead")
        [delivery] = outbox.due(tx, tx.now, "oak")
        assert outbox.claim(tx, delivery, generation)
        assert outbox.advance(tx, update_id, Phase.CLAIMED, phase, generation=generation)
    desk.ctx.store.close()


class TestTheRoad:
    def test_drafted_shown_approved_sent_and_told(self, oak: Cli) -> None:
        draft = drafted(oak)
        assert (draft["person"], draft["practice"], draft["phase"]) == ("dana", "oak-street", "in review")
        assert [flag["name"] for flag in draft["flags"]] == ["first mail"]
        assert "Cover renewal" in draft["body"]
        assert oak.json("update", "show", str(draft["id"])) == draft
        approved = oak.json("update", "approve", str(draft["id"]))
        assert (approved["status"], approved["phase"]) == ("approved", "approved")
        deliver(oak)
        sent = oak.json("update", "show", str(draft["id"]))
        assert (sent["phase"], sent["accepted_at"]) == ("accepted", "2026-07-01T12:00:00Z")
        [file] = (home().config.parent / "mails").glob("*.eml")
        mail = message_from_bytes(file.read_bytes(), policy=default)
        assert (mail["To"], mail["Message-ID"]) == ("Dana Reyes <dana@oak.example>", sent["message_id"])
        [told] = [one for one in oak.json("show", "1")["told"] if one["how"] == "mail"]
        assert (told["person"], told["date"]) == ("dana", "2026-07-10")

    def test_over_a_real_conversation(self, oak: Cli, tmp_path: Path) -> None:
        with mail_sink(tmp_path / "sink") as port:
            configure(f'host = "127.0.0.1"\nport = {port}\nsecurity = "plain"\n')
            id = str(drafted(oak)["id"])
            oak.ok("update", "approve", id)
            deliver(oak)
        sent = oak.json("update", "show", id)
        assert (sent["phase"], sent["code"], sent["attempts"]) == ("accepted", 250, 1)
        assert len(list((tmp_path / "sink").glob("*.eml"))) == 1

    def test_nobody_there_defers_it_in_words(self, oak: Cli) -> None:
        configure('host = "127.0.0.1"\nport = 9\nsecurity = "plain"\n')
        id = str(drafted(oak)["id"])
        oak.ok("update", "approve", id)
        deliver(oak)
        sent = oak.json("update", "show", id)
        assert (sent["phase"], sent["attempts"]) == ("deferred", 1)
        assert sent["next_at"] is not None
        assert "waits for the mail server" in oak.ok("update", "show", id)

    def test_the_words_of_show(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        said = oak.ok("update", "show", id)
        assert "to:       dana at oak-street <dana@oak.example>" in said
        assert "look at:  No regular update to them here was approved yet." in said
        assert "Hello Dana Reyes," in said
        configure(send_delay="90s")
        answer = oak("update", "approve", id)
        assert "It goes out in 90 seconds" in answer.err
        assert "the daemon does not run" in answer.err
        assert "leaves:   from Wed 1 Jul 12:01:30" in oak.ok("update", "show", id)
        assert "update: 1, approved" in oak.ok("update", "show", id, "--plain")

    def test_show_says_what_keeps_it(self, oak: Cli) -> None:
        configure('host = "127.0.0.1"\nport = 9\nsecurity = "plain"\n')
        id = str(drafted(oak)["id"])
        oak.ok("update", "approve", id)
        oak.ok("practice", "pause", "oak-street")
        assert "leaves:   when oak-street is no longer paused; until then" in oak.ok("update", "show", id)
        oak.ok("practice", "resume", "oak-street")
        oak.ok("person", "add", "Kim Lee", "kim@oak.example", "--practice", "oak-street", "--role", "owner")
        other = str(oak.json("update", "draft", "kim")["id"])
        oak.ok("update", "approve", other, "--yes")
        desk = open_desk(home(), load(home().config), oak.clock)
        with desk.ctx.store.writing() as tx:
            tx.run("UPDATE delivery SET phase = 'deferred', next_at = NULL WHERE update_id = ?", int(id))
        desk.ctx.store.close()
        said = oak.ok("update", "show", other)
        assert f"leaves:   once mail account oak works again (`followthru update show {id}` says why)" in said

    def test_control_characters_never_reach_the_terminal(self, oak: Cli) -> None:
        oak.ok("edit", "1", "public_title=Cover \x1b[31mrenewal")
        assert "\x1b" not in oak.ok("update", "show", str(drafted(oak)["id"]))


class TestToday:
    """What needs the PM beside tasks is said on every surface, this one too."""

    def test_nothing_beside_is_not_mentioned(self, office: Cli) -> None:
        assert office("today") == (0, "", "Nothing needs you today.\n")

    def test_updates_and_a_daemon_that_does_not_run(self, oak: Cli) -> None:
        drafted(oak)
        answer = oak("today")
        assert (answer.code, answer.out) == (0, "")
        assert answer.err.splitlines() == [
            "No task needs you today.",
            "1 draft waits for you (1 update): `followthru update list`.",
            "The daemon does not run: nothing is synced, drafted or sent. `followthru daemon run` starts it.",
        ]
        assert oak("today", "--json").out == "[]\n"

    def test_an_update_that_ended_badly_and_a_job_that_fails(self, oak: Cli) -> None:
        id = drafted(oak)["id"]
        oak.ok("update", "approve", str(id))
        in_phase(oak, id, Phase.DATA_STARTED)
        desk = open_desk(home(), load(home().config), oak.clock)
        with desk.ctx.store.writing() as tx:
            tx.run("UPDATE delivery SET phase = 'uncertain' WHERE update_id = ?", id)
        heartbeats.beat(desk.ctx.store, "mail oak", fault="Mail account oak is paused.")
        desk.ctx.store.close()
        said = oak("today").err
        assert f"to dana at oak-street may or may not have arrived: `followthru update show {id}`" in said
        assert "mail oak: Mail account oak is paused." in said


class TestList:
    def test_what_is_not_settled_newest_first(self, oak: Cli) -> None:
        first = drafted(oak)["id"]
        second = oak.json("update", "draft", "marisol")["id"]
        assert [one["id"] for one in oak.json("update", "list")] == [second, first]
        lines = oak.ok("update", "list").splitlines()
        assert "to review" in lines[1]
        assert "to dana" in lines[1]
        oak.ok("update", "discard", str(first))
        assert [one["id"] for one in oak.json("update", "list")] == [second]
        assert [one["status"] for one in oak.json("update", "list", "--all")] == ["in review", "discarded"]

    def test_of_one_practice(self, oak: Cli) -> None:
        drafted(oak)
        oak.ok("practice", "add", "harbor", "--timezone", "UTC")
        assert oak.json("update", "list", "--practice", "harbor") == []
        assert len(oak.json("update", "list", "--practice", "oak")) == 1

    def test_nothing_waits(self, oak: Cli) -> None:
        answer = oak("update", "list")
        assert (answer.code, answer.out) == (0, "")
        assert "No update waits" in answer.err


class TestDraft:
    def test_the_practice_may_be_left_out_where_there_is_one(self, oak: Cli) -> None:
        assert oak.json("update", "draft", "dana")["practice"] == "oak-street"
        oak.ok("practice", "add", "harbor", "--timezone", "UTC")
        oak.ok("person", "add", "Dana Reyes", "dana@oak.example", "--practice", "harbor", "--role", "owner")
        answer = oak("update", "draft", "dana")
        assert answer.code == 2
        assert "--practice" in answer.err

    @pytest.mark.parametrize(
        ("words", "code"), [(("nobody",), 3), (("dana", "--practice", "elm"), 3), (("nobody", "--practice", "oak"), 3)]
    )
    def test_words_that_name_nobody(self, oak: Cli, words: tuple[str, ...], code: int) -> None:
        assert oak("update", "draft", *words).code == code
        assert oak.json("update", "list", "--all") == []

    def test_whoever_wants_no_mail_gets_none(self, oak: Cli) -> None:
        oak.ok("person", "edit", "dana", "channel=none", "--practice", "oak")
        answer = oak("update", "draft", "dana")
        assert answer.code == 4
        assert "wants none" in answer.err

    def test_without_a_mail_account_it_is_written_and_cannot_be_sent(self, oak: Cli) -> None:
        home().config.unlink()
        answer = oak("update", "draft", "dana", "--json")
        assert answer.code == 0
        assert "oak-street has no mail account" in answer.err
        refused = oak("update", "approve", "1")
        assert (refused.code, refused.out) == (4, "")
        assert "oak-street has no mail account" in refused.err
        assert oak.json("update", "show", "1")["status"] == "in review"


class TestApprove:
    def test_only_what_was_seen(self, oak: Cli) -> None:
        draft = drafted(oak)
        id = str(draft["id"])
        text = oak.ok("update", "edit", id, "--print").replace("Hello Dana", "Dear Dana")
        assert oak("update", "edit", id, "--text", "-", stdin=text).code == 0
        refused = oak("update", "approve", id, "--mark", draft["mark"])
        assert refused.code == 4
        assert "something else by now" in refused.err
        assert oak("update", "approve", id, "--mark", oak.json("update", "show", id)["mark"]).code == 0

    def test_what_is_no_longer_true_is_written_anew_and_shown_again(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        oak.ok("promise", "1", "2026-07-14", "--because", "a form")
        refused = oak("update", "approve", id)
        assert refused.code == 4
        assert "14 Jul" in oak.json("update", "show", id)["body"]
        oak.ok("update", "approve", id)

    def test_twice_is_refused(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        oak.ok("update", "approve", id)
        assert oak("update", "approve", id).code == 4

    def test_on_a_terminal_the_first_mail_asks_for_its_readers_handle(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        with Terminal([*FOLLOWTHRU, "update", "approve", id], os.environ, rows=40) as terminal:
            terminal.wait_for("Type dana to approve it")
            assert "Cover renewal" in terminal.screen.text()
            terminal.send("y\r")
            assert terminal.wait_end() == 4
        assert oak.json("update", "show", id)["status"] == "in review"
        with Terminal([*FOLLOWTHRU, "update", "approve", id], os.environ, rows=40) as terminal:
            terminal.wait_for("Type dana to approve it")
            terminal.send("dana\r")
            assert terminal.wait_end() == 0
        assert oak.json("update", "show", id)["status"] == "approved"

    def test_on_a_terminal_it_may_be_said_beforehand(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        with Terminal([*FOLLOWTHRU, "update", "approve", id, "--yes"], os.environ) as terminal:
            assert terminal.wait_end() == 0
        assert oak.json("update", "show", id)["status"] == "approved"


class TestDecisions:
    def test_held_recalled_discarded(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        assert oak.json("update", "hold", id)["status"] == "held"
        oak.ok("update", "approve", id)
        assert oak.json("update", "recall", id)["status"] == "in review"
        assert oak.json("update", "discard", id)["phase"] == "cancelled"
        deliver(oak)
        assert not (home().config.parent / "mails").exists()

    def test_undo_takes_an_approval_back(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        oak.ok("update", "approve", id)
        oak.ok("undo")
        assert oak.json("update", "show", id)["status"] == "in review"

    @pytest.mark.parametrize("verb", ["approve", "edit", "hold", "recall", "discard"])
    def test_what_was_sent_is_past_deciding(self, oak: Cli, verb: str) -> None:
        id = str(drafted(oak)["id"])
        oak.ok("update", "approve", id)
        deliver(oak)
        answer = oak("update", verb, id)
        assert (answer.code, answer.out) == (4, "")
        assert "is accepted" in answer.err

    @pytest.mark.parametrize("verb", ["show", "approve", "edit", "hold", "recall", "discard"])
    @pytest.mark.parametrize("given", ["7", "dana", "9" * 30])
    def test_what_is_not_there_is_not_found(self, oak: Cli, verb: str, given: str) -> None:
        answer = oak("update", verb, given)
        assert (answer.code, answer.out) == (3, "")

    @pytest.mark.parametrize(("how", "phase"), [("arrived", "accepted"), ("resend", "approved")])
    def test_an_uncertain_one_is_settled(self, oak: Cli, how: str, phase: str) -> None:
        configure('host = "127.0.0.1"\nport = 9\nsecurity = "plain"\n')
        id = drafted(oak)["id"]
        oak.ok("update", "approve", str(id))
        assert oak("update", "settle", str(id), how).code == 4, "not before it is uncertain"
        in_phase(oak, id, Phase.DATA_STARTED)
        desk = open_desk(home(), load(home().config), oak.clock)
        with desk.ctx.store.writing() as tx:
            outbox.advance(tx, id, Phase.DATA_STARTED, Phase.UNCERTAIN)
        desk.ctx.store.close()
        assert "may have arrived" in oak.ok("update", "show", str(id))
        assert oak.json("update", "settle", str(id), how)["phase"] == phase
        assert oak("update", "settle", str(id), "perhaps").code == 2


class TestEdit:
    def test_from_a_file_and_what_is_edited_is_sent(self, oak: Cli, tmp_path: Path) -> None:
        id = str(drafted(oak)["id"])
        text = oak.ok("update", "edit", id, "--print").replace("Hello Dana", "Dear Dana")
        file = tmp_path / "text"
        file.write_text(text, encoding="utf-8")
        edited = oak.json("update", "edit", id, "--text", str(file))
        assert edited["edited"] is True
        assert "Dear Dana" in edited["body"]
        oak.ok("update", "approve", id)
        deliver(oak)
        [mail] = (home().config.parent / "mails").glob("*.eml")
        assert b"Dear Dana" in mail.read_bytes()

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("Subject: ", "Subject:\nX: ", "neither To: nor Subject:"),
            ("dana@oak.example", "sam@oak.example", "This update goes to Dana Reyes"),
        ],
    )
    def test_a_bad_text_changes_nothing_and_is_kept(self, oak: Cli, old: str, new: str, said: str) -> None:
        draft = drafted(oak)
        id = str(draft["id"])
        text = oak.ok("update", "edit", id, "--print").replace(old, new)
        answer = oak("update", "edit", id, "--text", "-", stdin=text)
        assert (answer.code, answer.out) == (2, "")
        assert said in answer.err
        kept = home().database.with_name(f"update-{id}.txt")
        assert str(kept) in answer.err
        assert kept.read_text(encoding="utf-8") == text
        assert kept.stat().st_mode & 0o077 == 0
        assert oak.json("update", "show", id) == draft

    def test_control_characters_are_left_out(self, oak: Cli) -> None:
        id = str(drafted(oak)["id"])
        text = oak.ok("update", "edit", id, "--print").replace(
            "Hello Dana", "Hello\x00 \x1b[31m\u202eDana \U0001f469\u200d\U0001f4bb"
        )
        assert oak("update", "edit", id, "--text", "-", stdin=text).code == 0
        assert "Hello   [31mDana \U0001f469\u200d\U0001f4bb" in oak.json("update", "show", id)["body"]

    def test_files_that_cannot_be_read(self, oak: Cli, tmp_path: Path) -> None:
        id = str(drafted(oak)["id"])
        assert oak("update", "edit", id, "--text", str(tmp_path / "nothing")).code == 3
        (tmp_path / "latin").write_bytes(b"\xff\xfe")
        assert oak("update", "edit", id, "--text", str(tmp_path / "latin")).code == 2

    def test_in_the_editor(self, oak: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        id = str(drafted(oak)["id"])
        monkeypatch.setenv("EDITOR", editor(tmp_path, "text.replace('Hello Dana', 'Dear Dana')"))
        assert "Dear Dana" in oak.json("update", "edit", id)["body"]
        assert not list(home().database.parent.glob("update-*"))

    def test_visual_comes_before_editor(self, oak: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("EDITOR", "false")
        monkeypatch.setenv("VISUAL", editor(tmp_path, "text"))
        answer = oak("update", "edit", str(drafted(oak)["id"]))
        assert answer.code == 0
        assert "Nothing was edited" in answer.err

    def test_a_bad_edit_is_kept_and_opened_again(
        self, oak: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        draft = drafted(oak)
        id = str(draft["id"])
        spoil = "text.replace('Subject:', 'Sbject:').replace('Hello Dana', 'Dear Dana')"
        monkeypatch.setenv("EDITOR", editor(tmp_path, spoil))
        answer = oak("update", "edit", id)
        assert answer.code == 2
        assert "neither To: nor Subject:" in answer.err
        assert oak.json("update", "show", id) == draft
        monkeypatch.setenv("EDITOR", editor(tmp_path, "text.replace('Sbject:', 'Subject:')"))
        again = oak("update", "edit", id)
        assert again.code == 0
        assert "opened again" in again.err
        assert "Dear Dana" in oak.json("update", "show", id)["body"]

    def test_on_a_terminal_a_bad_edit_is_offered_again_with_the_problem(self, oak: Cli, tmp_path: Path) -> None:
        id = str(drafted(oak)["id"])
        mend = "text.replace('Sbject:', 'Subject:') if 'Sbject' in text else text.replace('Subject:', 'Sbject:')"
        env = {**os.environ, "EDITOR": editor(tmp_path, f"({mend})" + " + '\\nseen: ' + str('# Problem:' in text)")}
        with Terminal([*FOLLOWTHRU, "update", "edit", id], env) as terminal:
            terminal.wait_for("Open it again?")
            terminal.send("\r")
            assert terminal.wait_end() == 0
        assert oak.json("update", "show", id)["body"].rstrip().endswith("seen: True")

    @pytest.mark.parametrize("command", ["false", "/nothing/of/the/kind", "'open"])
    def test_an_editor_that_fails_changes_nothing(
        self, oak: Cli, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        draft = drafted(oak)
        monkeypatch.setenv("EDITOR", command)
        answer = oak("update", "edit", str(draft["id"]))
        assert (answer.code, answer.out) == (1, "")
        assert "The editor" in answer.err
        assert oak.json("update", "show", str(draft["id"])) == draft

    def test_without_an_editor_or_a_terminal_it_says_what_to_do(self, oak: Cli) -> None:
        answer = oak("update", "edit", str(drafted(oak)["id"]))
        assert answer.code == 2
        assert "--text" in answer.err

    def test_a_draft_that_said_something_else_meanwhile_keeps_the_edit(
        self, oak: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        id = str(drafted(oak)["id"])
        command = f"{' '.join(FOLLOWTHRU)} update discard {id}"
        monkeypatch.setenv("EDITOR", editor(tmp_path, "text.replace('Hello', 'Dear')", command))
        answer = oak("update", "edit", id)
        assert answer.code == 4
        assert "Dear Dana" in home().database.with_name(f"update-{id}.txt").read_text(encoding="utf-8")

    def test_an_old_text_is_not_opened_over_a_newer_draft(
        self, oak: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        id = str(drafted(oak)["id"])
        monkeypatch.setenv("EDITOR", "false")
        oak("update", "edit", id)
        oak.ok("promise", "1", "2026-07-14", "--because", "a form")
        drafted(oak)
        monkeypatch.setenv("EDITOR", editor(tmp_path, "text.replace('Hello', 'Dear')"))
        oak.ok("update", "edit", id)
        assert "14 Jul" in oak.json("update", "show", id)["body"], "an editor that failed left nothing of yours"


def editor(folder: Path, change: str, command: str = "") -> str:
    """Return a command that edits a file by an expression over its `text`, after running another command."""
    script = folder / "editor.py"
    before = f"import subprocess; subprocess.run({command.split()!r}, check=True, capture_output=True)\n"
    script.write_text(
        f"import sys\nfrom pathlib import Path\n{before if command else ''}"
        f"path = Path(sys.argv[1])\ntext = path.read_text()\npath.write_text({change})\n",
        encoding="utf-8",
    )
    return f"{sys.executable} {script}"


@contextmanager
def mail_sink(folder: Path) -> Generator[int]:
    """Run the demo's mail server; yield its port."""
    folder.mkdir()
    command = [sys.executable, "-m", "followthru.demo.mailsink", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


class TestAllMail:
    def test_all_mail_is_held_and_let_go(self, oak: Cli, tmp_path: Path) -> None:
        configure(send_delay="60s")
        id = drafted(oak)["id"]
        assert oak("update", "pause").code == 2, "it is about every practice, and is to be said so"
        held = oak.json("update", "pause", "--all", "--because", "wrong dates")
        assert (held["held"], held["because"]) == (True, "wrong dates")
        oak.ok("update", "approve", str(id))
        assert "All mail is held" in oak("update", "list").err
        [waits] = oak.json("update", "outbox")
        assert (waits["id"], waits["at"], waits["why"]) == (id, None, "All mail is held: wrong dates")
        assert oak.json("update", "resume", "--all") == {"held": False, "since": None, "because": None}
        assert oak("update", "resume", "--all").code == 4
        folder = tmp_path / "rehearsed"
        [goes] = oak.json("update", "outbox", "--into", str(folder))
        assert (goes["person"], goes["why"]) == ("dana", None)
        assert goes["at"] is not None
        assert b"Message-ID" in (folder / f"update-{id}.eml").read_bytes()
