#!/usr/bin/env bash
# The Radicale that Debian packages: radicale.sh [COMMAND...]
. "$(dirname "$0")/common.sh"
install_missing radicale curl

port=$(free_port)
printf 'pm:loopback\n' >"$work/users"
start radicale.log /usr/bin/python3 -m radicale --config= --server-hosts "127.0.0.1:$port" --auth-type htpasswd \
    --auth-htpasswd-filename "$work/users" --auth-htpasswd-encryption plain --auth-delay 0 \
    --storage-filesystem-folder "$work/data"
answers "http://127.0.0.1:$port/"
serve "http://127.0.0.1:$port/" pm loopback "$@"
