<?php
// What the build scripts share: one clear error, a download with a checksum, and what Moodle's own version.php says.

const MOODLE = '/var/www/moodle';

/** Ends the build with one error that says what was wrong, what was given, what is allowed and how to fix it. */
function refuse(string $problem, string $given, string $allowed, string $fix): never {
    fwrite(STDERR, "\nmoodle-image: $problem\n  given:   $given\n  allowed: $allowed\n  fix:    $fix\n\n");
    exit(1);
}

/** Runs a program, or ends the build with what it was. */
function run(string ...$command): void {
    passthru(implode(' ', array_map(escapeshellarg(...), $command)), $status);
    if ($status !== 0) {
        refuse('a build step failed', implode(' ', $command), 'exit status 0', "see the lines above (status $status)");
    }
}

/** Downloads a file and keeps it only if its SHA-256 is the expected one. */
function download(string $url, string $sha256): string {
    $file = tempnam('/tmp', 'download');
    $from = @fopen($url, 'rb', false, stream_context_create(['http' => ['timeout' => 60, 'follow_location' => 1]]));
    if ($from === false) {
        refuse('a download failed', $url, 'a file that this machine can fetch',
            'check the address, or give the folder with --build-context');
    }
    file_put_contents($file, $from);
    $actual = hash_file('sha256', $file);
    if (!hash_equals(strtolower($sha256), $actual)) {
        refuse("the checksum of $url is wrong", "sha256 $actual", "sha256 $sha256",
            'if the file was meant to change, read what changed and then write the new checksum down');
    }
    return $file;
}

/** The folder that the web server may show: Moodle 5.1 moved it to public/. https://moodledev.io/docs/5.1/guides/restructure */
function docroot(): string {
    return is_file(MOODLE . '/public/version.php') ? MOODLE . '/public' : MOODLE;
}

/** @return array<string, mixed> The assignments of a version.php (Moodle's own or a plugin's), without running Moodle. */
function version_file(string $file): array {
    $source = (string) @file_get_contents($file);
    $values = [];
    if (preg_match_all('/\$(?:plugin->|module->)?(\w+)\s*=\s*(?:\'([^\']*)\'|"([^"]*)"|([\d.]+))\s*;/', $source, $found, PREG_SET_ORDER)) {
        foreach ($found as $match) {
            $values[$match[1]] = $match[4] ?? (($match[3] ?? '') !== '' ? $match[3] : $match[2]);
        }
    }
    return $values;
}
