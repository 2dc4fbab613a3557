#!/usr/bin/env bash
# Publishes a promise and a deadline to a Radicale, and reads them with khal through vdirsyncer: khal.sh PYTHON
. "$(dirname "$0")/common.sh"
install_missing khal vdirsyncer curl

python=$(realpath -s "${1:-.venv/bin/python}")
followthru=$(dirname "$python")/followthru
port=$(free_port)
export HOME=$work FOLLOWTHRU_HOME=$work/home XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data LANG=C.UTF-8 TZ=UTC
mkdir -p "$FOLLOWTHRU_HOME" "$work/config/khal" "$work/config/vdirsyncer"
start radicale.log "$python" -m radicale --config= --server-hosts "127.0.0.1:$port" --auth-type none \
    --storage-filesystem-folder "$work/radicale"
answers "http://127.0.0.1:$port/"
printf 'loopback\n' >"$work/password"
chmod 600 "$work/password"

run() { # run COMMAND...: shows a command and what it says
    printf '$ %s\n' "${*/$followthru/followthru}"
    "$@"
}
run "$followthru" practice add oak-street --timezone America/New_York --holidays US-NY
run "$followthru" account add home "http://127.0.0.1:$port/" --username pm --password-file "$work/password"
run "$followthru" calendar add mine --account home
run "$followthru" add "Renew malpractice cover by 2027-01-15 @oak-street"
run "$followthru" add "File the 941 deadline 2027-02-01 @oak-street"
run "$followthru" sync

cat >"$work/config/vdirsyncer/config" <<CONF
[general]
status_path = "$work/status"
[pair mine]
a = "here"
b = "there"
collections = ["from b"]
metadata = ["displayname"]
[storage here]
type = "filesystem"
path = "$work/vdir"
fileext = ".ics"
[storage there]
type = "caldav"
url = "http://127.0.0.1:$port/"
username = "pm"
password = "loopback"
CONF
cat >"$work/config/khal/config" <<CONF
[calendars]
[[mine]]
path = $work/vdir/*
type = discover
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = America/New_York
default_timezone = America/New_York
CONF
printf 'y\ny\n' | vdirsyncer discover mine >"$work/discover.log" 2>&1 || { cat "$work/discover.log"; exit 1; }
run vdirsyncer sync
run khal list 2027-01-10 2027-02-05
