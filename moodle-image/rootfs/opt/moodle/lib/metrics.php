<?php
// Moodle's own metrics, once a minute beside cron: one line in CloudWatch's embedded metric format, one for each long task that
// has ended, one when caches were purged. CloudWatch takes the metrics out of the line by itself, whoever wrote it to the log:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Generation_PutLogEvents.html
//
// Seven small reads on indexes, on a connection of its own and without loading Moodle: it goes on while Moodle is being upgraded
// or is in maintenance, which is when cron's age is of interest. A minute without a database is a minute without metrics; the alarms
// take that for what it is.
//
//   php metrics.php --once     prints the metrics of now, and ends
//   php metrics.php --every=60

namespace moodle_image;

require __DIR__ . '/database.php';

/** Tasks that ran at least this long get a record; shorter ones are in Moodle's own task log only. */
const LONG_SECONDS = 60;
/** A user with a page in the last five minutes, as Moodle's own block counts them (blocks/online_users). */
const ONLINE_SECONDS = 300;
/** As many attempts as Moodle gives an ad hoc task (lib/classes/task/adhoc_task.php). */
const ATTEMPTS = 12;

/** What a long task does, by class name. Names: Moodle 5.1's source. */
const TYPES = [
    'core_course\task\regrade_final_grades' => 'regrade',
    'mod_assign\task\recalculate_penalties' => 'regrade',
    'mod_scorm\task\update_grades' => 'regrade',
    'quiz_statistics\task\recalculate' => 'statistics',
    'core\task\asynchronous_backup_task' => 'backup',
    'core\task\course_backup_task' => 'backup',
    'core\task\automated_backup_task' => 'backup',
    'core\task\asynchronous_restore_task' => 'restore',
    'core\task\asynchronous_copy_task' => 'restore',
    'core_course\task\course_delete_modules' => 'deletion',
    'tool_dataprivacy\task\process_data_request_task' => 'export',
    'core\task\search_index_task' => 'search',
    'core\task\build_installed_themes_task' => 'theme',
];

/** What is remembered between two runs: the last task record, tasks that run, revisions of the caches. */
final class Seen {
    public ?int $task = null;
    /** @var array<string, array<string, mixed>> by host, process and class */
    public array $running = [];
    public ?string $revisions = null;
}

