#!/usr/bin/env bash
# Cyrus from Debian with JMAP, which hands what it submits to an SMTP server on loopback: cyrus-jmap.sh [COMMAND...]
# The command finds the session at FOLLOWTHRU_TEST_JMAP_URL, and where Cyrus submits to at FOLLOWTHRU_TEST_JMAP_SMTP_PORT.
. "$(dirname "$0")/common.sh"
install_missing cyrus-caldav cyrus-imapd sasl2-bin libsasl2-modules libsasl2-modules-db curl

port=$(free_port)
imap=$(free_port)
smtp=$(free_port)
install -d -o cyrus -g mail "$work"/{config,spool,proc,lock,sieve,socket} "$work"/config/{db,socket,log,quota,user,sync}
cat >"$work/imapd.conf" <<CONF
configdirectory: $work/config
proc_path: $work/proc
mboxname_lockpath: $work/lock
defaultpartition: default
partition-default: $work/spool
sievedir: $work/sieve
lmtpsocket: $work/socket/lmtp
idlesocket: $work/socket/idle
notifysocket: $work/socket/notify
admins: cyrus
servername: localhost
altnamespace: yes
unixhierarchysep: yes
virtdomains: off
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $work/sasldb2
sasl_mech_list: PLAIN
httpmodules: jmap
conversations: yes
conversations_db: twoskip
jmap_submission_deliver_to_self: no
specialusealways: yes
smtp_backend: host
smtp_host: 127.0.0.1:$smtp
hashimapspool: no
syslog_prefix: followthru-cyrus
CONF
cat >"$work/cyrus.conf" <<CONF
START {
  recover cmd="ctl_cyrusdb -C $work/imapd.conf -r"
}
SERVICES {
  http cmd="httpd -C $work/imapd.conf" listen="127.0.0.1:$port" prefork=1
  imap cmd="imapd -C $work/imapd.conf" listen="127.0.0.1:$imap" prefork=0
}
EVENTS {
}
CONF
chmod 644 "$work"/*.conf
for name in pm cyrus; do
    echo loopback | saslpasswd2 -p -c -u localhost -f "$work/sasldb2" "$name"
done
chown cyrus "$work/sasldb2"
start master.log /usr/lib/cyrus/bin/master -C "$work/imapd.conf" -M "$work/cyrus.conf" -p "$work/master.pid" -D
answers "http://127.0.0.1:$port/"
python3 - "$imap" <<'PYTHON'
import imaplib, sys
with imaplib.IMAP4("127.0.0.1", int(sys.argv[1])) as server:
    server.login("cyrus", "loopback")
    print(server.create("user/pm"), file=sys.stderr)
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
