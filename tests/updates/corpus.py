"""Words that try to become something else: headers, markup, other lines, other directions."""

from __future__ import annotations

INJECTIONS = (
    "cover\r\nBcc: injected@example.com",
    "cover\nBcc: injected@example.com",
    "cover\rBcc: injected@example.com",
    "cover\r\n\r\n<script>alert(1)</script>",
    "A ü subject=?UTF-8?Q?=0A?=Bcc: injected@example.com",
    "=?utf-8?b?DQpCY2M6IGluamVjdGVkQGV4YW1wbGUuY29t?=",
    "ü =?UTF-8?Q?=0D=0A?= To: injected@example.com",
    "cover\x00Bcc: injected@example.com",
    "cover\x0bBcc: injected@example.com\x0c",
    "cover\x85Bcc: injected@example.com",
    "cover\u2028Bcc: injected@example.com\u2029next",
    "right\u202eot tfel\u202c and \u2066isolated\u2069",
    "invisible\u200b\u2060\ufeff joiners\u00ad",
    "tail\ud800 surrogate",
    "x" * 1200,
    "ü" * 600,
    "word " * 300,
    "<b>bold</b> & <script>alert(1)</script> \"quoted\" 'single'",
    "{task} {{ 7 * 7 }} {% raw %} ${HOME} {nobody}",
    "- item\n- another\n=====\n-----",
    'Dana" <injected@example.com>, Other <x@example.com>',
    "Reyes, Dana (comment) <injected@example.com>; a@example.com",
    ". starts with a dot\n.\n..",
    "From the desk of",
    "🦊 family 👩‍👩‍👧 and العربية עברית",
    "\x1b[31mred\x1b[0m \x07",
)
