"""The verbs on tasks: what they change, what they refuse, and that one command is one step."""

from __future__ import annotations

import pytest

from tests.clikit import Cli


@pytest.fixture
def three(office: Cli) -> Cli:
    """Three tasks: 1 promised and told, 2 promised, 3 without a date."""
    office.ok("add", "Renew cover by 15 Jul to dana @oak-street")
    office.ok("add", "File numbers by 10 Jul @oak-street")
    office.ok("add", "Tidy shelf @oak-street")
    return office


def statuses(cli: Cli) -> dict[int, str]:
    return {task["id"]: task["status"] for task in cli.json("list", "all")}


def test_one_task_answers_with_an_object_and_several_with_an_array(three: Cli) -> None:
    assert three.json("start", "3")["status"] == "started"
    assert [task["status"] for task in three.json("done", "2", "3")] == ["done", "done"]


def test_a_task_that_is_not_there_stops_all(three: Cli) -> None:
    answer = three("done", "1", "2", "99")
    assert answer.code == 3
    assert "99" in answer.err
    assert statuses(three) == {1: "open", 2: "open", 3: "open"}


def test_a_refusal_stops_all(three: Cli) -> None:
    three.ok("drop", "3")
    assert three("done", "1", "3").code == 4
    assert statuses(three) == {1: "open", 2: "open", 3: "dropped"}


def test_several_tasks_are_one_step(three: Cli) -> None:
    three.ok("done", "1", "2", "3")
    three.ok("undo")
    assert statuses(three) == {1: "open", 2: "open", 3: "open"}
    three.ok("redo")
    assert statuses(three) == {1: "done", 2: "done", 3: "done"}
    three.ok("reopen", "1", "2")
    three.ok("undo")
    assert statuses(three) == {1: "done", 2: "done", 3: "done"}


def test_what_is_so_already_is_said_and_left(three: Cli) -> None:
    three.ok("done", "1")
    answer = three("done", "1", "2")
    assert answer.code == 0
    assert "Task 1 is done already" in answer.err
    assert statuses(three) == {1: "done", 2: "done", 3: "open"}
    assert three("done", "1").code == 0


def test_a_uid_may_be_cut_short(three: Cli) -> None:
    uid = three.json("show", "2")["uid"]
    assert three.json("done", uid[:8])["id"] == 2


def test_a_told_promise_moves_only_with_a_reason(three: Cli) -> None:
    refused = three("promise", "1", "20", "jul")
    assert refused.code == 4
    assert "dana" in refused.err
    assert three("promise", "1", "none").code == 4
    assert three("edit", "1", "promised_on=2026-07-20").code == 4
    assert three.json("show", "1")["promised_on"] == "2026-07-15"
    moved = three.json("promise", "1", "20", "jul", "--because", "One form is missing")
    assert (moved["promised_on"], moved["target_on"], moved["because"]) == (
        "2026-07-20", "2026-07-16", "One form is missing",
    )  # fmt: skip


def test_a_promise_is_taken_back(three: Cli) -> None:
    assert three.json("promise", "1", "none", "--because", "Not ours")["promised_on"] is None
    taken = three.json("promise", "2", "none")
    assert (taken["promised_on"], taken["target_on"], taken["buffer_days"]) == (None, None, 0)


def test_a_promise_may_have_a_clock_time(three: Cli) -> None:
    assert three.json("promise", "3", "fri", "3pm")["promised_time"] == "15:00"


def test_tell_records_the_promised_date_or_another(three: Cli) -> None:
    told = three.json("tell", "2", "dana", "--how", "call")["told"]
    assert [(one["person"], one["date"], one["how"]) for one in told] == [("dana", "2026-07-10", "call")]
    told = three.json("tell", "2", "marisol", "11", "jul", "--how", "meeting")["told"]
    assert (told[-1]["person"], told[-1]["date"]) == ("marisol", "2026-07-11")
    assert three("tell", "2", "dana").code == 2
    assert three("tell", "2", "dana", "--how", "unspecified").code == 2
    assert three("tell", "2", "nobody", "--how", "call").code == 3
    assert three("tell", "3", "dana", "--how", "call").code == 2


