"""What has to be done about one object: created, merged, removed, asked about or left alone. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from followthru.calendars.ical.dates import KEPT, Kept
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.mark import overwritten
from followthru.calendars.ical.read import Bad, Remote, read
from followthru.calendars.ical.ticks import Progress
from followthru.calendars.ical.write import Entry, build, patch, ticked_as
from followthru.calendars.leaving import salvage
from followthru.calendars.links import EXPECTED, NOTHING, WAS_BUSY, Link, LinkState
from followthru.calendars.merge import Matter, Merged, Question, merge, saying, values_of
from followthru.calendars.settle import gone
from followthru.calendars.shown import Role, Shown
from followthru.calendars.sight import NO_OBJECT, Body, Sight
from followthru.calendars.steps import Ask, Create, Place, Pull, Record, Rejoin, Release, Remove, Step, Update
from followthru.domain.task import Audience


class Case(NamedTuple):
    """One object: what we remember, what we want, and what was seen.

    `fresh` is the link of its next generation, not stored yet.
    """

    link: Link | None
    shown: Shown | None
    fresh: Link | None
    sight: Sight
    now: datetime
    place: Place

    @property
    def taken(self) -> bool:
        """Whether the object is somebody's own item that became a task: it has a UID that is not of our making."""
        link = self.link
        return link is not None and not self.place.makes(link.uid, link.task_uid, link.role, link.generation)


def about(case: Case) -> list[Step]:
    """Return what has to be done about one object.

    Raises ValueError, OverflowError for values that cannot be written, and where it was not read.
    """
    link, shown = case.link, case.shown
    if link is None or link.state is LinkState.GONE:
        return [] if shown is None or case.fresh is None else _anew(case, link, case.fresh, shown)
    if link.state is LinkState.LEFT:
        return _left(case, link)
    if shown is not None and link.form is not shown.form:
        if not case.taken:
            return _reformed(case, link, shown)
        shown = shown._replace(form=link.form)
    name = link.name
    if (fault := _fault(case, link)) is not None:
        return _quarantine(link, fault, None)
    if _absent(case.sight, link):
        return _absence(link, shown)
    body = _body(case, link)
    if body is None and link.state in (LinkState.WAITING, LinkState.UNLINKED):
        if shown is None:
            known = not is_unsure(link) or name in case.sight.bodies or case.sight.delta.lacks(name)
            return [Record(gone(link), "not shown any more")] if known else []
        return _begin(case, link, shown) if link.state is LinkState.WAITING else []
    if shown is None or _was_mine(link, shown, body):
        # What the server would not let us remove is tried again with each complete listing, not with each cycle.
        # What could not be read goes as soon as it can be.
        refused = link.state is LinkState.QUARANTINED and link.published == NOTHING
        waits = refused and not case.sight.delta.complete and name not in case.sight.delta.etags
        steps = [] if waits else _removal(link, body)
        if steps and shown is None and case.place.view.audience is Audience.ME:
            steps = [*salvage(link, body), *steps]
        return [Release(link), *steps] if steps and case.taken else steps
    if case.sight.bodies.get(name, link) is None and name in case.sight.delta.etags and link.state in EXPECTED:
        return _quarantine(link, "the server lists it and does not give it out", None)
    return _both(case, link, shown, body)


def _anew(case: Case, link: Link | None, fresh: Link, shown: Shown) -> list[Step]:
    """Make an object for the first time or anew; one that is gone, and is there again by now, is taken up instead.

    None is made beside it, and what somebody wrote into it since is merged. Raises ValueError where it could not be
    read and nothing says whether it is there.
    """
    if link is None:
        return _begin(case, fresh, shown)
    sight, name = case.sight, link.name
    fault = sight.faults.get(name) or sight.delta.faults.get(name)
    named = name in sight.delta.etags or name in sight.delta.faults
    if fault is not None and not named:
        raise ValueError(fault)
    if fault is not None or sight.bodies.get(name) is not None:
        return about(case._replace(link=taken_up(link)))
    unread = named and name not in sight.bodies  # what came back while the server was asked is read by the next cycle
    return [] if unread else _begin(case, fresh, shown)


