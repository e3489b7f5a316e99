<?php
// What install and upgrade share: a database connection before Moodle itself can be asked, and Moodle's own scripts.

namespace moodle_image;

function setting(string $name, string $default = ''): string {
    $found = getenv($name);
    return $found === false || $found === '' ? $default : $found;
}

function say(string $message): void {
    fwrite(STDERR, "$message\n");
}

function connect(string $user, string $password, string $database): \mysqli {
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    $connection = mysqli_init();
    $connection->options(MYSQLI_OPT_CONNECT_TIMEOUT, 10);
    $tls = setting('MOODLE_DB_TYPE', 'auroramysql') === 'auroramysql' || setting('MOODLE_DB_TLS', 'verify-full') !== 'none';
    $flags = $tls ? MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_VERIFY_SERVER_CERT : 0;
    $connection->real_connect(setting('MOODLE_DB_HOST'), $user, $password, $database, (int) setting('MOODLE_DB_PORT', '3306'), null, $flags);
    $connection->set_charset('utf8mb4');
    return $connection;
}

/**
 * Takes the lock that keeps a second install or upgrade out; it is released when the connection ends, however that comes.
 * https://dev.mysql.com/doc/refman/8.0/en/locking-functions.html#function_get-lock
 *
 * @param int $seconds without a word from here, after which the server ends the connection: a machine that was lost says no good-bye, and
 *     by itself the server would wait for 8 hours
 */
function lock(\mysqli $connection, int $seconds = 60): void {
    $name = 'moodle-change-' . setting('MOODLE_DB_NAME', 'moodle');
    $got = $connection->execute_query('SELECT GET_LOCK(?, 5)', [$name])->fetch_row()[0];
    if ((int) $got !== 1) {
        say('another install or upgrade is running on this database: this one does nothing');
        exit(75); // EX_TEMPFAIL of sysexits.h
    }
    $connection->query("SET SESSION wait_timeout = $seconds");
    keep_lock($connection, $seconds);
}

/** Called repeatedly while a script runs: an upgrade of hours must not lose the lock. */
function keep_lock(?\mysqli $taken = null, int $seconds = 0): void {
    static $connection = null, $every = 0, $next = 0;
    if ($taken !== null) {
        [$connection, $every, $next] = [$taken, intdiv($seconds * 1_000_000_000, 4), 0];
    }
    if ($connection === null || hrtime(true) < $next) {
        return;
    }
    try {
        $connection->query('SELECT 1');
    } catch (\mysqli_sql_exception $error) {
        say('the lock that keeps a second install or upgrade out is lost, with its connection: ' . $error->getMessage());
        $connection = null;
    }
    $next = hrtime(true) + $every;
}

/** Runs one of Moodle's CLI scripts and gives its status; SIGTERM is passed on to it. */
function script(string ...$arguments): int {
    $process = proc_open([PHP_BINARY, ...$arguments], [['file', '/dev/null', 'r'], STDOUT, STDERR], $pipes, '/var/www/moodle');
    pcntl_async_signals(true);
    pcntl_signal(SIGTERM, static fn () => proc_terminate($process));
    while (($state = proc_get_status($process))['running']) {
        keep_lock();
        usleep(100_000);
    }
    return $state['exitcode'];
}

/**
 * Makes the style sheet of the site's theme, both directions, and puts it into the shared cache: new web tasks then only copy it to
 * their disk (2.7 s of CPU, once instead of on each). Themes of single courses are made when they are first used. Not worth failing for.
 */
function style_sheet(): void {
    $theme = trim((string) shell_exec(PHP_BINARY . ' /var/www/moodle/admin/cli/cfg.php --name=theme 2>/dev/null'));
    if (!preg_match('/^[a-z][a-z0-9_]*$/', $theme)) {
        $theme = 'boost'; // Moodle's own default, where the setting was never saved.
    }
    $status = script('admin/cli/build_theme_css.php', "--themes=$theme");
    say($status === 0 ? "the style sheet of theme $theme is ready" : "the style sheet of theme $theme was not made (status $status): the first web task makes it");
}
