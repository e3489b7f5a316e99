<?php
// A sign-in page of a healthy site, or what a test has written to the shared files instead: status, headers and text.
$site = getenv('MOODLE_WWWROOT');
$name = '/var/moodledata/probe' . strtr($_SERVER['SCRIPT_NAME'], '/', '-') . '.json';
$given = is_file($name) ? json_decode(file_get_contents($name), true) : [];
http_response_code($given['status'] ?? 200);
array_map(header(...), $given['headers'] ?? []);
echo $given['text'] ?? '<html><head><title>Log in</title><link rel="stylesheet" type="text/css" href="' . $site . '/theme/styles.php/boost/1/all" />'
    . '<script src="' . $site . '/lib/javascript.php/1/lib/javascript-static.js"></script><script>M.cfg = {"wwwroot":' . json_encode($site) . '};</script></head>'
    . '<body><form action="' . $site . '/login/index.php" method="post"><input type="hidden" name="logintoken" value="x"></form></body></html>';
