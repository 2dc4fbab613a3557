"""A report and its page: what it says, that its page says the same to everybody, that neither holds what was cut."""

from __future__ import annotations

import re
from datetime import date, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from followthru.domain.kept import Verdict
from followthru.domain.periods import Length, of
from followthru.domain.task import Status
from followthru.updates.aftermath import untrue
from followthru.updates.facts import dump, load
from followthru.updates.mail_reading import Attached, page, texts
from followthru.updates.message import MessageError, build, verify_frozen
from followthru.updates.outbox import UpdateKind
from followthru.updates.phrases import PHRASES
from followthru.updates.render_text import parse_text
from followthru.updates.report import Given, Pages, Seen, compose_report, moves_of
from followthru.updates.report_page import file_name, markdown
from followthru.updates.report_page import page as page_of
from followthru.updates.tree import Bullets, Heading
from followthru.updates.view import read
from tests.updates import mails
from tests.updates.page import Page, contrast
from tests.updates.samples import AR_DAYS, OWNER, day, occasion, report, results, samples
from tests.updates.values import PRACTICE, TODAY, mail, task, telling

DECEMBER = of(Length.MONTH, date(2026, 12, 1))


def made() -> tuple[str, Page]:
    draft = report()
    html = page_of(draft.subject, draft.body, load(dump(draft.facts)))
    return html, Page(html)


