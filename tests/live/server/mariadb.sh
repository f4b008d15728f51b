# Sourced by otrs.sh: MariaDB beneath OTRS, in the chroot. postgresql.sh has the same functions.
# It listens on its socket in the chroot alone, so it takes no port of this machine.
# shellcheck shell=bash

DATABASE_NAME=MariaDB
DATABASE_PROGRAM=mariadbd
DATABASE_PACKAGES=(mariadb-server libdbd-mysql-perl)
DATABASE_PORT=none

mariadb_in() { within "$1" mariadb --no-defaults --user=root --default-character-set=utf8mb4 "${@:2}"; }

# configure_database ROOT: what OTRS's own check of its database demands, and nothing that outlives a chroot
configure_database() {
    cat >"$1/etc/mysql/mariadb.conf.d/90-otrs-bridge-test.cnf" <<'END'
[mariadbd]
skip-networking
log_error = /var/log/mysql/error.log
max_allowed_packet = 64M
innodb_log_file_size = 256M
innodb_flush_log_at_trx_commit = 2
END
}

# start_database ROOT: leaves CRASHED=yes when the last run was killed, not stopped
start_database() {
    local data="$1/var/lib/mysql"
    [[ -z $(processes "$1" mariadbd) ]] || return 0
    [[ ! -e $1/run/mysqld/mysqld.pid ]] || CRASHED=yes
    [[ -d $data ]] || mv "$data-new" "$data"  # a reset was killed between its two moves
    run_mariadb "$1"
}

run_mariadb() {
    local turns=300
    rm -f "$1"/run/mysqld/*
    within "$1" install -d -o mysql -g mysql /run/mysqld /var/log/mysql
    # No mariadbd-safe: it would start again what a test, or a reset, kills.
    within "$1" setsid --fork mariadbd --user=mysql >>"$LOG" 2>&1 </dev/null
    while ((turns-- > 0)); do
        ! mariadb_in "$1" -e 'SELECT 1' >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    tail -n 15 "$1/var/log/mysql/error.log" >&2
    fail "MariaDB does not start in the chroot (whole log: $1/var/log/mysql/error.log)"
}

stop_database() { stop_processes "$1" mariadbd TERM 20; }

# answers_for_the_package: what dbconfig, which fills the database while the package is configured, would ask
answers_for_the_package() {
    cat <<'END'
otrs2 otrs2/database-type select mysql
otrs2 otrs2/mysql/method select Unix socket
otrs2 otrs2/mysql/app-pass password otrs-test
otrs2 otrs2/app-password-confirm password otrs-test
END
}

# set_database_aside ROOT NAME: the whole data become the copy NAME. There is no CREATE DATABASE ... TEMPLATE here, and
# a dump takes longer to load than the files take to copy; of a server that was stopped they are complete.
set_database_aside() {
    stop_database "$1"
    rm -rf "$1/var/lib/mysql-$2"
    cp -a --sparse=always "$1/var/lib/mysql" "$1/var/lib/mysql-$2"  # a redo log is mostly a hole
    run_mariadb "$1"
}

# restore_database ROOT NAME: the data are what the copy NAME is; the server runs before and after. What it holds is
# thrown away, so it need not be asked to stop; nothing of it, no counter either, outlives the files.
restore_database() {
    local data="$1/var/lib/mysql"
    rm -rf "$data-new" "$data-old"
    cp -a "$data-$2" "$data-new"
    stop_processes "$1" mariadbd KILL 5
    mv "$data" "$data-old"
    mv "$data-new" "$data"
    run_mariadb "$1"
    rm -rf "$data-old"
}

# query ROOT SQL: CSV rows, read only
query() {
    # shellcheck disable=SC2016  # Perl's variables, not the shell's
    within "$1" perl -MDBI -MText::CSV_XS -e '
        my $db = DBI->connect("DBI:mysql:database=otrs2", "root", undef, { RaiseError => 1, PrintError => 0 });
        $db->do($_) for "SET NAMES utf8mb4", "START TRANSACTION READ ONLY";
        my $rows = $db->selectall_arrayref($ARGV[0]);
        my $csv = Text::CSV_XS->new({ binary => 1, eol => "\n" });
        $csv->print(*STDOUT, $_) for @{$rows}' "$2"
}
