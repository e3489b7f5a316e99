<?php
// Runs config.php layers in a process of their own, on top of the image's settings: they must parse, not throw, not warn, print
// nothing and not end early. The last one is the one in question.
error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
set_error_handler(static fn (int $level, string $text, string $file, int $line) => throw new ErrorException("$text in line $line"));
$CFG = new stdClass();
$CFG->dataroot = '/var/moodledata';
$finished = false;
register_shutdown_function(static function () use (&$finished): void {
    if (!$finished) {
        exit(1);
    }
});
ob_start();
try {
    foreach (['/opt/moodle/config/base.php', ...array_slice($argv, 1)] as $file) {
        require $file;
    }
} catch (Throwable $error) {
    ob_end_clean();
    fwrite(STDERR, $error->getMessage() . " (line {$error->getLine()})\n");
    exit(1);
}
$printed = (string) ob_get_clean();
$finished = true;
if ($printed !== '') {
    fwrite(STDERR, 'it prints text, which would be in front of every page: ' . substr($printed, 0, 80) . "\n");
    exit(1);
}
