#!/usr/bin/env bash
# The Xandikos that Debian packages: xandikos.sh [COMMAND...]
. "$(dirname "$0")/common.sh"
install_missing xandikos curl

port=$(free_port)
start xandikos.log /usr/bin/xandikos -d "$work/data" --defaults -l 127.0.0.1 -p "$port"
answers "http://127.0.0.1:$port/"
serve "http://127.0.0.1:$port/" user loopback "$@"
