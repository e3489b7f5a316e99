<?php
// The role "upgrade": Moodle's own upgrade.php, once. Arguments are passed on (--is-pending, --maintenance=false, ...), and so is
// its exit status, which the deployment reads: 2 for "an upgrade is pending". Then the style sheet is made, before web tasks are replaced.
// `upgrade --revisions` upgrades nothing: it moves the revisions of all addresses that are kept (lib/revisions.php).

namespace moodle_image;

require __DIR__ . '/database.php';

$arguments = array_slice($argv, 1);
if ($arguments === ['--revisions']) {
    exit(script(__DIR__ . '/revisions.php'));
}
$asks = array_filter($arguments, static fn (string $argument): bool => str_starts_with($argument, '--is-')) !== [];
if (!$asks) {
    try {
        $connection = connect(setting('MOODLE_DB_USER'), setting('MOODLE_DB_PASSWORD'), setting('MOODLE_DB_NAME', 'moodle'));
        lock($connection);
    } catch (\mysqli_sql_exception $error) {
        say('the database cannot be reached: ' . $error->getMessage());
        exit(1);
    }
    $arguments = ['--non-interactive', ...$arguments];
}
$status = script('admin/cli/upgrade.php', ...$arguments);
if (!$asks && $status === 0) {
    style_sheet();
}
exit($status);