def test_a_target_by_hand_stays_until_it_follows_the_policy_again(three: Cli) -> None:
    assert three.json("target", "2", "3", "jul")["target_source"] == "hand"
    assert three("target", "2", "12", "jul").code == 4
    assert three.json("target", "2", "policy")["target_on"] == "2026-07-08"


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        (("3", "+7d"), {3: "2026-07-08"}),
        (("2", "3", "+3"), {2: "2026-07-04", 3: "2026-07-04"}),
        (("3", "next", "mon"), {3: "2026-07-06"}),
        (("2", "3", "7", "jul"), {2: "2026-07-07", 3: "2026-07-07"}),
        (("3", "in", "2", "weeks"), {3: "2026-07-15"}),
        (("3", "2026-07-09"), {3: "2026-07-09"}),
    ],
)
def test_defer_takes_tasks_and_then_a_date(three: Cli, words: tuple[str, ...], starts: dict[int, str]) -> None:
    three.ok("defer", *words)
    assert {t["id"]: t["starts_on"] for t in three.json("list") if t["starts_on"]} == starts


@pytest.mark.parametrize("words", [("3",), ("fri",), ("3", "someday")], ids=" ".join)
def test_defer_without_a_task_or_a_date_is_usage(three: Cli, words: tuple[str, ...]) -> None:
    assert three("defer", *words).code == 2


def test_defer_past_a_promise_moves_none(three: Cli) -> None:
    assert three("defer", "3", "2", "+10d").code == 4
    assert all(task["starts_on"] is None for task in three.json("list"))


def test_waiting_and_the_answer(three: Cli) -> None:
    task = three.json("wait", "2", "--on", "mari", "--for", "numbers", "--by", "fri", "--follow-up", "tomorrow")
    assert (task["status"], task["waiting_on"], task["waiting_for"]) == ("waiting", "marisol", "numbers")
    assert (task["waiting_by"], task["follow_up_on"]) == ("2026-07-03", "2026-07-02")
    three.ok("answered", "2", "they", "came", "by mail")
    shown = three.json("show", "2")
    assert (shown["status"], shown["waiting_on"], shown["answer"]) == ("open", None, "they came by mail")
    assert three("answered", "2", "again").code == 4


def test_edit_sets_clears_and_names_what_it_does_not_know(three: Cli) -> None:
    three.ok("edit", "3", "area=operations", "tags=site,-x", "notes=line one", "checklist=call; [x] sign", "needs=2")
    shown = three.json("show", "3")
    assert (shown["area"], shown["tags"], shown["notes"], shown["needs"]) == ("operations", ["site"], "line one", [2])
    assert shown["checklist"] == [{"words": "call", "done": False}, {"words": "sign", "done": True}]
    assert shown["blocked"]
    three.ok("edit", "3", "area=")
    assert three.json("show", "3")["area"] is None
    unknown = three("edit", "3", "titel=x")
    assert unknown.code == 2
    assert "title" in unknown.err
    assert three("edit", "3", "title").code == 2
    assert three("edit", "3", "area=a", "area=b").code == 2
    assert three("edit", "2", "needs=3").code == 4


def test_nothing_to_undo_is_refused(cli: Cli) -> None:
    assert cli("undo").code == 4
    assert cli("redo").code == 4


def test_undo_of_add_takes_the_task_back_and_redo_restores_it(office: Cli) -> None:
    uid = office.json("add", "Once @oak-street")["uid"]
    assert office.json("undo")["tasks"] == []
    assert office("show", "1").code == 3
    assert [task["uid"] for task in office.json("redo")["tasks"]] == [uid]


def test_history_of_one_task_leaves_others_out(three: Cli) -> None:
    three.ok("done", "3")
    assert [entry["verb"] for entry in three.json("history", "3")] == ["done", "add"]
    assert three.json("history", "--limit", "1")[0]["words"] == "Done 3: Tidy shelf"
    assert "Done 3: Tidy shelf" in three.ok("history")


def test_several_tasks_are_edited_as_one_step_and_one_is_split(three: Cli) -> None:
    assert [task["priority"] for task in three.json("edit", "2", "3", "priority=high")] == ["high", "high"]
    assert three.json("edit", "3", "priority=")["priority"] is None
    assert three("edit", "priority=high").code == 2
    assert three("edit", "3").code == 2
    assert [task["title"] for task in three.json("split", "1", "Get the quote", "Sign it")] == [
        "Get the quote",
        "Sign it",
        "Renew cover",
    ]
