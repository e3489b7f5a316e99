<?php
// Moodle's configuration, the same file for every environment and release.

unset($CFG);
global $CFG;
$CFG = new stdClass();

// A literal, because tool_heartbeat finds this line by a pattern.
$CFG->dataroot = '/var/moodledata';
require '/opt/moodle/config/base.php';

// From the configuration bucket: the platform's layer, then the one that people edit.
foreach (['generated', 'overrides'] as $layer) {
    if (is_file("/run/moodle/config.$layer.php")) {
        require "/run/moodle/config.$layer.php";
    }
}
unset($layer);

require_once '/opt/moodle/lib/errors.php';
require_once '/opt/moodle/lib/figures.php';
require_once '/opt/moodle/lib/pictures.php';
moodle_image\watch();
moodle_image\figures();

try {
    require_once __DIR__ . '/lib/setup.php';
} catch (Throwable $error) {
    // The database or the session store is away: Moodle's own handler answers, as if nobody had looked.
    moodle_image\Failure::of($error);
    throw $error;
}
moodle_image\watch_exceptions();
