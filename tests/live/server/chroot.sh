# Sourced by otrs.sh: the chroot that OTRS or Znuny, its Apache and its database live in.
# shellcheck shell=bash

RECIPE=1            # raise it when an existing chroot must be thrown away and built anew
[[ $SUITE == bookworm ]] || RECIPE="$RECIPE $SUITE"
[[ $DATABASE == postgresql ]] || RECIPE="$RECIPE $DATABASE"
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
    stop_database "$1"
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

# The tests without OTRS install packages, too, perhaps at the same time: the lock is that of tests/servers/throwaway.py.
install_debootstrap() {
    command -v debootstrap >/dev/null && return
    logged 'debootstrap cannot be installed by apt' flock /run/lock/otrs-bridge-tests.apt \
        env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update && apt-get install -y --no-install-recommends debootstrap'
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

build_chroot() {
    local new="$HOME_DIR/building" uri script
    discard_chroot "$new"
    install_debootstrap
    uri=$(mirror)
    [[ -n $uri ]] || fail 'apt on this machine knows no mirror of Debian'
    say "building the chroot: Debian $SUITE, $DATABASE_NAME, Apache, OTRS (about a minute and a half)"
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
    logged "$DATABASE_NAME cannot be installed" within "$new" apt-get install -y --no-install-recommends "${DATABASE_PACKAGES[@]}"

    # The package fills its database while it is configured, so the server has to run by then, on our port.
    configure_database "$new"
    start_database "$new"
    answers_for_the_package | within "$new" debconf-set-selections
    logged 'the OTRS packages cannot be installed' within "$new" apt-get install -y --no-install-recommends "${PACKAGES[@]}"
    [[ $(query "$new" 'SELECT count(*) FROM ticket_state') -gt 0 ]] 2>/dev/null ||
        fail "the otrs2 package did not fill its database (log: $LOG)"
    logged 'Apache cannot be configured' within "$new" sh -c 'a2dismod -q mpm_event; a2enmod -q mpm_prefork; a2dissite -q 000-default'
    set_database_aside "$new" shipped
    cp -a "$new/var/lib/otrs/Config" "$new/var/lib/otrs-config-shipped"
    rm -f "$new"/var/cache/apt/archives/*.deb
    mkdir -p "$new/opt/otrs-bridge-test"

    quit_chroot "$new"
    echo "$RECIPE" >"$new/opt/otrs-bridge-test/recipe"
    discard_chroot "$ROOT"
    mv "$new" "$ROOT"
}
