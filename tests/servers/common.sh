# Shared by the scripts beside it: each starts one Debian-packaged server in a folder of its own on loopback, runs a
# command with FOLLOWTHRU_TEST_CALDAV_URL, _USER and _PASSWORD set, and stops what it started. Needs root and apt.
set -euo pipefail

[[ $(id -u) == 0 ]] || { echo "$0 installs packages and starts services as their own users: run it as root." >&2; exit 1; }
work=$(mktemp -d /tmp/followthru-server.XXXXXX)
chmod 755 "$work"
started=()

install_missing() { # install_missing PACKAGE...: from Debian, without starting their services
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [[ ${#missing[@]} == 0 ]] && return
    apt-get update -qq
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start() { # start LOG COMMAND...: in a session of its own, to be ended at the end: some end their whole group
    local log=$1
    shift
    setsid "$@" >"$work/$log" 2>&1 &
    started+=($!)
}

start_postgres() { # start_postgres [OPTION...]: one of its own, to be reached through $PGHOST and $PGPORT
    local bin
    bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
    export PGHOST=$work/socket PGPORT
    PGPORT=$(free_port)
    install -d -o postgres "$work/data" "$PGHOST"
    runuser -u postgres -- "$bin/initdb" -D "$work/data" --auth=trust >"$work/initdb.log"
    start postgres.log runuser -u postgres -- "$bin/postgres" -D "$work/data" -k "$PGHOST" -p "$PGPORT" -c fsync=off "$@"
    for _ in $(seq 100); do
        "$bin/pg_isready" -q && return
        sleep 0.1
    done
    echo "PostgreSQL does not answer; its log:" >&2
    tail -n 20 "$work/postgres.log" >&2
    return 1
}

answers() { # answers URL: waits until somebody answers there
    local tries
    for tries in $(seq 100); do
        [[ $(curl -s -o /dev/null -w '%{http_code}' "$1") != 000 ]] && return
        sleep 0.2
    done
    echo "$1 does not answer; its logs:" >&2
    for log in "$work"/*.log; do tail -n 20 "$log" >&2; done
    return 1
}

start_cyrus() { # start_cyrus [LINE...]: Cyrus with these lines in its imapd.conf and a mailbox of pm's; sets port, imap
    install_missing cyrus-caldav cyrus-imapd sasl2-bin libsasl2-modules libsasl2-modules-db curl
    port=$(free_port)
    imap=$(free_port)
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
hashimapspool: no
syslog_prefix: followthru-cyrus
CONF
    printf '%s\n' "$@" >>"$work/imapd.conf"
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
    local name
    for name in pm cyrus; do
        echo loopback | saslpasswd2 -p -c -u localhost -f "$work/sasldb2" "$name"
    done
    chown cyrus "$work/sasldb2"
    start master.log /usr/lib/cyrus/bin/master -C "$work/imapd.conf" -M "$work/cyrus.conf" -p "$work/master.pid" -D
    answers "http://127.0.0.1:$port/"
    # A calendar home comes with a mailbox, and that is made by the administrator.
    python3 - "$imap" <<'PYTHON'
import imaplib, sys
with imaplib.IMAP4("127.0.0.1", int(sys.argv[1])) as server:
    server.login("cyrus", "loopback")
    print(server.create("user/pm"), file=sys.stderr)
PYTHON
}

stop() {
    local code=$? at
    trap - EXIT
    trap '' INT TERM
    set +e # who was ended tells so with a status of its own
    for ((at = ${#started[@]} - 1; at >= 0; at--)); do
        kill "${started[at]}" 2>/dev/null && wait "${started[at]}" 2>/dev/null
    done
    # What they started may end a moment later than they do, and still write.
    for at in 1 2 3 4 5; do
        [[ -n ${KEEP:-} ]] || rm -rf "$work" 2>/dev/null
        [[ -d $work ]] && sleep 1 || break
    done
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT TERM

serve() { # serve URL USER PASSWORD [COMMAND...]: runs the command against the server; without one, waits
    export FOLLOWTHRU_TEST_CALDAV_URL=$1 FOLLOWTHRU_TEST_CALDAV_USER=$2 FOLLOWTHRU_TEST_CALDAV_PASSWORD=$3
    shift 3
    printf '%s  user %s, password %s\n' "$FOLLOWTHRU_TEST_CALDAV_URL" "$FOLLOWTHRU_TEST_CALDAV_USER" "$FOLLOWTHRU_TEST_CALDAV_PASSWORD"
    if [[ $# == 0 ]]; then
        echo "Ctrl-C stops it."
        wait
    else
        "$@"
    fi
}
