<?php
// How full the disk of this task is, once a minute: one line in CloudWatch's embedded metric format, as lib/metrics.php has them. Uploads,
// and what nginx holds back for slow visitors, lie in /tmp; deleted files count too, which a list of the folder would not show.
//
//   php -n disk.php [--every=60] [--after=60]

namespace moodle_image;

['every' => $every, 'after' => $after] = array_map(intval(...), getopt('', ['every:', 'after:']) + ['every' => 0, 'after' => 0]);
sleep($after);
do {
    $used = 0.0;
    foreach (['/tmp', '/var/cache/moodle'] as $folder) {
        [$total, $free] = [@disk_total_space($folder), @disk_free_space($folder)];
        if ($total > 0 && $free !== false) {
            $used = max($used, round(100 * (1 - $free / $total), 1));
        }
    }
    echo json_encode(['_aws' => ['Timestamp' => time() * 1000, 'CloudWatchMetrics' => [['Namespace' => 'Moodle', 'Dimensions' => [['Environment']],
        'Metrics' => [['Name' => 'DiskUsedPercent', 'Unit' => 'Percent']]]]], 'log' => 'metrics', 'Environment' => (string) getenv('MOODLE_ENVIRONMENT'),
        'DiskUsedPercent' => $used], JSON_UNESCAPED_SLASHES), "\n";
    sleep($every);
} while ($every > 0);
