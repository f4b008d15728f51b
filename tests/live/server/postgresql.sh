# Sourced by otrs.sh: PostgreSQL beneath OTRS, in the chroot. mariadb.sh has the same functions.
# shellcheck shell=bash

DATABASE_NAME=PostgreSQL
DATABASE_PROGRAM=postgres
DATABASE_PACKAGES=(postgresql)
DATABASE_PORT=${OTRS_BRIDGE_TEST_PG_PORT:-15532}

psql_in() { within "$1" runuser -u postgres -- psql -X -v ON_ERROR_STOP=1 -p "$DATABASE_PORT" -d "$2" "${@:3}"; }

postgres_version() { (cd "$1/etc/postgresql" && echo [0-9]*); }

# configure_database ROOT: before its first start, and whenever a port is another
configure_database() {
    local settings
    settings="$1/etc/postgresql/$(postgres_version "$1")/main"
    # OTRS commits each of a ticket's two dozen writes alone; nothing here need outlive a machine that goes down.
    printf "listen_addresses = '127.0.0.1'\nport = %s\nsynchronous_commit = off\n" "$DATABASE_PORT" >"$settings/conf.d/otrs-bridge-test.conf"
    # pg_ctlcluster and psql look for the port in the main file alone.
    sed -i "s/^port = .*/port = $DATABASE_PORT/" "$settings/postgresql.conf"
    [[ ! -e $1/etc/otrs/database.pm ]] || sed -i "s/^our \$dbport=.*/our \$dbport='$DATABASE_PORT';/" "$1/etc/otrs/database.pm"
}

# start_database ROOT: leaves CRASHED=yes when the last run was killed, not stopped
start_database() {
    local version pid_file
    version=$(postgres_version "$1")
    if [[ -z $(processes "$1" postgres) ]]; then
        # Left behind by a machine that went down; the number in them may be another program's by now.
        # Never by way of $1/var/run: that is an absolute link and would lead to the host's own /run.
        pid_file="$1/var/lib/postgresql/$version/main/postmaster.pid"
        [[ ! -e $pid_file ]] || CRASHED=yes
        rm -f "$pid_file" "$1"/run/postgresql/.s.PGSQL.* "$1"/run/postgresql/*.pid
        port_is_free "$DATABASE_PORT" || fail "port $DATABASE_PORT of 127.0.0.1, wanted for PostgreSQL, is in use by another program; set OTRS_BRIDGE_TEST_PG_PORT"
        logged 'PostgreSQL does not start in the chroot' within "$1" pg_ctlcluster "$version" main start
    fi
}

stop_database() { stop_processes "$1" postgres INT 10; }

# answers_for_the_package: what dbconfig, which fills the database while the package is configured, would ask
answers_for_the_package() {
    cat <<END
otrs2 otrs2/database-type select pgsql
otrs2 otrs2/pgsql/method select TCP/IP
otrs2 otrs2/remote/host select localhost
otrs2 otrs2/remote/port string $DATABASE_PORT
otrs2 otrs2/pgsql/app-pass password otrs-test
otrs2 otrs2/app-password-confirm password otrs-test
END
}

# set_database_aside ROOT NAME: OTRS's database becomes the copy NAME
set_database_aside() {
    psql_in "$1" otrs2 -qc 'VACUUM ANALYZE' &&
        psql_in "$1" postgres -qc 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS otrs2_$2 WITH (FORCE)" \
            -c "ALTER DATABASE otrs2 RENAME TO otrs2_$2"
}

# restore_database ROOT NAME: OTRS's database is what the copy NAME is; the server runs before and after
restore_database() {
    psql_in "$1" postgres -q <<END
SET client_min_messages = warning;
DROP DATABASE IF EXISTS otrs2 WITH (FORCE);
CREATE DATABASE otrs2 OWNER otrs TEMPLATE otrs2_$2;
END
}

# query ROOT SQL: CSV rows, read only
query() { psql_in "$1" otrs2 -q --csv -t -c 'SET default_transaction_read_only = on' -c "$2"; }
