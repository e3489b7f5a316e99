<?php
// The load balancer's check, in a pool of its own: "ok" while php-fpm takes requests. When all children of the other pool are busy, and
// not one request has been taken from the queue for longer than any may last (lib/times.php), they are stuck for good, such as in storage
// that does not answer: 503, and another task takes the place of this one.

namespace moodle_image;

require '/opt/moodle/lib/fastcgi.php';
require '/opt/moodle/lib/times.php';

$answer = ask('/run/moodle/php-fpm-status.sock', ['SCRIPT_NAME' => '/fpm-status', 'SCRIPT_FILENAME' => '/fpm-status', 'QUERY_STRING' => 'json'], 2);
$state = json_decode($answer['body'] ?? '', true);
$ok = true;
// Without an answer nobody knows better; that php-fpm runs is what this script shows.
if (is_array($state) && isset($state['idle processes'], $state['accepted conn'])) {
    // Seconds that no change of the clock moves.
    $now = intdiv(hrtime(true), 1_000_000_000);
    $seen = apcu_fetch('moodle-image-progress');
    if ($state['idle processes'] > 0 || !is_array($seen) || $seen['accepted'] !== $state['accepted conn']) {
        apcu_store('moodle-image-progress', ['accepted' => $state['accepted conn'], 'at' => $now]);
    } else {
        $ok = $now - $seen['at'] <= times((int) (getenv('MOODLE_REQUEST_TIMEOUT_SECONDS') ?: 50))['stuck'];
    }
}
http_response_code($ok ? 200 : 503);
header('Content-Type: text/plain');
header('Cache-Control: no-store');
echo $ok ? "ok\n" : "stuck\n";
