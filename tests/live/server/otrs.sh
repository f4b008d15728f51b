#!/usr/bin/env bash
# A real OTRS (Znuny 6.5.1 unless told otherwise) for the live tests, on loopback, in a chroot of its own. See README.md.
set -Eeuo pipefail
trap 'echo "otrs.sh: line $LINENO of ${BASH_SOURCE[0]##*/} failed: $BASH_COMMAND" >&2' ERR

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WEBSERVICE_FILE="$HERE/../../../otrs_bridge/otrs/OtrsBridge.yml"
SUITE=${OTRS_BRIDGE_TEST_RELEASE:-bookworm}
DATABASE=${OTRS_BRIDGE_TEST_DATABASE:-postgresql}
HOME_DIR=/var/lib/otrs-bridge-test
[[ $SUITE == bookworm ]] || HOME_DIR="$HOME_DIR-$SUITE"
HOME_DIR=$(realpath -m "${OTRS_BRIDGE_TEST_HOME:-$HOME_DIR}")
HTTP_PORT=${OTRS_BRIDGE_TEST_HTTP_PORT:-18080}
# One environment serves both databases, so that their servers can run side by side; so can several of one database.
NUMBER=${OTRS_BRIDGE_TEST_SERVER:-1}
[[ $DATABASE == postgresql ]] || { HOME_DIR="$HOME_DIR-$DATABASE"; ((HTTP_PORT += 50)); }
[[ $NUMBER == 1 ]] || { HOME_DIR="$HOME_DIR-$NUMBER"; ((HTTP_PORT += NUMBER - 1)); }
ROOT="$HOME_DIR/root"
LOG="$HOME_DIR/otrs.log"
INSIDE="$ROOT/opt/otrs-bridge-test"
ANSWER=
CRASHED=
# shellcheck source=chroot.sh
source "$HERE/chroot.sh"
[[ -e $HERE/$DATABASE.sh ]] || fail "OTRS_BRIDGE_TEST_DATABASE is postgresql (the default) or mariadb, not: $DATABASE"
# shellcheck source=postgresql.sh
source "$HERE/$DATABASE.sh"
[[ $DATABASE_PORT == none ]] || ((DATABASE_PORT += NUMBER - 1)) || true

usage() { echo "usage: otrs.sh up | reset | restart | restart-database | down | status | destroy | console ARGS... | perl FILE|- | mail <EML | mails <BASE64-LINES | sql QUERY | daemon-start | daemon-stop"; }

as_otrs() { within "$ROOT" runuser -u otrs -- env HOME=/var/lib/otrs "$@"; }
as_otrs_perl() { as_otrs perl "/opt/otrs-bridge-test/$1"; }

locked() {
    mkdir -p "$HOME_DIR"
    exec 9>"$HOME_DIR/lock"
    flock -w 900 9 || fail 'another otrs.sh has held the lock for 15 minutes'
}

