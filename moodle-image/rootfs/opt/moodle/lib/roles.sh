# shellcheck shell=sh disable=SC2034,SC2154
# (variables are shared with moodle-entrypoint)
# One function for each role; moodle-entrypoint calls it.

# Waits for the last lines of the log, but not forever: children of a program that was killed may still hold the pipe.
drain_log() {
    # shellcheck disable=SC2086
    (sleep 2 && kill -KILL $relays) 2>/dev/null &
    for pid in $relays; do wait "$pid" 2>/dev/null; done
}

# Ends the container: 0 when it was asked to stop. What is still running goes with process 1.
finish() { # name status
    drain_log
    if [ -n "${copier:-}" ]; then
        sleep 0.2
        kill "$copier"
    fi
    if [ "$stopping" = 1 ]; then
        say info "stopped"
        exit 0
    fi
    say fatal "$1 ended on its own with status $2"
    exit 1
}

# php-fpm with its first pages made (lib/warm.php). /run/moodle/warm is there afterwards, whatever came of it.
start_php() {
    rm -f /run/moodle/php-fpm.sock /run/moodle/php-fpm-health.sock /run/moodle/warm
    start php-fpm php-fpm --nodaemonize --fpm-config /run/moodle/php-fpm.conf
    fpm=$started
    (
        trap - TERM INT QUIT
        tries=500
        while [ ! -S /run/moodle/php-fpm.sock ] && [ "$tries" -gt 0 ]; do
            tries=$((tries - 1))
            sleep 0.01
        done
        php -n /opt/moodle/lib/warm.php >&2
        : >/run/moodle/warm
    ) &
}

# Its lines are JSON already and are not relayed. It goes with process 1.
watch_disk() { # [--after=seconds]
    php -n /opt/moodle/lib/disk.php --every=60 "$@" >&2 &
}

wait_for_php() { # seconds
    left=$(($1 * 50))
    while [ ! -S /run/moodle/php-fpm.sock ] || [ ! -S /run/moodle/php-fpm-health.sock ] || [ ! -e /run/moodle/warm ]; do
        left=$((left - 1))
        if [ "$left" -le 0 ] || [ "$stopping" = 1 ] || ! kill -0 "${fpm:-$$}" 2>/dev/null; then return 1; fi
        sleep 0.02
    done
}

role_nginx() {
    trap 'stopping=1; quit "${nginx:-}"' TERM INT QUIT
    wait_for_php 30 || say warning "php-fpm is not there yet: starting anyway, the health check decides"
    [ "$stopping" = 1 ] && finish nginx 0
    start nginx nginx -c /run/moodle/nginx.conf -e stderr
    nginx=$started
    [ "$stopping" = 1 ] && quit "$nginx"
    await "$nginx"
    finish nginx "$status"
}

role_php_fpm() {
    watch_disk
    trap 'stopping=1; quit "${fpm:-}"' TERM INT QUIT
    start_php
    [ "$stopping" = 1 ] && quit "$fpm"
    await "$fpm"
    finish php-fpm "$status"
}

# Both in one container. nginx is stopped first, and php-fpm only when nginx has sent the last answer.
role_web() {
    watch_disk
    trap 'stopping=1; quit "${nginx:-}"' TERM INT QUIT
    start_php
    wait_for_php 30
    start nginx nginx -c /run/moodle/nginx.conf -e stderr
    nginx=$started
    [ "$stopping" = 1 ] && quit "$nginx"
    # The shell collects every child that has ended while it waits for the sleep, so kill -0 tells the truth here.
    while kill -0 "$nginx" 2>/dev/null && kill -0 "$fpm" 2>/dev/null; do
        sleep 1 &
        wait $!
    done
    if kill -0 "$fpm" 2>/dev/null; then
        await "$nginx"
        first="nginx $status"
        quit "$fpm"
        await "$fpm"
    else
        await "$fpm"
        first="php-fpm $status"
        quit "$nginx"
        await "$nginx"
    fi
    finish "${first% *}" "${first#* }"
}

# In the place of php-fpm in a web task: what nginx answers with it is looked at, and then the task ends. Never with 0 when it was
# stopped before: ECS does that too, when nginx cannot start.
role_smoke() {
    trap 'stopping=1; kill -TERM "${task:-}" 2>/dev/null' TERM INT QUIT
    start_php
    php -n /opt/moodle/lib/smoke.php &
    task=$!
    [ "$stopping" = 1 ] && kill -TERM "$task"
    await "$task"
    seen=$status
    if [ "$stopping" = 1 ]; then
        say fatal "wrong: stopped before all pages were looked at"
        seen=1
    fi
    # Nobody waits for an answer by now. SIGQUIT is ignored by a background program until it has handlers of its own.
    kill -TERM "$fpm" 2>/dev/null
    await "$fpm"
    drain_log
    exit "$seen"
}

