<?php
// Behaves as Moodle's cron does towards signals: a task that runs is finished, and no other is begun.
$stop = false;
pcntl_async_signals(true);
pcntl_signal(SIGTERM, static function () use (&$stop): void {
    echo "stop asked for\n";
    $stop = true;
});
$exit = (int) getenv('MOODLE_CUSTOM_EXIT');
if ($exit !== 0) {
    echo "Moodle upgrade pending, cron execution suspended.\n";
    exit($exit);
}
for ($task = 1; $task <= 3 && !$stop; $task++) {
    echo "task $task begins\n";
    // Work goes on; what waits for a single thing, such as a server that never answers, does nothing.
    sleep((int) getenv('MOODLE_CUSTOM_WAIT_SECONDS'));
    for ($end = microtime(true) + (int) (getenv('MOODLE_CUSTOM_WORK_SECONDS') ?: 3); microtime(true) < $end;) {
        usleep(50_000);
    }
    echo "task $task is finished\n";
}
