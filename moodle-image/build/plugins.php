<?php
// Installs the plugins of plugins.lock.json. `make plugins-check` finds most mistakes before a build; this is the last gate.
require __DIR__ . '/lib.php';

$lock = json_decode((string) file_get_contents(__DIR__ . '/plugins.lock.json'), true);
$moodle = version_file(docroot() . '/version.php');
$release = preg_replace('/^(\d)(\d\d)$/', '$1.', (string) $moodle['branch']) . (int) substr((string) $moodle['branch'], 1);

foreach ($lock['plugins'] ?? [] as $plugin) {
    $name = $plugin['name'];
    if (!in_array($release, $plugin['moodle'], true)) {
        refuse("plugin $name does not support this Moodle", "Moodle $release", implode(', ', $plugin['moodle']),
            "make plugins-update NAME=$name, or remove it with make plugins-remove NAME=$name");
    }
    $folder = folder($name);
    if (is_dir($folder)) {
        refuse("plugin $name would replace what is already there", $folder, 'a folder that does not exist',
            'a plugin of Moodle itself is not listed in plugins.lock.json');
    }
    unpack_into(download($plugin['source'], $plugin['sha256']), $folder);
    $found = version_file("$folder/version.php");
    if (($found['component'] ?? '') !== $name || (string) ($found['version'] ?? '') !== (string) $plugin['version']) {
        refuse("the archive of plugin $name holds something else", ($found['component'] ?? '?') . ' ' . ($found['version'] ?? '?'),
            "$name {$plugin['version']}", "make plugins-update NAME=$name");
    }
    echo "plugin $name {$plugin['version']}\n";
}

/**
 * Unpacks a .zip or .tar.gz that has one folder at its top, as every plugin archive has:
 * https://moodledev.io/general/community/plugincontribution/pluginsdirectory
 */
function unpack_into(string $archive, string $folder): void {
    $scratch = "$archive.d";
    mkdir($scratch);
    if (file_get_contents($archive, false, null, 0, 2) === 'PK') {
        $zip = new ZipArchive();
        if ($zip->open($archive) !== true || !$zip->extractTo($scratch)) {
            refuse('a plugin archive cannot be unpacked', $archive, 'a whole .zip file', 'write down the checksum of a good one');
        }
    } else {
        run('tar', '-xzf', $archive, '-C', $scratch, '--no-same-owner');
    }
    $top = glob("$scratch/*", GLOB_ONLYDIR);
    if (count($top) !== 1) {
        refuse('a plugin archive has more than one folder at its top', implode(', ', array_map(basename(...), $top)), 'one', 'use the archive of a release');
    }
    @mkdir(dirname($folder), 0755, true);
    run('mv', $top[0], $folder);
}

/** Where a plugin belongs: the table that Moodle ships (lib/components.json), not a list of our own. */
function folder(string $name): string {
    [$type, $short] = explode('_', $name, 2);
    foreach ([MOODLE . '/lib/components.json', docroot() . '/lib/components.json'] as $file) {
        if (is_file($file)) {
            $types = json_decode((string) file_get_contents($file), true)['plugintypes'];
        }
    }
    if (!isset($types[$type])) {
        refuse("plugin $name is of a type that this Moodle does not have", $type, implode(', ', array_keys($types ?? [])),
            'sub-plugins come inside their parent; list the parent');
    }
    $root = is_dir(MOODLE . '/public') && str_starts_with($types[$type], 'public/') ? MOODLE : docroot();
    return "$root/{$types[$type]}/$short";
}
