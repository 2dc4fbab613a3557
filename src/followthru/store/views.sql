-- Views and full-text search. Dropped before each migration and made again after it; running this file
-- twice changes nothing. `id` and `practice_id` of task_row are those of task_dates, whose indexes keep lists
-- in order, and whatever else of `task` stands there is read from there, since filters judge by the index alone; the
-- join to `task` is a left one, although none is ever missing, so that counting can leave it out.
-- The words of a task are written with its computed dates, not by triggers: with trusted_schema off
-- SQLite lets no trigger write a virtual table.

DROP TABLE IF EXISTS task_words;
DROP VIEW IF EXISTS task_row;
DROP VIEW IF EXISTS out_of_step;
DROP VIEW IF EXISTS telling_row;
DROP VIEW IF EXISTS member_row;
DROP VIEW IF EXISTS update_row;
DROP VIEW IF EXISTS sent_row;
DROP TABLE IF EXISTS update_words;
DROP TABLE IF EXISTS record_words;
DROP TRIGGER IF EXISTS link_made;
DROP TRIGGER IF EXISTS link_changed;
DROP TRIGGER IF EXISTS link_removed;
DROP TRIGGER IF EXISTS operation_begun;
DROP TRIGGER IF EXISTS other_item_made;
DROP TRIGGER IF EXISTS other_item_changed;
DROP TRIGGER IF EXISTS other_item_removed;
DROP TRIGGER IF EXISTS calendar_changed;
DROP TRIGGER IF EXISTS delivery_moved;

-- Tellings that state another date than their task's, where the person was told nothing since.
CREATE VIEW out_of_step AS
SELECT g.id, g.task_id, g.person_id
FROM telling g JOIN task t ON t.id = g.task_id
WHERE g.retracted = 0 AND g.promised_on IS NOT t.promised_on
    AND NOT EXISTS (SELECT 1 FROM telling n WHERE n.task_id = g.task_id AND n.person_id = g.person_id
                    AND n.retracted = 0 AND n.id > g.id);

CREATE VIEW task_row AS
SELECT
    d.task_id AS id, t.uid, t.title, t.public_title, (SELECT slug FROM practice WHERE id = d.practice_id) AS practice,
    d.practice_id, d.status, t.area, t.kind, t.priority,
    CASE WHEN t.practice_id IS NULL THEN 'me' ELSE coalesce(t.audience, 'owners') END AS audience,
    (SELECT handle FROM person WHERE id = t.assignee_id) AS assignee,
    (SELECT handle FROM person WHERE id = t.waiting_on_id) AS waiting_on, t.waiting_for, t.waiting_by, d.follow_up_on,
    d.deadline_on, d.promised_on, t.promised_time, t.because, t.reason_missing, d.target_on, t.target_source,
    d.buffer_days, d.starts_on, t.done_on, d.in_buffer_from, d.at_risk_from, d.late_from, d.stalled_from,
    (SELECT group_concat(g.name, ' ') FROM (SELECT name FROM tag WHERE task_id = t.id ORDER BY name) g) AS tags,
    (SELECT count(*) FROM telling g WHERE g.task_id = t.id AND g.retracted = 0) AS told,
    (SELECT count(*) FROM out_of_step o WHERE o.task_id = t.id) AS out_of_step,
    EXISTS (SELECT 1 FROM dependency n JOIN task o ON o.id = n.needs_id
            WHERE n.task_id = t.id AND o.status NOT IN ('done', 'dropped')) AS blocked,
    t.start_by_on,
    d.closed, d.next_on, d.notice_from, d.needs_you
FROM task_dates d
LEFT JOIN task t ON t.id = d.task_id;

CREATE VIEW telling_row AS
SELECT g.id, g.task_id, g.person_id, p.handle AS person, g.promised_on, g.told_on, g.told_at, g.how, g.retracted
FROM telling g JOIN person p ON p.id = g.person_id;

CREATE VIEW member_row AS
SELECT p.id AS person_id, r.id AS role_id, r.practice_id, c.slug AS practice, p.handle, p.name, p.address, p.email,
    p.channel, p.timezone, r.role, r.cadence, r.review, r.paused_on, r.paused_until
FROM role r JOIN person p ON p.id = r.person_id JOIN practice c ON c.id = r.practice_id;

CREATE VIEW update_row AS
SELECT u.id, u.uid, u.practice_id, c.slug AS practice, u.person_id, p.handle AS person, p.email, u.kind, u.period,
    u.status, d.phase, u.subject, u.body, u.facts, u.flags, u.edited, u.drafted_at, u.approved_at, u.approved_by,
    u.approved_hash, u.send_after, u.composed, u.former, u.follows_id, u.due_at, d.message_id, d.attempts, d.next_at, d.code, d.answer, d.updated_at
FROM "update" u
JOIN practice c ON c.id = u.practice_id
JOIN person p ON p.id = u.person_id
LEFT JOIN delivery d ON d.update_id = u.id;

