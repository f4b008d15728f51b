# Sourced by otrs.sh: the chroot that OTRS or Znuny, its Apache and its PostgreSQL live in.
# shellcheck shell=bash

RECIPE=1            # raise it when an existing chroot must be thrown away and built anew
[[ $SUITE == bookworm ]] || RECIPE="$RECIPE $SUITE"
PACKAGES=(otrs2 librest-client-perl libsoap-lite-perl apache2 libapache2-mod-perl2)

fail() { printf 'otrs.sh: %s\n' "$*" >&2; exit 1; }
say() { printf 'otrs.sh: %s\n' "$*" >&2; }

# logged SENTENCE COMMAND...: quiet while it works, one sentence and the log's end when it does not.
# The lock (descriptor 9) stays open on purpose: what outlives a killed otrs.sh, debootstrap say, keeps it.
logged() {
    local sentence=$1; shift
    "$@" >>"$LOG" 2>&1 </dev/null && return
    tail -n 15 "$LOG" >&2
    fail "$sentence (whole log: $LOG)"
}

# within ROOT COMMAND...: in the chroot, without the lock, since servers started so must not hold it
within() { chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${@:2}" 9>&-; }

# processes ROOT [PROGRAM]: ids of those whose root directory is that chroot. Nothing else is ever signalled.
# The program is told by its file, since OTRS renames Apache's processes.
processes() {
    local id
    while read -r id; do
        [[ -z ${2:-} || $(readlink "/proc/$id/exe" 2>/dev/null) == */"$2" ]] && echo "$id"
    done < <(cd /proc && find [0-9]* -maxdepth 1 -name root -lname "$1" -printf '%h\n' 2>/dev/null || true)
    return 0
}

# stop_processes ROOT NAME SIGNAL SECONDS: politely first, then by force; no NAME means all of them
stop_processes() {
    local root=$1 name=$2 signal=$3 turns=$(($4 * 10)) ids
    mapfile -t ids < <(processes "$root" "$name")
    ((${#ids[@]})) || return 0
    kill -"$signal" "${ids[@]}" 2>/dev/null || true
    while ((turns-- > 0)); do
        [[ -z $(processes "$root" "$name") ]] && return 0
        sleep 0.1
    done
    mapfile -t ids < <(processes "$root" "$name")
    kill -KILL "${ids[@]}" 2>/dev/null || true
    sleep 0.2
}

mounted() { mountpoint -q "$1"; }

mount_chroot() {
    mounted "$1/proc" || mount -t proc proc "$1/proc" || fail "cannot mount /proc in the chroot; this needs root with CAP_SYS_ADMIN"
    mounted "$1/dev/shm" || mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm" || fail "cannot mount /dev/shm in the chroot"
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/" 2>/dev/null || true
}

unmount_chroot() {
    local place
    for place in "$1/dev/shm" "$1/proc"; do
        ! mounted "$place" || umount "$place" || umount -l "$place"
    done
}

quit_chroot() {
    stop_processes "$1" postgres INT 10
    stop_processes "$1" '' TERM 5
    unmount_chroot "$1"
}

discard_chroot() {
    [[ -d $1 ]] || return 0
    quit_chroot "$1"
    rm -rf --one-file-system "$1"
}

# mirror: where apt on this machine has Debian from; an archive holds all releases, the security one only updates
mirror() {
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 !~ /[-\/]/ && $2 == "main" { print $3; exit }'
}

install_debootstrap() {
    command -v debootstrap >/dev/null && return
    logged 'apt-get update failed' apt-get update
    logged 'debootstrap cannot be installed by apt' env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap
}

postgres_version() { (cd "$1/etc/postgresql" && echo [0-9]*); }

set_postgres_port() {
    local settings
    settings="$1/etc/postgresql/$(postgres_version "$1")/main"
    printf "listen_addresses = '127.0.0.1'\nport = %s\n" "$2" >"$settings/conf.d/otrs-bridge-test.conf"
    # pg_ctlcluster and psql look for the port in the main file alone.
    sed -i "s/^port = .*/port = $2/" "$settings/postgresql.conf"
}

# start_postgres ROOT PORT: leaves CRASHED=yes when the last run was killed, not stopped
start_postgres() {
    local version pid_file
    version=$(postgres_version "$1")
    if [[ -z $(processes "$1" postgres) ]]; then
        # Left behind by a machine that went down; the number in them may be another program's by now.
        # Never by way of $1/var/run: that is an absolute link and would lead to the host's own /run.
        pid_file="$1/var/lib/postgresql/$version/main/postmaster.pid"
        [[ ! -e $pid_file ]] || CRASHED=yes
        rm -f "$pid_file" "$1"/run/postgresql/.s.PGSQL.* "$1"/run/postgresql/*.pid
        port_is_free "$2" || fail "port $2 of 127.0.0.1, wanted for PostgreSQL, is in use by another program; set OTRS_BRIDGE_TEST_PG_PORT"
        logged 'PostgreSQL does not start in the chroot' within "$1" pg_ctlcluster "$version" main start
    fi
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

build_chroot() {
    local new="$HOME_DIR/building" uri script
    discard_chroot "$new"
    install_debootstrap
    uri=$(mirror)
    [[ -n $uri ]] || fail 'apt on this machine knows no mirror of Debian'
    say "building the chroot: Debian $SUITE, PostgreSQL, Apache, OTRS (about a minute and a half)"
    script=/usr/share/debootstrap/scripts/$SUITE
    [[ -e $script ]] || script=${script%/*}/sid  # a release younger than this debootstrap
    logged 'debootstrap failed' debootstrap --variant=minbase "$SUITE" "$new" "$uri" "$script"

    printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
    chmod +x "$new/usr/sbin/policy-rc.d"
    echo force-unsafe-io >"$new/etc/dpkg/dpkg.cfg.d/otrs-bridge-test"
    echo "deb $uri $SUITE main contrib non-free" >"$new/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries)' >"$new/etc/apt/apt.conf.d/99host" || true
    [[ ! -r /etc/ssl/certs/ca-certificates.crt ]] || install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$new/etc/ssl/certs/ca-certificates.crt"
    mount_chroot "$new"
    logged 'apt-get update failed in the chroot' within "$new" apt-get update
    logged 'PostgreSQL cannot be installed' within "$new" apt-get install -y --no-install-recommends postgresql

    # The package fills its database while it is configured, so PostgreSQL has to run by then, on our port.
    set_postgres_port "$new" "$PG_PORT"
    start_postgres "$new" "$PG_PORT"
    within "$new" debconf-set-selections <<END
otrs2 otrs2/database-type select pgsql
otrs2 otrs2/pgsql/method select TCP/IP
otrs2 otrs2/remote/host select localhost
otrs2 otrs2/remote/port string $PG_PORT
otrs2 otrs2/pgsql/app-pass password otrs-test
otrs2 otrs2/app-password-confirm password otrs-test
END
    logged 'the OTRS packages cannot be installed' within "$new" apt-get install -y --no-install-recommends "${PACKAGES[@]}"
    [[ $(psql_in "$new" otrs2 -Atc 'SELECT count(*) FROM ticket_state') -gt 0 ]] 2>/dev/null ||
        fail "the otrs2 package did not fill its database (log: $LOG)"
    logged 'Apache cannot be configured' within "$new" sh -c 'a2dismod -q mpm_event; a2enmod -q mpm_prefork; a2dissite -q 000-default'
    psql_in "$new" postgres -qc 'ALTER DATABASE otrs2 RENAME TO otrs2_shipped' || fail 'the fresh database cannot be set aside'
    cp -a "$new/var/lib/otrs/Config" "$new/var/lib/otrs-config-shipped"
    rm -f "$new"/var/cache/apt/archives/*.deb
    mkdir -p "$new/opt/otrs-bridge-test"

    quit_chroot "$new"
    echo "$RECIPE" >"$new/opt/otrs-bridge-test/recipe"
    discard_chroot "$ROOT"
    mv "$new" "$ROOT"
}

psql_in() { within "$1" runuser -u postgres -- psql -X -v ON_ERROR_STOP=1 -p "$PG_PORT" -d "$2" "${@:3}"; }