def sections(body: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    heading = ""
    for block in parse_text(body).blocks:
        if isinstance(block, Heading):
            heading = block.words
        elif isinstance(block, Bullets):
            found[heading] = block.items
    return found


def test_what_a_report_says() -> None:
    draft = report()
    assert draft.subject == "Oak Street Therapy: report for December 2026"
    assert sections(draft.body) == {
        "Results": (
            "AR days: 41 on Thu 31 Dec, down from 42 (aim: 35 or less by Wed 31 Mar).",
            "No-shows: 4.8% on Thu 31 Dec, down from 5.2% (the aim of 5% or less is met).",
        ),
        "What I need from you": (
            "Lease renewal: which of the two offers do you prefer? Please answer by Tue 19 Jan. "
            "The date Mon 22 Feb depends on it.",
        ),
        "Dates I gave you": (
            "2 dates fell due: 1 kept, 1 not kept.",
            "Payroll for December: promised for Fri 25 Dec, done on Sat 26 Dec.",
            "November billing numbers: promised for Wed 30 Dec, done on Tue 29 Dec.",
        ),
        "Moved": (
            "Malpractice cover renewal: from Sat 19 Dec to Tue 2 Feb, because the insurer asked for one more form.",
        ),
        "Done": ("Fire extinguishers checked: done on Sat 19 Dec.",),
        "What may slip": ("Spanish consent form: Wed 20 Jan, may slip.",),
        "Hours": ("19 h 30 min worked, of 20 h agreed on.",),
        "What is next": ("OSHA log posted: to be done by Sun 31 Jan.",),
    }
    assert {said.words for said in draft.facts.said} == {
        "Malpractice cover renewal", "Lease renewal", "Spanish consent form",
    }  # fmt: skip


def test_the_same_values_give_the_same_report_and_page() -> None:
    assert report() == report()
    assert made()[0] == made()[0]


def test_a_date_that_is_stated_and_a_chart_that_changed_hold_it() -> None:
    draft = report()
    moved = read([task(1, told=day(25), promised_on=day(30), public_title="Malpractice cover renewal")], OWNER,
                 PRACTICE, TODAY, results())  # fmt: skip
    words = " ".join(flag.words for flag in untrue(draft.facts, moved))
    assert "“Malpractice cover renewal”: its date has changed since." in words
    other = [one._replace(readings=one.readings[1:]) for one in results()]
    flags = untrue(draft.facts, read([], OWNER, PRACTICE, TODAY, other))
    assert "“AR days”: a reading in its chart has changed since." in [flag.words for flag in flags]


@pytest.mark.parametrize(
    ("verdict", "words", "line"),
    [
        (Verdict.KEPT, {"status": Status.DONE, "done_on": day(-9)}, "promised for Wed 30 Dec, done on Wed 30 Dec."),
        (Verdict.KEPT_AFTER_MOVE, {"status": Status.DONE, "done_on": day(-2)},
         "first promised for Wed 30 Dec, moved in time, done on Wed 6 Jan."),
        (Verdict.MISSED, {"promised_on": day(-9)}, "was promised for Wed 30 Dec and is not done yet."),
        (Verdict.MISSED, {"status": Status.DROPPED}, "no longer planned."),
    ],
)  # fmt: skip
def test_what_became_of_a_date(verdict: Verdict, words: dict[str, object], line: str) -> None:
    one = task(1, told=day(-9), **words)  # type: ignore[arg-type]
    view = read([one], OWNER, PRACTICE, TODAY)
    draft = compose_report(Seen(view, DECEMBER, (Given(view.tasks[0], day(-9), verdict),)), occasion(TODAY))
    assert sections(draft.body)["Dates I gave you"][1] == f"Public title 1: {line}"


def test_a_move_is_told_net_and_only_to_whom_it_was_told() -> None:
    told = [telling(1, day(-20), "2026-11-20T10:00:00Z")._replace(told_on=date(2026, 11, 20), id=1)]
    for at, (on, when) in enumerate(((day(-5), date(2026, 12, 3)), (day(25), date(2026, 12, 9))), 2):
        told.append(telling(1, on, f"{when}T10:00:00Z")._replace(told_on=when, id=at))
    one = task(1, promised_on=day(25), because="the form is late")._replace(tellings=tuple(told))
    view = read([one], OWNER, PRACTICE, TODAY)
    assert [(move.before, move.after) for move in moves_of([one], OWNER, view, DECEMBER)] == [(day(-20), day(25))]
    assert moves_of([one], OWNER._replace(person_id=99), view, DECEMBER) == ()
    assert moves_of([one], OWNER, view, DECEMBER.next()) == ()


def test_a_goal_without_a_reading_in_the_period_says_so() -> None:
    view = read([], OWNER, PRACTICE, TODAY, [results()[0]._replace(readings=results()[0].readings[:3])])
    draft = compose_report(Seen(view, DECEMBER), occasion(TODAY), pages=Pages.BESIDE)
    assert sections(draft.body)["Results"] == (
        "AR days: no reading in December 2026; the last one is 48 on Tue 31 Mar 2026.",
    )
    assert (draft.facts.figures, PHRASES.report_page in draft.body) == ({}, False), "without a chart there is no page"


def test_long_sections_are_counted() -> None:
    many = [task(id, public_title=f"Thing {id}", status=Status.DONE, done_on=day(-20)) for id in range(1, 31)]
    draft = compose_report(Seen(read(many, OWNER, PRACTICE, TODAY), DECEMBER), occasion(TODAY))
    assert (len(sections(draft.body)["Done"]), sections(draft.body)["Done"][-1]) == (21, "and 10 more things")


# Its page.


def test_the_page_is_clean_and_needs_nothing_else() -> None:
    html, found = made()
    assert [element.get("lang") for element in found.all("html")] == ["en"]
    assert found.all("title")[0].text == "Oak Street Therapy: report for December 2026"
    assert (len(found.all("h1")), len(found.all("main"))) == (1, 1)
    assert [element for tag in ("script", "a", "img", "link", "iframe") for element in found.all(tag)] == []
    assert not re.search(r"(?i)https?:|url\(|@import|javascript:|<!--|data:|\son\w+=", html.replace(
        'xmlns="http://www.w3.org/2000/svg"', ""))  # fmt: skip
    assert "default-src 'none'" in html
    assert len(html.encode()) < 60_000


def test_every_chart_is_named_and_has_its_table() -> None:
    _, found = made()
    assert len(found.all("figure")) == 2
    ids = [element.get("id") for element in found.elements if element.get("id")]
    assert len(ids) == len(set(ids))
    for figure in found.all("figure"):
        [drawn] = [element for element in figure.iter() if element.tag.endswith("svg")]
        assert drawn.get("role") == "img"
        named = (drawn.get("aria-labelledby") or "").split()
        words = {element.get("id"): "".join(element.itertext()) for element in drawn.iter() if element.get("id")}
        assert [bool(words[each]) for each in named] == [True, True]
        [table] = figure.iter("table")
        assert [head.get("scope") for head in table.iter("th")] == ["col", "col"]
        assert len(list(table.iter("caption"))) == 1
        points = [element for element in drawn.iter() if element.tag.endswith("circle")]
        assert len(points) == len(list(table.iter("tr"))) - 1
    assert "12 readings from Sat 31 Jan 2026 to Thu 31 Dec 2026: from 49 days to 41 days" in made()[0]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_and_lines_stand_out(dark: bool) -> None:
    """WCAG 2.2, 1.4.3. A chart has no colour but that of the words around it."""
    html, found = made()
    shown = found.words(dark=dark)
    assert {words.tag for words in shown} >= {"h1", "h2", "li", "th", "td", "figcaption", "caption"}
    for words in shown:
        assert contrast(words.colour, words.background) >= 4.5, words
        assert contrast(words.background, "#000000" if dark else "#ffffff") < 1.5
    drawn = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) == {"currentColor", "none"}


@pytest.mark.skipif(mails.browser() is None, reason="no chromium on PATH")
def test_a_browser_finds_it_fits_a_phone(tmp_path: Path) -> None:
    width, height = mails.measured(mails.browser() or "", tmp_path, made()[0], 320)
    assert width <= 320
    assert height > 1000


