<?php
// Writes a bill of materials (CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/): Debian packages, Moodle, its bundled
// libraries (thirdpartylibs.xml) and the plugins that were added.
require __DIR__ . '/lib.php';

$components = [];
exec("dpkg-query -W -f '\${Package}\\t\${Version}\\t\${Architecture}\\n'", $packages);
foreach ($packages as $line) {
    [$name, $version, $architecture] = explode("\t", $line);
    $components[] = ['type' => 'library', 'name' => $name, 'version' => $version,
        'purl' => 'pkg:deb/debian/' . rawurlencode($name) . '@' . rawurlencode($version) . "?arch=$architecture"];
}

$moodle = version_file(docroot() . '/version.php');
$components[] = ['type' => 'application', 'name' => 'moodle', 'version' => (string) ($moodle['release'] ?? 'unknown'),
    'properties' => [['name' => 'moodle:version', 'value' => (string) ($moodle['version'] ?? '')]], ...patched()];

exec('find ' . escapeshellarg(docroot()) . ' -name thirdpartylibs.xml', $files);
sort($files);
foreach ($files as $file) {
    // Read as text: the build's PHP has no XML extension loaded, and the files are flat.
    preg_match_all('#<library>(.*?)</library>#s', (string) file_get_contents($file), $libraries);
    foreach ($libraries[1] as $library) {
        $value = static fn (string $tag): string => preg_match("#<$tag>(.*?)</$tag>#s", $library, $m) ? trim(html_entity_decode($m[1])) : '';
        $components[] = ['type' => 'library', 'name' => $value('name'), 'version' => $value('version'),
            'properties' => [['name' => 'moodle:location', 'value' => substr(dirname($file), strlen(MOODLE) + 1) . '/' . $value('location')]]];
    }
}

foreach (json_decode((string) file_get_contents(__DIR__ . '/plugins.lock.json'), true)['plugins'] ?? [] as $plugin) {
    $components[] = ['type' => 'application', 'name' => $plugin['name'], 'version' => (string) $plugin['version'],
        'hashes' => [['alg' => 'SHA-256', 'content' => $plugin['sha256']]],
        'externalReferences' => [['type' => 'distribution', 'url' => $plugin['source']]]];
}

/** What was changed in this Moodle: https://cyclonedx.org/docs/1.6/json/#components_items_pedigree */
function patched(): array {
    $patches = getenv('PROBE') === '1' ? [] : json_decode((string) file_get_contents(__DIR__ . '/patches/patches.json'), true)['patches'];
    $entry = static fn (array $patch): array => [
        // Without a release that has it, nobody but its owner vouches for it.
        'type' => $patch['fixedIn'] === [] ? 'unofficial' : 'backport',
        'diff' => ['text' => ['contentType' => 'text/x-diff', 'encoding' => 'base64',
            'content' => base64_encode((string) file_get_contents(__DIR__ . "/patches/{$patch['file']}"))]],
        'resolves' => [['type' => 'defect', 'id' => $patch['issue'], 'description' => $patch['why'],
            'source' => ['name' => 'Moodle Tracker', 'url' => "https://tracker.moodle.org/browse/{$patch['issue']}"]]],
    ];
    return $patches === [] ? [] : ['pedigree' => ['patches' => array_map($entry, $patches)]];
}

// No time stamp and no serial number: the same inputs give the same file.
echo json_encode([
    'bomFormat' => 'CycloneDX', 'specVersion' => '1.6', 'version' => 1,
    'metadata' => ['component' => ['type' => 'container', 'name' => 'moodle', 'version' => trim((string) @file_get_contents('/opt/moodle/build-id'))]],
    'components' => $components,
], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n";