def taken_up(link: Link) -> Link:
    """Return the link of an object that was gone and is there again: nothing of it has been read."""
    return link._replace(state=LinkState.LINKED, etag=None, theirs=None, theirs_etag=None, reason=None, published=None)


def _was_mine(link: Link, shown: Shown, body: Body | None) -> bool:
    """Whether a text was made for the PM alone and is to be for others now: a new object takes its place.

    Words that were written into it, its earlier titles and its category were not meant for them. Its mark says so, or
    what was noted when it was written: not every server keeps a mark.
    """
    noted = link.agreed is not None and link.agreed.published is False
    return shown.published and body is not None and (noted or shown.task_uid in body.text)


def is_unsure(link: Link) -> bool:
    """Whether an object was sent as new, and could not be read when it was asked whether it got there."""
    return link.state is LinkState.WAITING and link.reason not in (None, WAS_BUSY) and link.published is None


def _fault(case: Case, link: Link) -> str | None:
    """Return why an object cannot be read, None if it can, or if it may not be there at all.

    Of one that was sent as new, its own answer alone says nothing. Raises ValueError where it was not read at all.
    """
    sight = case.sight
    named = link.name in sight.delta.etags or link.name in sight.delta.faults
    if link.state is LinkState.WAITING and not named:
        return None
    fault = sight.faults.get(link.name) or sight.delta.faults.get(link.name)
    if fault == NO_OBJECT:
        raise ValueError(fault)
    return fault


def _absent(sight: Sight, link: Link) -> bool:
    """Whether an object that should be there is gone: missing from the listing, and not found singly either."""
    if link.state not in EXPECTED:
        return False
    lacks = sight.delta.lacks(link.name)
    if link.name in sight.bodies:
        return sight.bodies[link.name] is None and lacks
    return lacks


def _body(case: Case, link: Link) -> Body | None:
    """Return the newest text that is known, None if there is none to work with now."""
    sight = case.sight
    if link.name in sight.bodies:
        return sight.bodies[link.name]
    if link.state is LinkState.UNLINKED:
        return None
    if link.theirs is not None:
        return Body(link.theirs, link.theirs_etag)
    # What the server refused to take is offered again with each complete listing, not with each cycle.
    if link.state is LinkState.QUARANTINED and not sight.delta.complete and not _says_else(link, case.shown):
        return None
    if link.state in EXPECTED and link.base is not None:
        return Body(link.base, link.etag)
    return None


def _says_else(link: Link, shown: Shown | None) -> bool:
    """Whether we show something else by now than what the server refused to take."""
    return shown is not None and link.published is not None and link.published != shown.print


def _begin(case: Case, link: Link, shown: Shown) -> list[Step]:
    """Return the creation of an object, or its adoption if it is there: a restored store finds its own again."""
    there = case.sight.bodies.get(link.name)
    if there is not None:
        return _found(case, link, shown, there)
    name, delta = link.name, case.sight.delta
    refused = link.reason not in (None, WAS_BUSY) and not _says_else(link, shown)
    # Whether one got there that could not be read afterwards, is known once it was looked for again.
    looked = name in case.sight.bodies and is_unsure(link)
    if name in delta.etags or (refused and not delta.complete and not looked):
        return []
    text = build(entry_of(link.uid, shown, case.now), case.now, plain=case.place.plain)
    return [Create(link, text, values_of(shown), shown.print)]


def entry_of(uid: str, shown: Shown, now: datetime | None = None) -> Entry:
    """Return what an object of ours says; one that others read names its task by nothing but its own UID."""
    mark = uid if shown.published else shown.task_uid
    category = shown.label or "followthru"
    said = Entry(uid, shown.summary, shown.when, category, mark, shown.role, private=not shown.published)
    done_at = None if now is None else shown.done_at(now)
    return said._replace(form=shown.form, progress=shown.progress, done_at=done_at, begins=shown.begins)


