#!/usr/bin/env bash
# Cyrus from Debian with its calendars only: cyrus.sh [COMMAND...]
. "$(dirname "$0")/common.sh"

start_cyrus 'httpmodules: caldav' 'caldav_create_default: yes' 'caldav_create_sched: no' 'caldav_allowscheduling: off'
serve "http://127.0.0.1:$port/" pm loopback "$@"
