<?php
// Asks what a page of Moodle asks, of the services that the query names, with one connection for each request as Moodle's own
// drivers make them: 200, or 503 with the first that failed. /depends.php?on=database,sessions,cache,files,disk
error_reporting(0);
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$redis = static function (string $which): bool {
    $client = new Redis();
    $client->connect((string) getenv("MOODLE_{$which}_REDIS_HOST"), (int) getenv("MOODLE_{$which}_REDIS_PORT"), 3);
    $auth = (string) getenv("MOODLE_{$which}_REDIS_AUTH");
    return ($auth === '' || $client->auth($auth)) && $client->incr('probe') > 0;
};
$checks = [
    'database' => static function (): bool {
        $database = mysqli_init();
        $database->options(MYSQLI_OPT_CONNECT_TIMEOUT, 5);
        $database->real_connect((string) getenv('MOODLE_DB_HOST'), (string) getenv('MOODLE_DB_USER'), (string) getenv('MOODLE_DB_PASSWORD'),
            (string) getenv('MOODLE_DB_NAME'), (int) getenv('MOODLE_DB_PORT'));
        return $database->query('SELECT 1') !== false;
    },
    'sessions' => static fn (): bool => $redis('SESSION'),
    'cache' => static fn (): bool => $redis('CACHE'),
    // A new file each, as uploads are; file_put_contents gives the number of bytes.
    'files' => static fn (): bool => file_put_contents('/var/moodledata/probe-' . getmypid(), str_repeat('x', 4096)) === 4096,
    'disk' => static fn (): bool => file_put_contents('/var/cache/moodle/probe-' . getmypid(), str_repeat('x', 65536)) === 65536,
];
foreach (array_filter(explode(',', (string) ($_GET['on'] ?? ''))) as $name) {
    try {
        $ok = $checks[$name]();
    } catch (Throwable) {
        $ok = false;
    }
    if (!$ok) {
        http_response_code(503);
        exit("no $name");
    }
}
usleep((int) (1000 * (float) ($_GET['ms'] ?? 0)));
echo 'served';