def test_the_page_says_what_the_text_says_and_no_more() -> None:
    draft = report()
    cut = draft.body.replace("- AR days: 41 on Thu 31 Dec, down from 42 (aim: 35 or less by Wed 31\n  Mar).\n", "")
    assert cut != draft.body
    for written in (page_of, markdown):
        assert "AR days" in written(draft.subject, draft.body, draft.facts)
        assert "AR days" not in written(draft.subject, cut, draft.facts)
        assert "No-shows" in written(draft.subject, cut, draft.facts)
    otherwise = draft.body.replace("41 on Thu 31 Dec", "about forty")
    assert len(Page(page_of(draft.subject, otherwise, draft.facts)).all("figure")) == 1


def test_words_from_outside_stay_words() -> None:
    goal = AR_DAYS._replace(title="<script>x</script>", unit="<b>")
    view = read([], OWNER, PRACTICE, TODAY, [results()[0]._replace(goal=goal)])
    draft = compose_report(Seen(view, DECEMBER), occasion(TODAY), pages=Pages.BESIDE)
    found = Page(page_of(draft.subject, draft.body, draft.facts))
    assert (len(found.all("figure")), found.all("script"), found.all("b")) == (1, [], [])
    assert r"\<script\>x\</script\>" in markdown(draft.subject, draft.body, draft.facts)


def test_one_reading_is_no_chart_and_equal_ones_are() -> None:
    goal = results()[0]
    for count, charts in ((1, 0), (2, 1)):
        same = tuple(one._replace(value=goal.readings[0].value) for one in goal.readings[-count:])
        view = read([], OWNER, PRACTICE, TODAY, [goal._replace(readings=same)])
        draft = compose_report(Seen(view, DECEMBER), occasion(TODAY), pages=Pages.ALONE)
        assert len(Page(page_of(draft.subject, draft.body, draft.facts)).all("figure")) == charts


def test_a_year_shows_thirteen_points() -> None:
    goal, first = results()[0], date(2025, 1, 31)
    many = tuple(goal.readings[0]._replace(id=at, on=first + timedelta(days=20 * at)) for at in range(30))
    view = read([], OWNER, PRACTICE, TODAY, [goal._replace(readings=many)])
    seen = Seen(view, of(Length.YEAR, date(2026, 1, 1)))
    [figure] = compose_report(seen, occasion(TODAY), pages=Pages.ALONE).facts.figures.values()
    assert len(figure.points) == 13


# In a mail.


def attached(html: str = "<p>Grüße</p>\n", name: str = "Report-2026.html") -> bytes:
    return build(mail()._replace(attached=Attached(name, html)))


def test_a_page_goes_along_with_a_mail_that_says_all_without_it() -> None:
    payload = attached()
    assert payload == attached(), "the same mail has the same bytes"
    read_ = BytesParser(policy=policy.default).parsebytes(payload)
    assert read_.get_content_type() == "multipart/mixed"
    [file] = read_.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content_disposition()) == (
        "Report-2026.html", "text/html", "attachment",
    )  # fmt: skip
    assert file.get_content().splitlines() == ["<p>Grüße</p>"]
    assert page(payload) == Attached("Report-2026.html", "<p>Grüße</p>\n")
    assert texts(payload) == texts(build(mail()))
    assert page(build(mail())) is None
    verify_frozen(payload, recipient="dana@example.com", message_id="<0190.abc@example.org>")


@pytest.mark.parametrize("name", ["", "a.exe", "a.html\r\nX: y", "../a.html", "ä.html", "a b.html", "a" * 90 + ".html"])
def test_a_page_has_a_plain_name(name: str) -> None:
    with pytest.raises(MessageError):
        attached(name=name)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b"multipart/mixed", b"multipart/related"),
        (b'Content-Disposition: attachment; filename="Report-2026.html"', b"Content-Disposition: inline"),
        (b"Report-2026.html", b"Report-2026.exe"),
        (b"text/html", b"text/calendar"),
        (b"Content-Disposition: attachment", b"X-Other: 1\r\nContent-Disposition: attachment"),
    ],
)
def test_bytes_that_were_tampered_with_do_not_leave(was: bytes, now: bytes) -> None:
    payload = attached()
    bad = payload.replace(was, now)
    assert bad != payload
    with pytest.raises(MessageError):
        verify_frozen(bad, recipient="dana@example.com", message_id="<0190.abc@example.org>")


def test_a_file_is_named_for_its_subject() -> None:
    assert file_name("Ökonomie & Söhne: report for 2026") == "Okonomie-Sohne-report-for-2026.html"
    assert file_name("報告") == "report.html"
    assert len(file_name("x" * 300)) < 90


def test_a_report_has_a_sample_that_every_check_of_mails_looks_at() -> None:
    assert [sample.name for sample in samples() if sample.kind is UpdateKind.REPORT] == ["report"]