-- What has left, or may have; `at` is the instant of the last try that says so.
CREATE VIEW sent_row AS
SELECT u.id, u.practice_id, c.slug AS practice, u.person_id, p.handle AS person, d.recipient, u.kind, u.subject,
    d.message_id, d.sha256, d.account, u.status, d.phase,
    coalesce((SELECT max(a.at) FROM delivery_attempt a WHERE a.update_id = u.id AND a.phase IN ('accepted', 'uncertain')),
             d.updated_at) AS at,
    (SELECT count(*) FROM delivery_attempt a WHERE a.update_id = u.id) AS attempts,
    EXISTS (SELECT 1 FROM incoming b WHERE b.update_id = u.id AND b.kind = 'bounce' AND b.person_id IS NOT NULL)
        AS returned
FROM delivery d
JOIN "update" u ON u.id = d.update_id
JOIN practice c ON c.id = u.practice_id
JOIN person p ON p.id = u.person_id
WHERE d.phase IN ('accepted', 'uncertain')
    OR EXISTS (SELECT 1 FROM delivery_attempt a WHERE a.update_id = u.id AND a.phase IN ('accepted', 'uncertain'));

-- What approved updates say; written when one is frozen.
CREATE VIRTUAL TABLE update_words USING fts5(subject, body, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO update_words(rowid, subject, body)
SELECT id, subject, body FROM "update" WHERE id IN (SELECT update_id FROM delivery);

CREATE VIRTUAL TABLE task_words USING fts5(title, public_title, notes, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO task_words(rowid, title, public_title, notes) SELECT id, title, public_title, notes FROM task;

-- The words of meetings, decisions and raise-next notes, three places for each number; see record_words.py.
CREATE VIRTUAL TABLE record_words USING fts5(title, words, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO record_words(rowid, title, words)
SELECT id * 3, coalesce(title, ''), coalesce(agenda, '') || ' ' || coalesce(minutes, '') FROM meeting
UNION ALL SELECT id * 3 + 1, words, coalesce(notes, '') FROM decision
UNION ALL SELECT id * 3 + 2, words, '' FROM raise_note;

-- Whatever may make work for a sync ends a calendar's being in step, whoever writes it.
CREATE TRIGGER link_made AFTER INSERT ON link BEGIN
    UPDATE calendar_state SET in_step = NULL WHERE calendar = NEW.calendar AND in_step IS NOT NULL;
END;
CREATE TRIGGER link_changed AFTER UPDATE ON link BEGIN
    UPDATE calendar_state SET in_step = NULL WHERE calendar IN (OLD.calendar, NEW.calendar) AND in_step IS NOT NULL;
END;
CREATE TRIGGER link_removed AFTER DELETE ON link BEGIN
    UPDATE calendar_state SET in_step = NULL WHERE calendar = OLD.calendar AND in_step IS NOT NULL;
END;
CREATE TRIGGER operation_begun AFTER INSERT ON operation BEGIN
    UPDATE calendar_state SET in_step = NULL
    WHERE in_step IS NOT NULL AND calendar = (SELECT calendar FROM link WHERE id = NEW.link_id);
END;
CREATE TRIGGER other_item_made AFTER INSERT ON other_item BEGIN
    UPDATE calendar_state SET in_step = NULL WHERE calendar = NEW.calendar AND in_step IS NOT NULL;
END;
CREATE TRIGGER other_item_changed AFTER UPDATE ON other_item BEGIN
    UPDATE calendar_state SET in_step = NULL WHERE calendar = NEW.calendar AND in_step IS NOT NULL;
END;
CREATE TRIGGER other_item_removed AFTER DELETE ON other_item BEGIN
    UPDATE calendar_state SET in_step = NULL WHERE calendar = OLD.calendar AND in_step IS NOT NULL;
END;
CREATE TRIGGER calendar_changed AFTER UPDATE OF url, confirmed, caps ON calendar_state
WHEN NEW.url <> OLD.url OR NEW.confirmed > OLD.confirmed OR NEW.caps IS NOT OLD.caps BEGIN
    UPDATE calendar_state SET in_step = NULL WHERE calendar = NEW.calendar AND in_step IS NOT NULL;
END;

-- Whoever writes it, a mail leaves only from where it may, and what has ended stays so; the moves are those of
-- updates/outbox.py.
CREATE TRIGGER delivery_moved BEFORE UPDATE OF phase ON delivery
WHEN NEW.phase <> OLD.phase AND (
    OLD.phase IN ('accepted', 'superseded', 'cancelled')
    OR NEW.phase = 'claimed' AND OLD.phase NOT IN ('approved', 'deferred')
    OR NEW.phase = 'data started' AND OLD.phase <> 'claimed'
) BEGIN
    SELECT RAISE(ABORT, 'a mail cannot be sent from where it is, or sent again');
END;
