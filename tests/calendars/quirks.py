"""Ways in which real calendar servers differ from what the standards say, and where each was seen.

The table is the specification of the fake server: `SEEN` says for every quirk who does it.
"""

from __future__ import annotations

from enum import StrEnum


class Quirk(StrEnum):
    """One deviation. The value is its name in test ids."""

    TOKEN_UNKNOWN_LISTS = "unknown-token-lists-all"
    TOKEN_STUCK = "token-stuck"
    TOKEN_SECONDS = "token-of-a-second"
    TOKEN_OPAQUE = "token-no-uri"
    TOKEN_BAD_400 = "bad-token-400"
    TOKEN_BAD_404 = "bad-token-404"
    TOKEN_BAD_409 = "bad-token-409"
    TOKEN_BAD_410 = "bad-token-410"
    TOKEN_BAD_412 = "bad-token-412"
    TOKEN_BAD_500 = "bad-token-500"
    CTAG_ONLY = "ctag-only"
    NO_MARKS = "no-token-no-ctag"
    REPORT_501 = "report-501"
    CUTS_SILENTLY = "cuts-silently"
    PAGES_507 = "pages-507"
    PAGES_STAND = "pages-507-same-token"
    CHANGED_AND_REMOVED = "changed-and-removed"
    REMOVED_418 = "removed-418"
    LISTS_REMOVED = "initial-lists-removed"

    INM_IGNORED = "if-none-match-ignored"
    IM_IGNORED = "if-match-ignored"
    IM_IGNORED_ON_DELETE = "if-match-ignored-on-delete"
    IM_CREATES = "if-match-creates"
    IM_STAR_INVERTED = "if-match-star-inverted"
    IM_REQUIRED = "if-match-required"
    RACE_BOTH_WIN = "both-writers-win"
    RACE_409 = "loser-sees-409"
    RACE_423 = "loser-sees-423"
    RACE_500 = "loser-sees-500"

    ETAG_WEAK = "etag-weak"
    ETAG_WEAK_ON_PUT = "etag-weak-on-put"
    ETAG_NOT_ON_PUT = "etag-not-on-put"
    ETAG_NEVER = "etag-never"
    ETAG_ESCAPED = "etag-percent-encoded"
    ETAG_ODD = "etag-not-ascii"
    ETAG_BARE = "etag-unquoted"
    ETAG_SUFFIXED = "etag-gzip-suffix"
    ETAG_RESTARTS = "etag-restarts"
    ETAG_STALE = "etag-stale-after-put"

    BODY_REORDERED = "body-reordered"
    BODY_ZONED = "body-zone-added"
    BODY_X_UNESCAPED = "body-x-unescaped"
    BODY_CATEGORIES = "body-categories-split"
    BODY_DURATION = "body-duration"
    BODY_X_DROPPED = "body-x-dropped"

    MULTIGET_OMITS = "multiget-omits"
    MULTIGET_501 = "multiget-501"
    MULTIGET_400 = "multiget-400"
    MULTIGET_EMPTY = "multiget-empty"

    HREF_ABSOLUTE = "href-absolute"
    HREF_SCHEME = "href-other-scheme"
    HREF_ESCAPED = "href-over-encoded"
    HREF_SLASHES = "href-double-slash"
    HREF_MOVED = "href-changed-by-put"

    UID_TWICE = "uid-at-two-hrefs"
    UID_403 = "uid-conflict-403"
    UID_409_BARE = "uid-conflict-409-bare"
    UID_412 = "uid-conflict-412"
    UID_412_BARE = "uid-conflict-412-bare"
    UID_TRASHED = "uid-in-trash"
    ZERO_REFUSED = "zero-length-refused"
    DELETE_200 = "delete-200"
    ZONE_REFUSED = "time-zone-refused"

    EMPTY_LISTING = "empty-listing"
    HTML_200 = "html-200"
    MEMBER_403 = "member-403"
    MEMBER_500 = "member-500"

    ANONYMOUS_ROOT = "anonymous-root"
    NO_CHALLENGE = "401-without-challenge"
    DROPS_IDLE = "drops-idle-connections"
    DROPS_KEPT = "drops-kept-connections"
    RECREATED_500 = "500-after-recreation"


