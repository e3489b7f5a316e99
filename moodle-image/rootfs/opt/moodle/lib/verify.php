<?php
// The role "verify": whether database, files and objects belong together, which a restore cannot promise. It changes nothing, and can run
// beside a site that is open. Each finding is a line of JSON; the last line has the result.
//
// First the tables, without Moodle: it does not start when some are missing (lib/verify-tables.php). Then Moodle's own checks, and the
// content of files against their hashes (lib/verify-files.php). MOODLE_VERIFY_FILES says how many.
//
// Exit status: 0 they belong together, 1 damage was found, 64 wrong use, 69 it could not be judged (EX_UNAVAILABLE of sysexits.h).

namespace moodle_image;

require __DIR__ . '/database.php';
require __DIR__ . '/verify-report.php';
require __DIR__ . '/verify-tables.php';

if (isset($argv[1])) {
    say('verify takes no argument: MOODLE_VERIFY_FILES says how many files it reads');
    exit(64);
}
$report = new Report();
$database = setting('MOODLE_DB_NAME', 'moodle');
try {
    $connection = connect(setting('MOODLE_DB_USER'), setting('MOODLE_DB_PASSWORD'), $database);
    $tables = judge_tables($connection, $database, schema('/var/www/moodle'), $report);
    $connection->close();
} catch (\mysqli_sql_exception $error) {
    $report->unknown('database', $database, 'the database cannot be read: ' . $error->getMessage());
    exit(69);
}

// With Moodle, in a process of its own: what ends it is a finding and not the end.
$process = proc_open([PHP_BINARY, __DIR__ . '/verify-files.php'], [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, '/var/www/moodle');
pcntl_async_signals(true);
pcntl_signal(SIGTERM, static function () use ($process): never {
    proc_terminate($process);
    exit(69);
});
$noise = [];
$seen = null;
while (($line = fgets($pipes[1])) !== false) {
    $read = str_starts_with($line, '{"log":"verify"') ? json_decode($line, true) : null;
    if ($read === null) {
        $noise = array_slice([...$noise, trim($line)], -5);
    } elseif (isset($read['seen'])) {
        $seen = $read['seen'];
        $report->add($read['counts']);
    } else {
        echo $line;
    }
}
$status = proc_close($process);
if ($status === 69) {
    exit(69);
}
if ($seen === null) {
    $report->damage('moodle-fails', 'config.php', "Moodle ended with status $status before its files were looked at: " . implode(' / ', array_filter($noise)));
}
$report->result([...$tables, ...(array) ($seen ?? [])]);
exit($report->counts === [] ? 0 : 1);
