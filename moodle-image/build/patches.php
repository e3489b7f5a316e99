<?php
// Applies the patches of patches/patches.json to Moodle's source: fixes of Moodle's tracker that this release does not have
// yet. A patch is refused when it does not fit, when the release has its fix, and when it is past its date.
//   php moodle-image/build/patches.php <a copy of Moodle's source> moodle-image/patches    tries them without a build
require __DIR__ . '/lib.php';

$tree = $argv[1] ?? MOODLE;
$folder = $argv[2] ?? __DIR__ . '/patches';
$patches = listed($folder);
// Nothing to install, and nothing to judge: the probe of the tests is no Moodle.
if ($patches === [] || getenv('PROBE') === '1') {
    exit(0);
}

$public = is_file("$tree/public/version.php") ? "$tree/public" : $tree;
$shown = (string) (version_file("$public/version.php")['release'] ?? 'no version.php');
// 5.1+ is 5.1 with the fixes of some weeks: its own number is what it surely has.
$release = preg_match('/^\d+\.\d+(\.\d+)?/', $shown, $found) ? $found[0] : '0.0';
foreach ($patches as $patch) {
    judge($patch, $release, $shown);
}

$installed = provide();
foreach ($patches as $patch) {
    apply($patch, "$folder/{$patch['file']}", $tree, $shown);
    echo "patch {$patch['issue']} ({$patch['file']}) applied, until {$patch['expires']}\n";
}
if ($installed) {
    // It is no part of the image, and so of no list of its packages.
    run('apt-get', 'purge', '-y', '-qq', 'patch');
}

/** @return list<array{file: string, issue: string, why: string, moodle: list<string>, fixedIn: list<string>, expires: string, owner: string}> */
function listed(string $folder): array {
    $file = "$folder/patches.json";
    $patches = json_decode((string) @file_get_contents($file), true)['patches'] ?? null;
    if (!is_array($patches)) {
        refuse('the list of patches cannot be read', $file, 'JSON: { "patches": [...] }', 'restore it from the repository\'s history');
    }
    foreach ($patches as $index => $patch) {
        $missing = array_diff(['file', 'issue', 'why', 'moodle', 'fixedIn', 'expires', 'owner'], array_keys((array) $patch));
        if ($missing !== []) {
            refuse('patches.json: a patch does not say everything', "patches[$index] without " . implode(', ', $missing),
                'file, issue, why, moodle, fixedIn, expires, owner', 'moodle-image/patches/README.md says what each means');
        }
    }
    $given = array_map(basename(...), glob("$folder/*.patch") ?: []);
    $named = array_column($patches, 'file');
    // A file that nobody lists would be a fix that everybody believes to be there.
    foreach ([...array_diff($given, $named), ...array_diff($named, $given)] as $name) {
        refuse('patches.json and its folder differ', $name, 'each file of the folder listed once, and nothing else',
            in_array($name, $given, true) ? "list $name in patches.json, or delete it" : "add the file $name, or take it out of patches.json");
    }
    return $patches;
}

/** Refuses by what the list says, before anything is changed. */
function judge(array $patch, string $release, string $shown): void {
    $name = "{$patch['issue']} ({$patch['file']})";
    [$major, $minor] = explode('.', $release);
    if (has_fix($release, $patch['fixedIn'])) {
        refuse("Moodle has the fix of patch $name itself", "Moodle $shown", 'a release before ' . implode(' and ', $patch['fixedIn']),
            'delete the patch and its entry in moodle-image/patches/patches.json');
    }
    if (!in_array("$major.$minor", $patch['moodle'], true)) {
        refuse("patch $name is not for this Moodle", "Moodle $shown", implode(', ', $patch['moodle']),
            'try it on this Moodle, then add its version to moodle in patches.json; or delete the patch');
    }
    // The last day is a whole one, wherever the build runs.
    if ($patch['expires'] < gmdate('Y-m-d')) {
        refuse("patch $name is past its date", $patch['expires'], 'a day that is not over',
            "ask {$patch['owner']}: is it in a release by now? Delete it, or give it a new date with the reason in the commit");
    }
}

/**
 * Whether a release has what is fixed in some: its own branch's, or a branch that began after all of them.
 * @param list<string> $fixed
 */
function has_fix(string $release, array $fixed): bool {
    $branch = static fn (string $version): string => implode('.', array_slice(explode('.', $version), 0, 2));
    foreach ($fixed as $version) {
        if ($branch($version) === $branch($release)) {
            return version_compare(full($release), full($version), '>=');
        }
    }
    return $fixed !== [] && array_filter($fixed, static fn (string $version): bool => version_compare($branch($version), $branch($release), '>')) === [];
}

/** 5.1.0 of 5.1, which is what Moodle calls the first release of a branch. */
function full(string $version): string {
    return substr_count($version, '.') === 1 ? "$version.0" : $version;
}

/** GNU patch, for the time of this step. @return bool Whether it had to be installed. */
function provide(): bool {
    exec('command -v patch', $found, $status);
    if ($status === 0) {
        return false;
    }
    run('apt-get', 'update', '-qq');
    run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'patch');
    return true;
}

function apply(array $patch, string $file, string $tree, string $shown): void {
    $name = "{$patch['issue']} ({$patch['file']})";
    // What changes the database belongs to a release: its upgrade would run these steps again, under another number.
    if (preg_match_all('#^(?:\+\+\+|---|rename to) (?:[ab]/)?((?:\S*/)?(?:version\.php|db/(?:upgrade|install)\S*))#m', (string) file_get_contents($file), $found)) {
        refuse("patch $name changes versions or the database", implode(', ', array_unique($found[1])), 'code alone',
            'leave these files out of the patch, or wait for the release');
    }
    if (gnu_patch($file, $tree, ['--dry-run'], $output) !== 0) {
        $there = gnu_patch($file, $tree, ['--dry-run', '--reverse']) === 0;
        refuse($there ? "Moodle has the change of patch $name already" : "patch $name does not apply",
            "Moodle $shown" . ($there ? '' : "\n           " . implode("\n           ", array_slice($output, 0, 12))),
            'a source that the patch fits line by line',
            $there ? 'delete the patch and its entry in moodle-image/patches/patches.json'
                : 'make it again from the fix in this branch of Moodle: git format-patch -1 <commit> --stdout');
    }
    if (gnu_patch($file, $tree, [], $output) !== 0) {
        refuse("patch $name did not apply", implode("\n           ", $output), 'exit status 0', 'see the lines above');
    }
}

/**
 * No fuzz: what was reviewed is what is changed.
 * @param list<string> $more
 * @param-out list<string> $output
 */
function gnu_patch(string $file, string $tree, array $more, ?array &$output = null): int {
    $output = [];
    $command = ['patch', '--strip=1', '--batch', '--fuzz=0', '--no-backup-if-mismatch', "--directory=$tree", '--input=' . realpath($file),
        ...(in_array('--reverse', $more, true) ? [] : ['--forward']), ...$more];
    exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $output, $status);
    return $status;
}