SEEN: dict[Quirk, str] = {
    Quirk.TOKEN_UNKNOWN_LISTS: "DAViCal, SOGo, Stalwart: an unknown token is answered with all members and no error",
    Quirk.TOKEN_STUCK: "Nextcloud with lost change rows (36644), a database that was restored: nothing new for ever",
    Quirk.TOKEN_SECONDS: "servers that make tokens of the clock: a second write in the same second is never told",
    Quirk.TOKEN_OPAQUE: "Google, iCloud: tokens with any characters",
    Quirk.TOKEN_BAD_400: "a token that is not taken; which status says so differs from server to server",
    Quirk.TOKEN_BAD_404: "as above",
    Quirk.TOKEN_BAD_409: "as above; named by the RFC together with 403",
    Quirk.TOKEN_BAD_410: "as above; the API of Google says so of an expired one",
    Quirk.TOKEN_BAD_412: "Xandikos (measured), Evolution knows it of others: a token that is not taken",
    Quirk.TOKEN_BAD_500: "a token that is not taken, as a failure of the server",
    Quirk.CTAG_ONLY: "servers older than RFC 6578: no sync-collection, a ctag only",
    Quirk.NO_MARKS: "plain WebDAV with calendar files: neither token nor ctag",
    Quirk.REPORT_501: "a token among the properties, and the report not implemented",
    Quirk.CUTS_SILENTLY: "Xandikos, Nextcloud: a cut report with the newest token and without 507",
    Quirk.PAGES_507: "RFC 6578; Nextcloud, sabre/dav: pages, each but the last with 507 for the collection",
    Quirk.PAGES_STAND: "a page with 507 whose token does not move on; a loop without end for who believes it",
    Quirk.CHANGED_AND_REMOVED: "Cyrus: one member listed as changed and as removed in one report",
    Quirk.REMOVED_418: "Infomaniak, older Nextcloud (36644): removed members with status 418",
    Quirk.LISTS_REMOVED: "Radicale: a report on the whole collection names removed members with 404",
    Quirk.INM_IGNORED: "SOGo, Zimbra, Google: If-None-Match: * is passed over, and the PUT overwrites",
    Quirk.IM_IGNORED: "proxies that drop conditions: If-Match is passed over on PUT",
    Quirk.IM_IGNORED_ON_DELETE: "servers that know conditions on PUT only: If-Match is passed over on DELETE",
    Quirk.IM_CREATES: "servers that look at If-Match only where something is: PUT creates what is not there",
    Quirk.IM_STAR_INVERTED: "iCloud: If-Match: * creates, and refuses what exists",
    Quirk.IM_REQUIRED: "OX (mailbox.org): overwriting without If-Match is a 409",
    Quirk.RACE_BOTH_WIN: "servers without a lock around check and write: two conditional writers at once both succeed",
    Quirk.RACE_409: "servers with a lock or a transaction: the loser of two writers sees 409",
    Quirk.RACE_423: "as above, 423",
    Quirk.RACE_500: "as above, 500",
    Quirk.ETAG_WEAK: "proxies that compress, Apache in the second of a write: weak etags, on which no condition holds",
    Quirk.ETAG_WEAK_ON_PUT: "GMX: a weak etag after PUT, a strong one in listings",
    Quirk.ETAG_NOT_ON_PUT: "Baikal, Nextcloud where they rewrite, Cyrus for scheduling objects: none after PUT",
    Quirk.ETAG_NEVER: "plain WebDAV: no etag anywhere",
    Quirk.ETAG_ESCAPED: "Bedework 5: percent-encoded in properties, plain in headers",
    Quirk.ETAG_ODD: "etags made of file names: characters that no header of ours can hold",
    Quirk.ETAG_BARE: "etags without quotes",
    Quirk.ETAG_SUFFIXED: "Apache mod_deflate before a server: -gzip in the ETag header of GET",
    Quirk.ETAG_RESTARTS: "servers that count versions per object: the count begins anew after delete and re-create",
    Quirk.ETAG_STALE: "OX: the etag of the version before, right after a PUT",
    Quirk.BODY_REORDERED: "Radicale, Xandikos: properties in another order, although an etag came back",
    Quirk.BODY_ZONED: "servers that add a VTIMEZONE to every object",
    Quirk.BODY_X_UNESCAPED: "servers that read X- values as text and write them as something else: backslashes lost",
    Quirk.BODY_CATEGORIES: "servers that keep one CATEGORIES line for each category, parameters added",
    Quirk.BODY_DURATION: "servers that keep a DURATION in place of DTEND",
    Quirk.BODY_X_DROPPED: "Google among others: properties of our own dropped",
    Quirk.MULTIGET_OMITS: "vdirsyncer 658, 1095, 1156: some of the asked objects are not in the answer",
    Quirk.MULTIGET_501: "plain WebDAV: no multiget",
    Quirk.MULTIGET_400: "the whole report refused for one of its hrefs",
    Quirk.MULTIGET_EMPTY: "iCloud (2017): every object with empty calendar data",
    Quirk.HREF_ABSOLUTE: "iCloud: absolute URLs as hrefs",
    Quirk.HREF_SCHEME: "any server behind a proxy that ends TLS and does not say so: another scheme and port",
    Quirk.HREF_ESCAPED: "more characters percent-encoded than in what was asked",
    Quirk.HREF_SLASHES: "a base URL that ends in a slash joined to a path that begins with one",
    Quirk.HREF_MOVED: "OX: the object is at another href after PUT, and no header says so",
    Quirk.UID_TWICE: "DAViCal, Baikal, Exchange by DavMail: one UID at two hrefs",
    Quirk.UID_403: "Cyrus: a taken UID is 403 with unique-scheduling-object-resource",
    Quirk.UID_409_BARE: "SOGo: a taken UID is a 409 that names nothing",
    Quirk.UID_412: "Xandikos: a taken UID is 412 with no-uid-conflict",
    Quirk.UID_412_BARE: "a taken UID is a 412 that names nothing",
    Quirk.UID_TRASHED: "Nextcloud: the UID of a deleted object is refused while it is in the bin",
    Quirk.ZERO_REFUSED: "iCloud refuses an event without DTEND; others a timed one without length",
    Quirk.DELETE_200: "Radicale: DELETE answers 200 with a body; a page of HTML from servers behind Apache",
    Quirk.ZONE_REFUSED: "gateways to systems with zones of their own: a VTIMEZONE or a TZID is refused",
    Quirk.EMPTY_LISTING: "Errands 300, Tasks 2419: a listing with nothing in it, from a server that is not well",
    Quirk.HTML_200: "portals and suspended accounts: a web page with 200",
    Quirk.MEMBER_403: "vdirsyncer 1101: one member that may not be read",
    Quirk.MEMBER_500: "vdirsyncer 343: one member that fails",
    Quirk.ANONYMOUS_ROOT: "servers whose root answers 207 without a sign-in",
    Quirk.NO_CHALLENGE: "Yahoo: 401 without WWW-Authenticate",
    Quirk.DROPS_IDLE: "web servers with a short keep-alive: idle connections closed without notice",
    Quirk.DROPS_KEPT: "balancers that forget: a kept connection is reset by the next request on it",
    Quirk.RECREATED_500: "Cyrus: 500 for a second after a deleted calendar was made again",
}

WIRE = frozenset({Quirk.DROPS_IDLE, Quirk.DROPS_KEPT, Quirk.ANONYMOUS_ROOT, Quirk.NO_CHALLENGE})
"""Seen on a real connection only."""

LATE = frozenset({Quirk.TOKEN_STUCK, Quirk.TOKEN_SECONDS, Quirk.CUTS_SILENTLY, Quirk.TOKEN_BAD_500})
"""A change there is found by the next complete listing at the latest, not by the next cycle."""

HALTING = frozenset({Quirk.EMPTY_LISTING, Quirk.HTML_200})
"""Nothing can be synced while it lasts."""

UNGUARDED = frozenset({Quirk.ETAG_WEAK, Quirk.ETAG_NEVER, Quirk.ETAG_ODD, Quirk.IM_IGNORED, Quirk.ETAG_WEAK_ON_PUT})
"""No condition holds between reading an object and writing it: what is written in that moment cannot be seen."""
