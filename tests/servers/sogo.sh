#!/usr/bin/env bash
# SOGo from Debian on a PostgreSQL and a memcached of its own, behind Apache as its package has it: sogo.sh [COMMAND...]
. "$(dirname "$0")/common.sh"
install_missing sogo postgresql memcached apache2 curl

port=$(free_port) inner=$(free_port) cache=$(free_port)
install -d -o sogo "$work/home" "$work/spool"
start_postgres -c listen_addresses=127.0.0.1
start memcached.log runuser -u nobody -- memcached -l 127.0.0.1 -p "$cache"
psql -q -U postgres >"$work/user.log" <<'SQL'
CREATE USER sogo;
CREATE DATABASE sogo OWNER sogo;
\c sogo
CREATE TABLE people (c_uid text PRIMARY KEY, c_name text, c_password text, c_cn text, mail text);
INSERT INTO people VALUES ('pm', 'pm', 'loopback', 'Robin Vale', 'pm@example.net');
ALTER TABLE people OWNER TO sogo;
SQL
url="postgresql://sogo@127.0.0.1:$PGPORT/sogo"
people="({type = sql; id = people; viewURL = \"$url/people\"; canAuthenticate = YES; isAddressBook = NO; userPasswordAlgorithm = plain;})"
start sogo.log runuser -u sogo -- env HOME="$work/home" sogod -WOPort "127.0.0.1:$inner" -WONoDetach YES -WOWorkersCount 2 \
    -WOPidFile "$work/spool/sogo.pid" -WOLogFile - -SOGoMemcachedHost "127.0.0.1:$cache" \
    -SOGoProfileURL "$url/sogo_user_profile" -OCSFolderInfoURL "$url/sogo_folder_info" \
    -OCSSessionsFolderURL "$url/sogo_sessions_folder" -OCSEMailAlarmsFolderURL "$url/sogo_alarms_folder" \
    -SOGoUserSources "$people" -SOGoTimeZone UTC -SOGoAppointmentSendEMailNotifications NO -SOGoEnableEMailAlarms NO
cat >"$work/apache.conf" <<CONF
ServerName 127.0.0.1
Listen 127.0.0.1:$port
PidFile $work/apache.pid
Mutex file:$work
ErrorLog $work/apache-error.log
User www-data
Group www-data
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule env_module /usr/lib/apache2/modules/mod_env.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
DocumentRoot $work/root
ProxyRequests Off
SetEnv proxy-nokeepalive 1
ProxyPreserveHost On
ProxyPass /SOGo http://127.0.0.1:$inner/SOGo retry=0 nocanon
RequestHeader set "x-webobjects-server-protocol" "HTTP/1.0"
RequestHeader set "x-webobjects-server-name" "127.0.0.1"
RequestHeader set "x-webobjects-server-port" "$port"
RequestHeader set "x-webobjects-server-url" "http://127.0.0.1:$port"
RewriteEngine On
RewriteRule ^/\.well-known/caldav/?\$ /SOGo/dav [R=301]
CONF
mkdir "$work/root"
start apache.log apache2 -f "$work/apache.conf" -DFOREGROUND
answers "http://127.0.0.1:$port/SOGo/"
serve "http://127.0.0.1:$port/SOGo/dav/pm/" pm loopback "$@"