def _found(case: Case, link: Link, shown: Shown, there: Body) -> list[Step]:
    """Adopt an object of ours that no link is known of, whatever its form."""
    remote = read(there.text)
    if isinstance(remote, Bad) or remote.form is shown.form:
        return _both(case, link, shown, there)
    return _reformed(case, link._replace(form=remote.form), shown)


def _reformed(case: Case, link: Link, shown: Shown) -> list[Step]:
    """Remove an object that is to be of another form, so that it can be made anew under another UID.

    What was edited on it is taken over before, and what is asked about it is answered before.
    """
    body = _body(case, link)
    if link.state is LinkState.WAITING and body is None:
        return [Record(gone(link), f"no {link.form} any more")]
    before = case._replace(link=link, shown=shown._replace(form=link.form))
    waits = _both(before, link, before.shown, body) if link.id == 0 and before.shown else about(before)
    local: list[Step] = [step for step in waits if isinstance(step, Pull | Ask | Record)]
    if local or link.state in (LinkState.ASKED, LinkState.UNLINKED):
        return local
    return _removal(link, body)


def _absence(link: Link, shown: Shown | None) -> list[Step]:
    if shown is None:
        return [Record(gone(link), "deleted on both sides")]
    question = Question(Matter.DELETED, "event", shown.on, None)
    after = link._replace(state=LinkState.UNLINKED, etag=None, theirs=None, theirs_etag=None)
    return [Ask(after._replace(reason="deleted on the calendar"), (question,))]


def _removal(link: Link, body: Body | None) -> list[Step]:
    """Return the removal of what is not shown any more. What was left alone for a reason is still left alone."""
    if link.state is LinkState.QUARANTINED and (body is None or _untouchable(link, read(body.text))):
        return []
    if body is None:
        return [Remove(link._replace(etag=link.seen_etag))]
    return [Remove(link._replace(etag=body.etag, theirs=body.text, theirs_etag=body.etag))]


def _left(case: Case, link: Link) -> list[Step]:
    """Leave an item whose task was undone, and take it up again when its task is back."""
    if case.sight.delta.lacks(link.name):
        return [Record(gone(link), "deleted on the calendar")]
    if case.shown is None:
        return []
    return [Rejoin(link._replace(state=LinkState.LINKED, etag=None))]


def _untouchable(link: Link, remote: Remote | Bad) -> str | None:
    """Return why an object is left alone, None if it may be written."""
    if isinstance(remote, Bad):
        return remote.reason
    return remote.untouchable if remote.uid == link.uid else "its UID is not the one it was given"


def _another(link: Link, remote: Remote | Bad) -> str | None:
    """Return what an object became whose form somebody changed."""
    became = not isinstance(remote, Bad) and remote.form is not link.form
    return f"it is no {link.form} any more" if became else None


def _quarantine(link: Link, reason: str, body: Body | None) -> list[Step]:
    """Return the note that an object is left alone; its text is kept whole where it is text."""
    after = link._replace(state=LinkState.QUARANTINED, reason=reason, published=None)
    if body is None:
        after = after._replace(etag=None) if link.theirs is None else after._replace(theirs_etag=None)
        return [] if after == link else [Record(after, reason)]
    if link.state is LinkState.QUARANTINED and link.theirs is not None and link.theirs_etag == body.etag:
        return []
    text = body.text if _encodable(body.text) else ""
    return [Record(after._replace(theirs=text, theirs_etag=body.etag), reason)]


def _encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _both(case: Case, link: Link, shown: Shown, body: Body | None) -> list[Step]:
    """Merge an object that both sides have."""
    if body is None:
        return []
    remote = read(body.text)
    fault = _untouchable(link, remote) or _another(link, remote)
    if isinstance(remote, Bad) or fault is not None:
        return _quarantine(link, fault or "", body)
    if link.state is LinkState.OURS and _edited_since(link, body):
        link = link._replace(state=LinkState.ASKED)
    merged = merge(link, shown, remote, overwritten(link.base, body.text))
    if merged.questions:
        return _asking(case, link, shown, body, remote, merged)
    return _agreeing(case, link, shown, body, remote, merged)


