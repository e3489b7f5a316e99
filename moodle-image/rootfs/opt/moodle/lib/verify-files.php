<?php
// cspell:ignore upgradecheck
// For the role "verify", with Moodle: its own checks, and files against the hashes in mdl_files. Moodle names a file by the SHA-1 of its
// content. Reads alone: nothing is fetched to the disk, taken out of the trash or written down by tool_objectfs. Caches may be of another
// moment than the database, so none is read.

namespace moodle_image;

define('CLI_SCRIPT', true);
define('CACHE_DISABLE_ALL', true);
require '/var/www/moodle/config.php';
require_once __DIR__ . '/database.php';
require_once __DIR__ . '/verify-report.php';
require_once __DIR__ . '/verify-store.php';

/** Checks that speak of what was restored. Others, such as cron's, are about a site that is open. */
const DATA_CHECKS = ['core_environment', 'core_upgradecheck'];
/** Files in one question to the database. */
const PAGE = 1000;

$report = new Report();
$checks = moodle_checks($report);
$fs = get_file_storage()->get_file_system();
$bucket = $fs instanceof \tool_objectfs\local\store\object_file_system ? $fs : null;
if ($bucket !== null) {
    $connection = $bucket->get_external_client()->test_connection();
    if (!$connection->success) {
        $report->unknown('bucket', 'tool_objectfs', 'the bucket cannot be read: ' . $connection->details);
        exit(69);
    }
}
$store = new Store($CFG->filedir ?? "$CFG->dataroot/filedir", $CFG->trashdir ?? "$CFG->dataroot/trashdir", $bucket, $report);
$wanted = setting('MOODLE_VERIFY_FILES', '10000');
$from = hrtime(true);
foreach ($wanted === 'all' ? every_file() : sample((int) $wanted) as $file) {
    $store->judge($file);
}
$seconds = (hrtime(true) - $from) / 1e9;
$store->conclude();
$report->line(['seen' => ['checks' => $checks, 'files' => $store->files, 'of' => $DB->count_records_sql(
    'SELECT COUNT(DISTINCT contenthash) FROM {files} WHERE ' . STORED), 'objects' => $store->objects, 'hashes' => $store->hashes,
    'mebibytes' => round($store->bytes / 1048576, 1), 'seconds' => round($seconds, 1), 'hashes_a_second' => round($store->hashes / max($seconds, 0.001), 1)],
    'counts' => $report->counts]);
exit(0);

/** Moodle's own checks of its state. What is not right is a line. */
function moodle_checks(Report $report): int {
    $checks = \core\check\manager::get_checks('status');
    foreach ($checks as $check) {
        $result = $check->get_result();
        if (!in_array($result->get_status(), [\core\check\result::WARNING, \core\check\result::ERROR, \core\check\result::CRITICAL], true)) {
            continue;
        }
        $message = "{$check->get_name()}: " . trim(preg_replace('/\s+/', ' ', html_to_text($result->get_summary(), 0, false)));
        $bad = $result->get_status() !== \core\check\result::WARNING && in_array($check->get_ref(), DATA_CHECKS, true);
        $bad ? $report->damage('check-failed', $check->get_ref(), $message) : $report->note('check', $check->get_ref(), $message);
    }
    return count($checks);
}

/** Each content once, in the order of hashes. @return \Generator<\stdClass> */
function every_file(string $after = '', int $limit = PHP_INT_MAX): \Generator {
    global $DB;
    while ($limit > 0) {
        $page = $DB->get_records_sql('SELECT ' . FIELDS . ' FROM {files} WHERE contenthash > ? AND ' . STORED . ' GROUP BY contenthash ORDER BY contenthash',
            [$after], 0, min(PAGE, $limit));
        foreach ($page as $file) {
            yield $file;
            $after = $file->contenthash;
        }
        $limit = count($page) < PAGE ? 0 : $limit - count($page);
    }
}

/**
 * Half of them the newest files, which a store from before the database lacks. The others follow a random hash: hashes spread evenly.
 *
 * @return \Generator<\stdClass>
 */
function sample(int $count): \Generator {
    global $DB;
    $newest = [];
    $last = PHP_INT_MAX;
    do {
        $page = $DB->get_records_sql('SELECT id, contenthash FROM {files} WHERE id < ? AND ' . STORED . ' ORDER BY id DESC', [$last], 0, PAGE);
        foreach ($page as $row) {
            $last = $row->id;
            if (count($newest) < ceil($count / 2)) {
                $newest[$row->contenthash] = true;
            }
        }
    } while (count($page) === PAGE && count($newest) < ceil($count / 2));
    foreach (array_chunk(array_map(strval(...), array_keys($newest)), PAGE) as $hashes) {
        [$in, $values] = $DB->get_in_or_equal($hashes);
        yield from $DB->get_records_sql('SELECT ' . FIELDS . " FROM {files} WHERE contenthash $in AND " . STORED . ' GROUP BY contenthash', $values);
    }
    $left = $count - count($newest);
    $start = sha1(random_bytes(20));
    foreach ([[$start, $count], ['', $count]] as [$after, $limit]) {
        foreach (every_file($after, $limit) as $file) {
            if ($left <= 0 || ($after === '' && $file->contenthash > $start)) {
                return;
            }
            if (!isset($newest[$file->contenthash])) {
                $left--;
                yield $file;
            }
        }
    }
}
