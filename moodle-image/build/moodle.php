<?php
// cspell:ignore configfile
// Puts Moodle's source in place (named build context, download, or the probe) and refuses a PHP that this Moodle does not allow.
require __DIR__ . '/lib.php';

$php = (string) getenv('PHP_VERSION');
$version = (string) getenv('MOODLE_VERSION');
$present = is_file(docroot() . '/version.php');

if (getenv('PROBE') === '1') {
    run('cp', '-a', '/opt/probe/.', MOODLE);
} elseif (!$present) {
    fetch($version, (string) getenv('MOODLE_SHA256'), (string) getenv('MOODLE_URL'));
} elseif ($version !== '') {
    refuse('Moodle comes from two places', "--build-context moodle and MOODLE_VERSION=$version", 'one of them',
        'leave MOODLE_VERSION out, or leave the build context out');
}

check(version_file(docroot() . '/version.php'), $php);

if (getenv('PROBE') !== '1') {
    loads_configuration();
}

// Neither belongs in an image: a config.php of the machine that the tree comes from, and a repository's history.
run('rm', '-rf', MOODLE . '/config.php', MOODLE . '/.git', MOODLE . '/node_modules');
copy('/opt/moodle/config/config.php', MOODLE . '/config.php');
// The image's own cache store: here, so that all that is worked out from the tree later knows it.
if (getenv('PROBE') !== '1') {
    run('cp', '-aT', '/opt/build/tiered', docroot() . '/cache/stores/tiered');
    defaults(docroot() . '/local');
}

/** Moodle reads one file of default settings. A source that brings its own keeps it: its values come last. */
function defaults(string $folder): void {
    $lines = ["<?php", "require '/opt/moodle/config/defaults.php';"];
    if (is_file("$folder/defaults.php")) {
        rename("$folder/defaults.php", "$folder/defaults-site.php");
        $lines[] = "require __DIR__ . '/defaults-site.php';";
    }
    file_put_contents("$folder/defaults.php", implode("\n", $lines) . "\n");
}

/**
 * From Moodle 5.1 on each script asks for public/config.php, which loads the config.php beside public/. A copy of a site that was
 * upgraded from an older Moodle may have its old configuration there, and every script of the image would run with it.
 * https://moodledev.io/docs/5.1/guides/restructure
 */
function loads_configuration(): void {
    $file = docroot() . '/config.php';
    if (docroot() === MOODLE || preg_match('/require.*(__DIR__\s*\.\s*[\'"]\/\.\.\/config\.php|\$configfile)/', (string) @file_get_contents($file))) {
        return;
    }
    refuse("Moodle's scripts would not find the image's configuration", 'public/config.php that ' . (is_file($file) ? 'does not load ../config.php' : 'is not there'),
        "the file of this name of Moodle's own source", 'take it from the source of this Moodle version; settings of a site belong to the variables of the image');
}

function fetch(string $version, string $sha256, string $url): void {
    if (!preg_match('/^(\d+)\.(\d+)(\.\d+)?$/', $version, $part)) {
        refuse('there is no Moodle to build with', "no build context named moodle, MOODLE_VERSION=\"$version\"",
            'a version such as 5.1.1 with MOODLE_SHA256, or --build-context moodle=<folder>', 'pass one of them to the build');
    }
    if (!preg_match('/^[0-9a-f]{64}$/i', $sha256)) {
        refuse('a downloaded Moodle needs its checksum', "MOODLE_SHA256=\"$sha256\"", '64 hexadecimal digits',
            "take it from the download page of Moodle $version, over another connection than the build's");
    }
    // Without an address, the one that Moodle's download page links to.
    $branch = $part[1] . str_pad($part[2], 2, '0', STR_PAD_LEFT);
    $url = $url !== '' ? $url : "https://packaging.moodle.org/stable$branch/moodle-$version.tgz";
    run('tar', '-xzf', download($url, $sha256), '-C', MOODLE, '--strip-components=1', '--no-same-owner');
}

/** @param array<string, mixed> $moodle */
function check(array $moodle, string $php): void {
    $branches = json_decode((string) file_get_contents(__DIR__ . '/releases.json'), true)['branches'];
    $branch = (string) ($moodle['branch'] ?? '');
    $release = $branches[$branch] ?? null;
    if ($release === null) {
        refuse('this Moodle is not in releases.json', 'branch "' . $branch . '" (' . ($moodle['release'] ?? 'no version.php') . ')',
            implode(', ', array_column($branches, 'moodle')), 'add the branch with the PHP versions that its release notes allow');
    }
    if (!in_array($php, $release['php'], true)) {
        $fits = array_values(array_intersect(['8.4', '8.2'], $release['php']));
        refuse("Moodle {$release['moodle']} does not run on PHP $php", "Moodle {$moodle['release']}, PHP_VERSION=$php",
            'PHP ' . implode(', ', $release['php']),
            $fits === [] ? 'no Debian stable has such a PHP: upgrade to Moodle 4.5 (LTS) or later'
                : "build with PHP_VERSION={$fits[0]} and DEBIAN_IMAGE=" . ($fits[0] === '8.4' ? 'debian:trixie-slim' : 'debian:bookworm-slim') . '@sha256:...');
    }
}