def _edited_since(link: Link, body: Body) -> bool:
    """Whether somebody edited a text after the user was asked about it; its etag tells that where it has one."""
    return body.text != link.theirs and (body.etag is None or body.etag != link.theirs_etag)


def _asking(case: Case, link: Link, shown: Shown, body: Body, remote: Remote, merged: Merged) -> list[Step]:
    """Wait for the user, with their text kept; what is not in question is taken over meanwhile."""
    link = _advanced(case, link, shown, body, remote, merged)
    after = link._replace(
        state=LinkState.ASKED,
        theirs=body.text,
        theirs_etag=body.etag,
        reason="; ".join(f"{one.matter}: {one.field}" for one in merged.questions),
    )
    if merged.moves:
        return [Pull(link, merged.moves, case.link or link), Ask(after, merged.questions)]
    return [Ask(after, merged.questions)] if after != case.link else []


def _advanced(case: Case, link: Link, shown: Shown, body: Body, remote: Remote, merged: Merged) -> Link:
    """Return the link with what both hold agreed on, and a base that says so: title and tick in their own way.

    Said in ours, their next look would seem to un-tick what they had ticked by other means, or to add to the title a
    clock time that they had left in it. A title that is in question is no part of it.
    """
    was, held = link.agreed, merged.held
    if held is None or was is None or link.base is None or held == was:
        return link
    then = saying(shown, held)
    named = remote.summary if held.title == merged.there.title else saying(shown, held._replace(time=was.time)).summary
    named = named if (held.title, held.done) != (was.title, was.done) else None
    dated = then.when if (held.on, held.time) != (was.on, was.time) else None
    base = patch(link.base, case.now, summary=named, when=dated, marked=False)
    if shown.form is Form.TODO and held.done != was.done:
        base = ticked_as(base, body.text)
    return link._replace(agreed=held, base=base)


def _agreeing(case: Case, link: Link, shown: Shown, body: Body, remote: Remote, merged: Merged) -> list[Step]:
    """Take over what they changed, publish what we changed, into their text."""
    final = saying(shown, merged.agreed)
    text = _published(case, link, final, body, remote, merged)
    if text == body.text:
        after = link.settled(text, body.etag, merged.agreed, final.print)
        if merged.moves:
            return [Pull(after, merged.moves, case.link or link)]
        return [] if after == case.link else [Record(after, "found again" if link.base is None else "agreed")]
    after = link.settled(body.text, body.etag, merged.held or merged.agreed)
    update = Update(after, text, merged.agreed, final.print)
    return [Pull(after, merged.moves, case.link or link), update] if merged.moves else [update]


def _published(case: Case, link: Link, final: Shown, body: Body, remote: Remote, merged: Merged) -> str:
    """Return their text saying what was agreed on."""
    there = remote.when(final.zone)
    moved = final.role is Role.PROMISE or there is None or there.on != final.on
    # Somebody's own title stays as they wrote it until one of the two is changed.
    named = not case.taken or (merged.there.title, merged.there.done) != (final.title, final.done)
    return patch(
        body.text,
        case.now,
        summary=final.summary if named else None,
        when=final.when if moved else None,
        progress=_ticked(link, final, remote, merged),
        done_at=final.done_at(case.now),
        begins=KEPT if case.taken else _begun(link, final),
        marked=not case.place.plain,
    )


def _ticked(link: Link, final: Shown, remote: Remote, merged: Merged) -> Progress | None:
    """Return how far the task is where the calendar has to be told, None where it is left as it is there."""
    if remote.cancelled:
        return final.progress if link.state is LinkState.OURS else None
    if final.form is Form.EVENT:
        return None
    started = final.started != (link.agreed is not None and link.agreed.started)
    return final.progress if final.done != merged.there.done or (started and not final.done) else None


def _begun(link: Link, final: Shown) -> date | Kept | None:
    """Return when a todo begins if that changed here; what was set there is left otherwise."""
    was = None if link.agreed is None else link.agreed.begins
    return KEPT if final.begins == was else final.begins
