#!/usr/bin/env bash
# DAViCal from Debian on a PostgreSQL and an Apache of its own: davical.sh [COMMAND...]
. "$(dirname "$0")/common.sh"
install_missing davical postgresql apache2 libapache2-mod-php php-pgsql libdbd-pg-perl libyaml-perl curl

start_postgres -c listen_addresses=
runuser -u postgres -- /usr/share/davical/dba/create-database.sh davical admin >"$work/create.log" 2>&1
psql -q -U postgres davical >"$work/user.log" <<'SQL'
INSERT INTO usr (user_no, active, email_ok, updated, username, password, fullname, email)
    VALUES (1001, TRUE, current_date, current_date, 'pm', '**loopback', 'Robin Vale', 'pm@example.net');
INSERT INTO principal (type_id, user_no, displayname, default_privileges) VALUES (1, 1001, 'Robin Vale', 0::BIT(24));
SQL

port=$(free_port)
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
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule php_module $(ls /usr/lib/apache2/modules/libphp*.so | tail -n 1)
TypesConfig /etc/mime.types
DocumentRoot $work/root
<FilesMatch "\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
Include /etc/apache2/sites-available/davical.conf
CONF
mkdir "$work/root"
start apache.log apache2 -f "$work/apache.conf" -DFOREGROUND
answers "http://127.0.0.1:$port/davical/caldav.php/"
serve "http://127.0.0.1:$port/davical/caldav.php/" pm loopback "$@"
