<?php
// Keeps ECS from stopping this task while one of its processes works on a job: task scale-in protection, which scale-in and deployments
// respect (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html). Moodle never repeats the course backups
// and restores that it has begun: a second run marks them as failed (lib/classes/task/asynchronous_restore_task.php).
//
// What runs here is what Moodle's own table of tasks has under this host and the processes of the loops (roles.sh, repeat). Protection is
// asked for once, for the longest time: during a scale-in or a deployment ECS may refuse to renew it (DEPLOYMENT_BLOCKED). It ends:
// - with the job;
// - when cron is switched off: a release drains before it upgrades the database, and then waits for jobs itself (docs/releasing.md);
// - --most seconds after it began.
// After each end it pauses for --pause seconds, in which ECS may stop the task: a queue that never becomes empty keeps no old task
// forever. The release waits an hour for a service (components/release/services.ts).
//
//   php protect.php --every=5 --after=10 --most=2700 --pause=60

namespace moodle_image;

require __DIR__ . '/database.php';

/** @return array<int> processes of the loops that work on something */
function workers(): array {
    $pids = array_map(static fn (string $file): int => (int) @file_get_contents($file), glob('/run/moodle/alive-*') ?: []);
    return array_values(array_filter($pids));
}

/**
 * Seconds that the oldest job of this task has run; null when there is none, or when cron is switched off.
 *
 * @param array<int> $pids
 * @throws \mysqli_sql_exception
 */
function working(array $pids): ?int {
    $db = connect(setting('MOODLE_DB_USER'), setting('MOODLE_DB_PASSWORD'), setting('MOODLE_DB_NAME', 'moodle'));
    $of = 'WHERE timestarted > 0 AND hostname = ? AND pid IN (' . implode(', ', $pids) . ')';
    [$started, $enabled] = $db->execute_query("SELECT LEAST(COALESCE((SELECT MIN(timestarted) FROM mdl_task_scheduled $of), 9999999999),
        COALESCE((SELECT MIN(timestarted) FROM mdl_task_adhoc $of), 9999999999)),
        (SELECT value FROM mdl_config WHERE name = 'cron_enabled')", [gethostname(), gethostname()])->fetch_row();
    $db->close();
    return $enabled === '0' || (int) $started === 9999999999 ? null : max(0, time() - (int) $started);
}

/**
 * Asks the agent: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 *
 * @param ?int $minutes for which the task is protected; null to end it
 */
function protect(string $agent, ?int $minutes): bool {
    $wanted = $minutes !== null;
    $answer = @file_get_contents("$agent/task-protection/v1/state", false, stream_context_create(['http' => [
        'method' => 'PUT',
        'header' => 'Content-Type: application/json',
        'content' => json_encode(['ProtectionEnabled' => $wanted, ...($wanted ? ['ExpiresInMinutes' => $minutes] : [])]),
        'ignore_errors' => true,
        'timeout' => 5,
    ]]));
    $protection = json_decode((string) $answer, true)['protection'] ?? null;
    if (($protection['ProtectionEnabled'] ?? null) === $wanted) {
        return true;
    }
    remark('warning', ($wanted ? 'not protected' : 'still protected') . ': ' . ($answer === false ? 'the agent does not answer' : substr($answer, 0, 300)));
    return false;
}

/** Once for each thing to say, not every few seconds. */
function remark(string $level, string $message): void {
    static $last = '';
    if ($message !== $last) {
        echo json_encode(['log' => 'protection', 'level' => $level, 'message' => $message], JSON_UNESCAPED_SLASHES), "\n";
        $last = $message;
    }
}

$options = getopt('', ['every:', 'after:', 'most:', 'pause:']) + ['every' => 5, 'after' => 10, 'most' => 2700, 'pause' => 60];
$agent = setting('ECS_AGENT_URI');
if ($agent === '') {
    exit(0); // Not on ECS.
}
// Seconds that no change of the clock moves.
$clock = static fn (): int => intdiv(hrtime(true), 1_000_000_000);
[$since, $free] = [null, 0];
while (true) {
    try {
        $pids = workers();
        $seconds = $pids === [] ? null : working($pids);
    } catch (\mysqli_sql_exception $error) {
        // What is protected stays so until it expires, or the database comes back.
        remark('warning', 'not known whether a job runs: ' . $error->getMessage());
        sleep((int) $options['every']);
        continue;
    }
    $now = $clock();
    if ($since === null && $seconds !== null && $seconds >= $options['after'] && $now >= $free) {
        // A minute more than the limit, so that it is this program that ends it.
        if (protect($agent, intdiv((int) $options['most'], 60) + 1)) {
            remark('info', 'protected: a job runs');
            $since = $now;
        }
    } elseif ($since !== null && ($seconds === null || $now - $since >= $options['most'])) {
        if (protect($agent, null)) {
            remark('info', $seconds === null ? 'not protected: no job runs, or cron is switched off' : "not protected any more: a job runs for $seconds s");
            $free = $now + (int) $options['pause'];
            $since = null;
        }
    }
    sleep((int) $options['every']);
}
