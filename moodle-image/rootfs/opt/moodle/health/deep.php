<?php
// What a page depends on, each with its time, for alarms and people: 200 if all of it answers, else 503. It names no address, no
// user and no error text; those are in the log.
error_reporting(0);
mysqli_report(MYSQLI_REPORT_OFF);
$env = static fn (string $name, string $default = ''): string => getenv($name) !== false && getenv($name) !== '' ? getenv($name) : $default;
$cafile = $env('MOODLE_CA_FILE', '/opt/moodle/certificates/bundle.pem');

$redis = static function (string $which) use ($env, $cafile): bool {
    $tls = $env('MOODLE_REDIS_TLS', '1') === '1';
    $client = new Redis();
    $client->connect(($tls ? 'tls://' : '') . $env("MOODLE_{$which}_REDIS_HOST"), (int) $env("MOODLE_{$which}_REDIS_PORT", '6379'), 2, null, 0, 2,
        $tls ? ['stream' => ['cafile' => $cafile]] : []);
    $auth = $env("MOODLE_{$which}_REDIS_AUTH");
    return ($auth === '' || $client->auth($auth)) && $client->ping() !== false;
};

$checks = [
    'database' => static function () use ($env): bool {
        $database = mysqli_init();
        $database->options(MYSQLI_OPT_CONNECT_TIMEOUT, 2);
        $database->options(MYSQLI_OPT_READ_TIMEOUT, 3);
        $tls = $env('MOODLE_DB_TYPE', 'auroramysql') === 'auroramysql' || $env('MOODLE_DB_TLS', 'verify-full') !== 'none';
        return $database->real_connect($env('MOODLE_DB_HOST'), $env('MOODLE_DB_USER'), $env('MOODLE_DB_PASSWORD'), $env('MOODLE_DB_NAME', 'moodle'),
            (int) $env('MOODLE_DB_PORT', '3306'), null, $tls ? MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_VERIFY_SERVER_CERT : 0)
            && $database->query('SELECT 1') !== false;
    },
    'sessions' => static fn (): bool => $redis('SESSION'),
    'cache' => static fn (): bool => $redis('CACHE'),
    'shared_files' => static fn (): bool => is_dir('/var/moodledata') && is_writable('/var/moodledata'),
    'local_cache' => static fn (): bool => is_writable('/var/cache/moodle') && disk_free_space('/var/cache/moodle') > 100 * 1024 * 1024,
];

$report = [];
$healthy = true;
foreach ($checks as $name => $check) {
    $start = microtime(true);
    try {
        $ok = $check();
    } catch (Throwable $error) {
        $ok = false;
        error_log("deep health, $name: " . $error->getMessage());
    }
    $healthy = $healthy && $ok;
    $report[$name] = ['ok' => $ok, 'ms' => (int) round((microtime(true) - $start) * 1000)];
}
http_response_code($healthy ? 200 : 503);
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode(['ok' => $healthy, 'checks' => $report]), "\n";
