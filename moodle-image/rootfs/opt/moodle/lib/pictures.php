<?php
// Moodle looks for each picture of each page in four kinds of file below moodledata/pix_plugins and moodledata/pix before its own: some
// 500 questions to the shared storage for a course of 50 activities, and hardly any site has these folders. PHP takes a function of the
// caller's namespace before its own of that name, so this one answers for a folder that is not there.
// Asked again in each request: theme/image.php keeps what it finds by themerev, for good.

namespace core\output;

function file_exists(string $path): bool {
    static $there = [];
    $root = $GLOBALS['CFG']->dataroot . '/pix';
    if (str_starts_with($path, $root)) {
        $folder = str_starts_with($path, "{$root}_plugins/") ? "{$root}_plugins" : $root;
        if (!($there[$folder] ??= is_dir($folder))) {
            return false;
        }
    }
    return \file_exists($path);
}