stamp() { cat "$HERE"/inside/* "$WEBSERVICE_FILE" | sha256sum | cut -d' ' -f1; }
recorded() { cat "$INSIDE/$1" 2>/dev/null || true; }

# --- the two servers

start_apache() {
    [[ -z $(processes "$ROOT" apache2) ]] || return 0
    rm -f "$ROOT"/run/apache2/*.pid
    port_is_free "$HTTP_PORT" || fail "port $HTTP_PORT of 127.0.0.1, wanted for Apache, is in use by another program; set OTRS_BRIDGE_TEST_HTTP_PORT"
    logged 'Apache does not start in the chroot' within "$ROOT" apache2ctl start
}

stop_daemon() {
    if compgen -G "$ROOT/run/otrs/Daemon-*.pid" >/dev/null; then
        as_otrs /usr/share/otrs/bin/otrs.Daemon.pl stop >&2
    fi
}

stop_apache() { stop_processes "$ROOT" apache2 TERM 5; }

# renew_workers: Apache's parent keeps the Perl that it has loaded, which takes seconds; workers that remember nothing take
# the place of those that are there. It begins new ones within a second.
renew_workers() {
    local parent turns=50 workers
    parent=$(cat "$ROOT/run/apache2/apache2.pid" 2>/dev/null || true)
    if [[ ! " $(processes "$ROOT" apache2 | tr '\n' ' ')" == *" ${parent:-none} "* ]]; then
        stop_apache
        start_apache
        return
    fi
    read -ra workers <"/proc/$parent/task/$parent/children" || true
    kill -TERM "${workers[@]}" 2>/dev/null || true
    while kill -0 "${workers[@]}" 2>/dev/null; do
        ((turns-- > 0)) || kill -KILL "${workers[@]}" 2>/dev/null || true
        sleep 0.1
    done
}

stop_all() {
    [[ -d $ROOT ]] || return 0
    stop_apache
    quit_chroot "$ROOT"
}

# answers: one real search as the agent `bridge`; the shipped welcome ticket must come back
answers() {
    local body='{"UserLogin":"bridge","Password":"bridge-secret","Limit":1,"Queues":["Raw"]}'
    # shellcheck disable=SC2016  # Perl's variables, not the shell's
    ANSWER=$(within "$ROOT" perl -MHTTP::Tiny -e '
        my $r = HTTP::Tiny->new(timeout => 30)->post($ARGV[0], { headers => { "Content-Type" => "application/json" }, content => $ARGV[1] });
        print "$r->{status} $r->{content}"' \
        "http://127.0.0.1:$HTTP_PORT/otrs/nph-genericinterface.pl/Webservice/OtrsBridge/TicketSearch" "$body" 2>/dev/null) || true
    [[ $ANSWER == '200 {"TicketID":["1"]}' ]]
}

verify() {
    local turns=5
    while ((turns-- > 0)); do
        answers && return
        sleep 0.3
    done
    fail "the server does not answer as provisioned: ${ANSWER:-nothing} (log: $ROOT/var/log/apache2/error.log)"
}

configure() {
    configure_database "$ROOT"
    echo "Listen 127.0.0.1:$HTTP_PORT" >"$ROOT/etc/apache2/ports.conf"
    mkdir -p "$INSIDE"
    cp "$HERE"/inside/* "$WEBSERVICE_FILE" "$INSIDE/"
    cp "$HERE/inside/apache.conf" "$ROOT/etc/apache2/conf-enabled/otrs-bridge-test.conf"
    echo "$HTTP_PORT $DATABASE_PORT" >"$INSIDE/ports"
}

# --- the database and what OTRS keeps beside it

# restore NAME: the database and the deployed settings as they were `shipped` or `provisioned`
restore() {
    restore_database "$ROOT" "$1"
    rm -rf "$ROOT"/var/lib/otrs/tmp/CacheFileStorable "$ROOT"/var/lib/otrs/Config
    cp -a "$ROOT/var/lib/otrs-config-$1" "$ROOT/var/lib/otrs/Config"
}

provision() {
    say 'provisioning a fresh database'
    rm -f "$INSIDE/stamp"
    restore shipped
    logged 'OTRS could not be provisioned' as_otrs_perl provision.pl
    set_database_aside "$ROOT" provisioned
    rm -rf "$ROOT/var/lib/otrs-config-provisioned"
    cp -a "$ROOT/var/lib/otrs/Config" "$ROOT/var/lib/otrs-config-provisioned"
    restore provisioned
    stamp >"$INSIDE/stamp"
}

# --- verbs

need_root() { ((EUID == 0)) || fail 'this needs root (chroot, mount)'; }
need_up() { [[ -n $(processes "$ROOT" "$DATABASE_PROGRAM") ]] || fail 'the server is not running; start it with: otrs.sh up'; }

up() {
    locked
    : >>"$LOG"
    [[ $(recorded recipe) == "$RECIPE" ]] || build_chroot
    if [[ $(recorded ports) != "$HTTP_PORT $DATABASE_PORT" || $(recorded stamp) != "$(stamp)" ]]; then
        stop_all
        configure
    elif [[ -n $(processes "$ROOT" "$DATABASE_PROGRAM") && -n $(processes "$ROOT" apache2) ]] && answers; then
        say "running: http://127.0.0.1:$HTTP_PORT"
        return
    fi
    stop_apache
    mount_chroot "$ROOT"
    start_database "$ROOT"
    [[ $(recorded stamp) == "$(stamp)" ]] || provision
    start_apache
    # What a killed reset or a test left half done is set right by one reset; if that fails too, it is said.
    # So is a killed PostgreSQL: the sequences of a database made from a template fall back to where the template had
    # them (the values fetched ahead there are not logged again), and the next tickets would get ids that are taken.
    if [[ -n $CRASHED ]] || ! answers; then reset_locked; fi
    say "running: http://127.0.0.1:$HTTP_PORT"
}

reset_locked() {
    stop_daemon
    renew_workers
    restore provisioned
    verify
}

reset() {
    locked
    need_up
    [[ -n $(recorded stamp) ]] || fail 'the server was never provisioned; run: otrs.sh up'
    reset_locked
}

status() {
    if [[ -n $(processes "$ROOT" apache2) ]] && answers; then
        echo "running: http://127.0.0.1:$HTTP_PORT (agent root@localhost / root, $DATABASE_NAME on $DATABASE_PORT, home $HOME_DIR)"
    else
        echo "not running (home $HOME_DIR)"
        exit 1
    fi
}

# For verbs that pass a command's own complaint on: no comment of ours behind it.
ready() {
    need_root
    need_up
    trap - ERR
}

verb=${1:-}
[[ -z $verb ]] || shift
case $verb in
    up) need_root; up ;;
    reset) need_root; reset ;;
    restart) need_root; locked; need_up; stop_apache; start_apache ;;
    restart-database) need_root; locked; need_up; stop_database "$ROOT"; start_database "$ROOT" ;;
    down) need_root; locked; stop_all ;;
    destroy) need_root; locked; stop_all; discard_chroot "$HOME_DIR/building"; discard_chroot "$ROOT" ;;
    status) status ;;
    console) ready; cd /; as_otrs /usr/share/otrs/bin/otrs.Console.pl "$@" ;;
    perl) ready; if [[ ${1:--} == - ]]; then as_otrs_perl run.pl; else as_otrs_perl run.pl <"$1"; fi ;;
    mail) ready; { base64 -w0; echo; } | as_otrs_perl postmaster.pl ;;
    mails) ready; as_otrs_perl postmaster.pl ;;
    sql) ready; query "$ROOT" "${1:?a query}" ;;
    daemon-start) ready; within "$ROOT" install -d -o otrs -g www-data /run/otrs; logged "OTRS's daemon does not start" as_otrs /usr/share/otrs/bin/otrs.Daemon.pl start ;;
    daemon-stop) ready; stop_daemon ;;
    *) usage >&2; exit 2 ;;
esac
