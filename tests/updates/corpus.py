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
    # The other ends of lines that str.splitlines knows, and a byte order mark.
    "cover\x1cBcc: injected@example.com\x1d\x1enext",
    "\ufeffcover\u0085Bcc: injected@example.com",
    # Encoded words: in pieces, unclosed, in another case, within a word.
    "=?utf-8?q?=0d=0a?= =?utf-8?q?Bcc:_injected@example.com?=",
    "=?iso-8859-1?Q?caf=E9",
    "cover=?US-ASCII?Q?=0ABcc:=20injected@example.com?=cover",
    # The end of the text, as several servers have read it (CVE-2023-51764 and others).
    "cover\r\n.\r\nMAIL FROM:<injected@example.com>\r\nRCPT TO:<injected@example.com>\r\nDATA\r\nSubject: x",
    "cover\n.\nMAIL FROM:<injected@example.com>",
    "cover\r.\rMAIL FROM:<injected@example.com>",
    "cover\n.\r\nMAIL FROM:<injected@example.com>",
    # The end of a part, and a part of one's own.
    "--=_00000000000000000000000000000000--",
    "--=_0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
    "</p></body></html><script>alert(1)</script><!--",
    '"><img src=x onerror=alert(1)> <a href="javascript:alert(1)">here</a>',
    # Percent and quoted-printable signs of a line end.
    "cover%0d%0aBcc:%20injected@example.com =0D=0ABcc:=20injected@example.com",
    # Groups, comments and routes of RFC 5322 in a name.
    "everybody: injected@example.com, other@example.com;",
    '\\" <injected@example.com> (\\) @one,@two:injected@example.com',
    # Marks, tags and overrides that hide or turn what follows.
    "\u200eleft\u200f right \u202aembedded\u202b \u202dforced\u202e",
    "tagged \U000e0042\U000e0063\U000e0063 \U000e007f",
    "z\u0351\u036b\u0343\u0360" * 30,
    # Tokens without a place to fold.
    "https://example.com/" + "a" * 3000,
    "𝒳" * 400,
    "=" * 998,
    "." * 80,
)