# Runs a script of Moodle repeatedly until the container is to stop. A non-zero status is normal: Moodle's cron ends with 1
# in maintenance mode, while an upgrade is pending and when cron is switched off. That is waited for, not crashed on.
repeat() { # name seconds-between command...
    name=$1
    between=$2
    shift 2
    task=''
    trap 'stopping=1; [ -n "$task" ] && kill -TERM "$task" 2>/dev/null' TERM INT QUIT
    while [ "$stopping" = 0 ]; do
        start "$name" "$@"
        task=$started
        alive "$name" "$task"
        [ "$stopping" = 1 ] && kill -TERM "$task" 2>/dev/null
        await "$task"
        alive "$name" 0
        task=''
        rest=$between
        if [ "$status" != 0 ] && [ "$stopping" = 0 ]; then
            say warning "$name ended with status $status (maintenance mode, a pending upgrade and disabled cron do that): next try in 60 s"
            rest=60
        fi
        [ "$stopping" = 1 ] && break
        sleep "$rest" &
        wait $!
    done
    finish "$name" 0
}

# ECS lets a job end before it stops the task. Its lines are JSON already and are not relayed; it goes with process 1.
protect_jobs() {
    php /opt/moodle/lib/protect.php --every=5 --after=10 --most=2700 --pause=60 &
}

role_cron() {
    protect_jobs
    watch_disk
    # Its lines are JSON already and are not relayed: CloudWatch reads metrics from them. It goes with process 1.
    php /opt/moodle/lib/metrics.php --every=60 &
    # Stays for a while and looks for new tasks itself; the gap bounds the cost of starting.
    repeat cron 10 php admin/cli/cron.php --keep-alive="$MOODLE_CRON_KEEPALIVE_SECONDS"
}

role_adhoc() {
    protect_jobs
    watch_disk
    runner=1
    runners=''
    while [ "$runner" -le "$MOODLE_ADHOC_RUNNERS" ]; do
        (repeat "adhoc-$runner" 2 php admin/cli/adhoc_task.php --execute --ignorelimits --keep-alive="$MOODLE_CRON_KEEPALIVE_SECONDS") &
        runners="$runners $!"
        runner=$((runner + 1))
    done
    # shellcheck disable=SC2086
    trap 'stopping=1; kill -TERM $runners 2>/dev/null' TERM INT QUIT
    # shellcheck disable=SC2086
    [ "$stopping" = 1 ] && kill -TERM $runners 2>/dev/null
    for pid in $runners; do await "$pid"; done
    finish adhoc "$status"
}

# Runs a program to its end and passes its status on.
once() { # name command...
    trap 'stopping=1; [ -n "${task:-}" ] && kill -TERM "$task" 2>/dev/null' TERM INT QUIT
    watch_disk --after=60
    start "$@"
    task=$started
    [ "$stopping" = 1 ] && kill -TERM "$task"
    await "$task"
    ended=$status
    drain_log
    exit "$ended"
}

role_install() {
    once install php /opt/moodle/lib/install.php "$@"
}

role_upgrade() {
    once upgrade php /opt/moodle/lib/upgrade.php "$@"
}

# Its lines are JSON already and are not relayed.
role_verify() {
    trap 'stopping=1; [ -n "${task:-}" ] && kill -TERM "$task" 2>/dev/null' TERM INT QUIT
    php /opt/moodle/lib/verify.php "$@" &
    task=$!
    [ "$stopping" = 1 ] && kill -TERM "$task"
    await "$task"
    exit "$status"
}

role_cli() {
    case "${1:-}" in
    '' | -* | /*) script='' ;;
    *) script=$1 ;;
    esac
    if [ -z "$script" ] || [ ! -f "$script" ]; then
        say fatal "cli needs a script of Moodle, such as: cli admin/cli/purge_caches.php --muc"
        exit 64
    fi
    trap 'stopping=1; [ -n "${task:-}" ] && kill -TERM "$task" 2>/dev/null' TERM INT QUIT
    # What is short, such as the question for a setting, has its own words alone.
    watch_disk --after=60
    php "$@" <&0 &
    task=$!
    [ "$stopping" = 1 ] && kill -TERM "$task"
    await "$task"
    exit "$status"
}

role_check() {
    say info "the configuration can be used"
    exit 0
}