/** @return array<string, float|int> by CloudWatch name; what is not known is left out */
function metrics(\mysqli $db, int $now): array {
    $one = static fn (string $sql, array $values = []): array => $db->execute_query($sql, $values)->fetch_row() ?? [];
    // The last start, as Moodle's own check has it (admin/tool/task/classes/check/cronrunning.php).
    [$started] = $one("SELECT value FROM mdl_config_plugins WHERE plugin = 'tool_task' AND name = 'lastcronstart'") + [null];
    // What a worker could take now; a task that has used up its attempts stays in the table and waits for nobody.
    [$queued, $oldest] = $one('SELECT COUNT(*), MAX(? - nextruntime) FROM mdl_task_adhoc WHERE timestarted IS NULL AND nextruntime <= ?
        AND (attemptsavailable > 0 OR attemptsavailable IS NULL)', [$now, $now]);
    [$failing] = $one('SELECT (SELECT COUNT(*) FROM mdl_task_scheduled WHERE faildelay > 0 AND disabled = 0) + (SELECT COUNT(*) FROM mdl_task_adhoc WHERE faildelay > 0)');
    [$online] = $one('SELECT COUNT(*) FROM mdl_user WHERE lastaccess > ?', [$now - ONLINE_SECONDS]);
    [$longest] = $one('SELECT GREATEST(COALESCE((SELECT MAX(? - timestarted) FROM mdl_task_scheduled WHERE timestarted > 0), 0),
        COALESCE((SELECT MAX(? - timestarted) FROM mdl_task_adhoc WHERE timestarted > 0), 0))', [$now, $now]);
    return [
        ...($started === null ? [] : ['CronAge' => max(0, $now - (int) $started)]),
        'OldestAdhocTaskAge' => max(0, (int) $oldest),
        'AdhocTasksQueued' => (int) $queued,
        'FailingTasks' => (int) $failing,
        'OnlineUsers' => (int) $online,
        'LongestRunningTask' => max(0, (int) $longest),
    ];
}

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param array<string, float|int> $metrics
 */
function embedded(array $metrics, int $now): array {
    $unit = static fn (string $name): string => in_array($name, ['CronAge', 'OldestAdhocTaskAge', 'LongestRunningTask'], true) ? 'Seconds' : 'Count';
    return [
        '_aws' => [
            'Timestamp' => $now * 1000,
            'CloudWatchMetrics' => [[
                'Namespace' => 'Moodle',
                'Dimensions' => [['Environment']],
                'Metrics' => array_map(static fn (string $name): array => ['Name' => $name, 'Unit' => $unit($name)], array_keys($metrics)),
            ]],
        ],
        'log' => 'metrics',
        'Environment' => setting('MOODLE_ENVIRONMENT'),
        ...$metrics,
    ];
}

/**
 * Records of the long tasks that have ended since the last run. Moodle's log does not say how long a task had waited and which
 * attempt it was; that is remembered from when it was seen running, which a long task always is.
 */
function finished(\mysqli $db, Seen $seen): array {
    $rows = [];
    if ($seen->task !== null) {
        $rows = $db->execute_query('SELECT id, type, classname, timestart, timeend, dbreads, dbwrites, result, hostname, pid FROM mdl_task_log WHERE id > ?
            ORDER BY id LIMIT 1000', [$seen->task])->fetch_all(MYSQLI_ASSOC);
    }
    $records = [];
    foreach ($rows as $row) {
        $seconds = (float) $row['timeend'] - (float) $row['timestart'];
        if ($seconds < LONG_SECONDS) {
            continue;
        }
        $class = ltrim($row['classname'], '\\');
        $known = $seen->running["{$row['hostname']} {$row['pid']} $class"] ?? [];
        $records[] = [
            'log' => 'task',
            'time' => gmdate('Y-m-d\TH:i:s\Z', (int) $row['timeend']),
            'started' => gmdate('Y-m-d\TH:i:s\Z', (int) $row['timestart']),
            'kind' => (int) $row['type'] === 0 ? 'scheduled' : 'adhoc',
            'type' => TYPES[$class] ?? 'other',
            'class' => $class,
            'seconds' => round($seconds, 1),
            'queue_seconds' => isset($known['nextruntime']) ? max(0, (int) $row['timestart'] - (int) $known['nextruntime']) : null,
            'retries' => isset($known['attemptsavailable']) ? max(0, ATTEMPTS - (int) $known['attemptsavailable']) : null,
            'db_reads' => (int) $row['dbreads'],
            'db_writes' => (int) $row['dbwrites'],
            'result' => (int) $row['result'] === 0 ? 'done' : 'failed',
        ];
    }
    $seen->task = $rows === [] ? $seen->task ?? (int) $db->query('SELECT COALESCE(MAX(id), 0) FROM mdl_task_log')->fetch_row()[0] : (int) end($rows)['id'];
    // Those that run now; what has ended was used above and is forgotten.
    $running = $db->query('SELECT classname, nextruntime, attemptsavailable, hostname, pid FROM mdl_task_adhoc WHERE timestarted IS NOT NULL')->fetch_all(MYSQLI_ASSOC);
    $seen->running = [];
    foreach ($running as $row) {
        $seen->running["{$row['hostname']} {$row['pid']} " . ltrim($row['classname'], '\\')] = $row;
    }
    return $records;
}

/** A record when caches were purged: Moodle then gives its style sheets, scripts or templates new revisions. */
function purged(\mysqli $db, Seen $seen, int $now): array {
    $rows = $db->query("SELECT name, value FROM mdl_config WHERE name IN ('themerev', 'jsrev', 'templaterev', 'langrev') ORDER BY name")->fetch_all(MYSQLI_ASSOC);
    $revisions = (string) json_encode(array_column($rows, 'value', 'name'));
    $before = $seen->revisions;
    $seen->revisions = $revisions;
    if ($before === null || $before === $revisions) {
        return [];
    }
    $changed = array_keys(array_diff_assoc(json_decode($revisions, true), json_decode($before, true)));
    return [['log' => 'event', 'time' => gmdate('Y-m-d\TH:i:s\Z', $now), 'kind' => 'cache-purge', 'detail' => implode(', ', $changed)]];
}

/** One run. @throws \mysqli_sql_exception */
function run(Seen $seen, int $now): array {
    $db = connect(setting('MOODLE_DB_USER'), setting('MOODLE_DB_PASSWORD'), setting('MOODLE_DB_NAME', 'moodle'));
    // Statistics, not money: no lock is waited for, and a read that takes long is given up.
    $db->query('SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED');
    $lines = [embedded(metrics($db, $now), $now), ...finished($db, $seen), ...purged($db, $seen, $now)];
    $db->close();
    return $lines;
}

$every = preg_match('/^--every=(\d+)$/', $argv[1] ?? '', $found) ? (int) $found[1] : 0;
$seen = new Seen();
$failing = false;
do {
    $from = time();
    try {
        foreach (run($seen, $from) as $line) {
            echo json_encode($line, JSON_UNESCAPED_SLASHES), "\n";
        }
        $failing = false;
    } catch (\mysqli_sql_exception $error) {
        // Once for each outage: the missing metric says the rest.
        if (!$failing) {
            echo json_encode(['log' => 'metrics', 'level' => 'error', 'message' => 'no metrics: ' . $error->getMessage()], JSON_UNESCAPED_SLASHES), "\n";
        }
        $failing = true;
    }
    sleep(max(0, $every - (time() - $from)));
} while ($every > 0);
exit($failing ? 1 : 0);
