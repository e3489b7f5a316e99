<?php
// Compiles the scripts of scripts.txt (those that the first pages of a session load, recorded from a real site by
// test/record-scripts.php) into opcache's file cache. All of Moodle would be ten times as much, and mostly never loaded.
require __DIR__ . '/lib.php';

$count = 0;
foreach (file(__DIR__ . '/scripts.txt', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $script) {
    // Names are relative to the docroot, or to the folder above it (Moodle 5.1 and later); another release has some of them elsewhere.
    foreach ([docroot(), MOODLE] as $folder) {
        if (is_file("$folder/$script") && @opcache_compile_file("$folder/$script")) {
            $count++;
            break;
        }
    }
}
echo "$count scripts are compiled\n";
