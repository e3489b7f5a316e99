<?php
// Asks a new php-fpm for what a browser would ask first, the sign-in page and its style sheet, before users reach it: code is then
// loaded, and the style sheet is on this machine. It asks for nothing that a user could not, and a failure only costs the first
// users time: a task must start, and be healthy, while the database is away.

namespace moodle_image;

require __DIR__ . '/fastcgi.php';

/** For all of it; the container's health check waits for this. */
const LIMIT = 20.0;

$start = microtime(true);
$root = is_dir('/var/www/moodle/public') ? '/var/www/moodle/public' : '/var/www/moodle';
$site = parse_url((string) getenv('MOODLE_WWWROOT')) + ['host' => '', 'path' => ''];
$host = $site['host'] . (isset($site['port']) ? ":{$site['port']}" : '');
$page = static function (string $script, string $rest = '') use ($root, $site, $host, $start): ?array {
    return ask('/run/moodle/php-fpm.sock', [
        'SCRIPT_FILENAME' => $root . $script,
        'SCRIPT_NAME' => $site['path'] . $script,
        'PATH_INFO' => $rest,
        'REQUEST_URI' => $site['path'] . $script . $rest,
        'DOCUMENT_URI' => $site['path'] . $script . $rest,
        'DOCUMENT_ROOT' => $root,
        'QUERY_STRING' => '',
        'REMOTE_ADDR' => '127.0.0.1',
        'SERVER_NAME' => $host,
        // Moodle 4.5 answers nobody whose web server it does not know.
        'SERVER_SOFTWARE' => 'nginx',
        'SERVER_PORT' => (string) ($site['port'] ?? 80),
        'HTTP_HOST' => $host,
        'HTTP_USER_AGENT' => 'moodle-image warm-up',
    ], LIMIT - (microtime(true) - $start));
};

$login = $page('/login/index.php');
$sheet = null;
if (preg_match('#/theme/styles\.php(/[a-z0-9_]+/\d+(?:_\d+)?/all)#', $login['body'] ?? '', $found)) {
    $sheet = $page('/theme/styles.php', $found[1]);
}
$say = static fn (?array $answer): string => $answer === null ? 'no answer' : (string) $answer['status'];
echo json_encode(['log' => 'entrypoint', 'level' => ($login['status'] ?? 0) === 200 ? 'info' : 'warning', 'message' => 'warm-up: sign-in page ' . $say($login)
    . ', style sheet ' . $say($sheet), 'seconds' => round(microtime(true) - $start, 3)], JSON_UNESCAPED_SLASHES), "\n";
