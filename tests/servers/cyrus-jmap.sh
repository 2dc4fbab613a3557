#!/usr/bin/env bash
# Cyrus from Debian with JMAP, which hands what it submits to an SMTP server on loopback: cyrus-jmap.sh [COMMAND...]
# The command finds the session at FOLLOWTHRU_TEST_JMAP_URL, and where Cyrus submits to at FOLLOWTHRU_TEST_JMAP_SMTP_PORT.
. "$(dirname "$0")/common.sh"

smtp=$(free_port)
start_cyrus 'httpmodules: jmap' 'conversations: yes' 'conversations_db: twoskip' 'jmap_submission_deliver_to_self: no' \
    'specialusealways: yes' 'smtp_backend: host' "smtp_host: 127.0.0.1:$smtp"
python3 - "$imap" <<'PYTHON'
import imaplib, sys
with imaplib.IMAP4("127.0.0.1", int(sys.argv[1])) as server:
    server.login("pm", "loopback")
    for folder, use in (("Drafts", "\\Drafts"), ("Sent", "\\Sent")):
        print(server._simple_command("CREATE", folder, f"(USE ({use}))"), file=sys.stderr)
PYTHON
export FOLLOWTHRU_TEST_JMAP_URL=http://127.0.0.1:$port/jmap/ FOLLOWTHRU_TEST_JMAP_SMTP_PORT=$smtp
export FOLLOWTHRU_TEST_JMAP_USER=pm FOLLOWTHRU_TEST_JMAP_PASSWORD=loopback FOLLOWTHRU_TEST_JMAP_LOGS=$work
if [[ $# == 0 ]]; then
    echo "$FOLLOWTHRU_TEST_JMAP_URL  user pm, password loopback; submits to port $smtp. Ctrl-C stops it."
    wait
else
    "$@"
fi
