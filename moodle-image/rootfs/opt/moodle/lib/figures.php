<?php
// One line in the log of php-fpm for each request: what Moodle itself says about it. nginx's line has the same name of the
// request, the path class and the status; the edge's and the load balancer's logs have the name too.
//
// Not a response header: Moodle sends its headers with the first 4 KB of a page, before most of its queries. Not Moodle's own
// performance footer (perfdebug): that counts every use of a cache with its size and prints a table into the page. The numbers
// here are counted by Moodle anyway, and read once, after the last of Moodle's own shutdown functions.

namespace moodle_image;

/** To be called by config.php. Does nothing on the command line. */
function figures(): void {
    if (PHP_SAPI !== 'fpm-fcgi') {
        return;
    }
    // Functions run in the order in which they were given; this one is given while they run, and so is the last.
    register_shutdown_function(static fn () => register_shutdown_function(static function (): void {
        global $DB, $USER, $PERF;
        // Scripts of style sheets and the like end before there is a database; nginx's line says all there is about them.
        if (!isset($DB) || !$DB instanceof \moodle_database) {
            return;
        }
        $line = [
            'log' => 'request',
            'time' => gmdate('Y-m-d\TH:i:s\Z'),
            'request' => $_SERVER['MOODLE_REQUEST'] ?? '',
            'class' => $_SERVER['MOODLE_CLASS'] ?? '',
            'script' => $_SERVER['SCRIPT_NAME'] ?? '',
            'seconds' => round(microtime(true) - (float) $_SERVER['REQUEST_TIME_FLOAT'], 4),
            'db_reads' => $DB->perf_get_reads(),
            'db_writes' => $DB->perf_get_writes(),
            'db_seconds' => round($DB->perf_get_queries_time(), 4),
            // Waiting for another request of the same user; long waits look like a slow site to that user alone.
            'session_wait_seconds' => round((float) ($PERF->sessionlock['wait'] ?? 0), 4),
            'memory_mib' => round(memory_get_peak_usage() / 1048576, 1),
            'user' => pseudonym((int) ($USER->id ?? 0)),
        ];
        if (class_exists(\cachestore_tiered\local\connection::class, false)) {
            $line['cache_round_trips'] = \cachestore_tiered\local\connection::$trips;
        }
        file_put_contents('php://stderr', json_encode($line, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    }));
}

/**
 * A name for a user that is the same in all lines and cannot be turned back without a secret of the site. The key is derived
 * (HKDF, https://www.rfc-editor.org/rfc/rfc5869) from the database password, so there is no further secret to keep; when that
 * is rotated, users get new names. Null for nobody and for guests, who are all the same user.
 */
function pseudonym(int $user): ?string {
    $secret = (string) getenv('MOODLE_DB_PASSWORD');
    if ($user < 2 || $secret === '') {
        return null;
    }
    return substr(hash_hmac('sha256', (string) $user, hash_hkdf('sha256', $secret, 32, 'user names in logs')), 0, 16);
}
