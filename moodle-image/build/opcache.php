<?php
// Asks php-fpm (build/compile) to compile the scripts of scripts.txt: what the first pages of a session load, recorded from a real
// site by test/moodleStart.ts. All of Moodle would be ten times as much, and mostly never loaded.
require __DIR__ . '/lib.php';

if (PHP_SAPI === 'cli') {
    require '/opt/moodle/lib/fastcgi.php';
    $answer = moodle_image\ask($argv[1], ['SCRIPT_FILENAME' => __FILE__, 'SCRIPT_NAME' => '/opcache.php'], 600);
    if (($answer['status'] ?? 0) !== 200 || !preg_match('/^\d+ scripts are compiled$/m', $answer['body'])) {
        refuse('Moodle could not be compiled', $answer['body'] ?? 'no answer of php-fpm', 'a number of scripts', 'see the log below');
    }
    echo $answer['body'];
    exit(0);
}

error_reporting(0);
set_time_limit(0);
$count = 0;
// PHP 8.2 loses a class whose parent stands further down in the same file, when the file was compiled without being run
// (lib/adminlib.php has one): nothing is compiled here then. PHP 8.4 does not; 8.3 is in no Debian release.
foreach (PHP_VERSION_ID < 80400 ? [] : file(__DIR__ . '/scripts.txt', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $script) {
    // Names are relative to the docroot, or to the folder above it (Moodle 5.1 and later); another release has some of them elsewhere.
    foreach ([docroot(), MOODLE] as $folder) {
        if (is_file("$folder/$script") && opcache_compile_file("$folder/$script")) {
            $count++;
            break;
        }
    }
}
echo "$count scripts are compiled\n";
