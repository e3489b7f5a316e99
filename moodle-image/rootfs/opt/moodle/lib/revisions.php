<?php
// Gives every address that CloudFront or a browser keeps a new revision: style sheets, pictures and fonts (themerev), scripts and the
// editor (jsrev), texts (langrev) and templates (templaterev, for which purge_caches.php has no option). For a release, when the last
// task with old code is gone: until then it answers a new address with its old file, which is kept for 90 days.

namespace moodle_image;

define('CLI_SCRIPT', true);
require '/var/www/moodle/config.php';

const REVISIONS = ['themerev', 'jsrev', 'langrev', 'templaterev'];

$read = static fn (): array => array_map('intval', $GLOBALS['DB']->get_records_select_menu('config', 'name IN (?, ?, ?, ?)', REVISIONS, '', 'name, value'));
$before = $read();
purge_caches(['theme' => true, 'js' => true, 'lang' => true, 'template' => true]);
$after = $read();
$still = array_filter(REVISIONS, static fn (string $name): bool => ($after[$name] ?? 0) <= ($before[$name] ?? 0));
fwrite(STDERR, $still === [] ? 'all revisions have moved: ' . json_encode($after) . "\n" : 'did not move: ' . implode(', ', $still) . "\n");
exit($still === [] ? 0 : 1);
