<?php
// Runs before every role: checks the environment, renders the configuration into /run/moodle, adds the objects of the
// configuration bucket, and checks the result with the programs that will read it. Any fault ends the container with one
// error: a task that starts with half a configuration would serve wrong pages, a task that does not start is noticed by the
// deployment, which then keeps the old tasks (docs/adr has the reasons).

namespace moodle_image;

require __DIR__ . '/settings.php';
require __DIR__ . '/times.php';
require __DIR__ . '/bucket.php';

const RUN = '/run/moodle';
const SOURCE = '/opt/moodle/config';

$role = $argv[1] ?? '';
[$settings, $problems] = read($role, getenv());
if ($problems !== []) {
    stop("the environment is not complete\n  - " . implode("\n  - ", $problems));
}

try {
    $files = in_array($role, ['nginx', 'web', 'check'], true) ? ['nginx.conf'] : [];
    $files = in_array($role, PHP, true) ? [...$files, 'php.ini', 'config.php'] : $files;
    $layers = layers($settings, $files);
    if (in_array('php.ini', $files, true)) {
        php($settings, $layers);
    }
    if (in_array('nginx.conf', $files, true)) {
        nginx($settings, $layers);
    }
} catch (AwsError $error) {
    stop($error->getMessage());
}

// For the shell, which knows no defaults.
foreach (['MOODLE_CRON_KEEPALIVE_SECONDS', 'MOODLE_ADHOC_RUNNERS', 'MOODLE_TIME_ZONE'] as $name) {
    echo "$name={$settings[$name]}\n";
}

/** One line for the log, because a log service shows lines; newlines inside become part of the text. */
function stop(string $message): never {
    fwrite(STDERR, json_encode(['level' => 'fatal', 'role' => $GLOBALS['role'], 'message' => $message], JSON_UNESCAPED_SLASHES) . "\n");
    exit(78); // EX_CONFIG of sysexits.h
}

/**
 * The objects of the bucket: "generated" is written by the platform and must be there, "overrides" is written by people and
 * may be absent. The later one wins.
 *
 * @param array<string, string> $settings
 * @param list<string> $files
 * @return array<string, array<string, string>> file => layer => text
 */
function layers(array $settings, array $files): array {
    $layers = array_fill_keys($files, []);
    if ($settings['MOODLE_CONFIG_BUCKET'] === '') {
        return $layers;
    }
    $credentials = credentials('MOODLE_CONFIG_BUCKET is set');
    $generated = generated($settings, $credentials);
    foreach ($files as $file) {
        $layers[$file]['generated'] = $generated[$file];
        $text = fetch_object($settings, $credentials, object_key($settings, 'overrides', $file));
        if ($text !== null) {
            $layers[$file]['overrides'] = $text;
            // Which text people have put there, without the text: it may name what is not for the log.
            fwrite(STDERR, json_encode(['log' => 'entrypoint', 'level' => 'info', 'role' => $GLOBALS['role'], 'message' => "override $file is used",
                'override' => $file, 'sha256' => hash('sha256', $text)], JSON_UNESCAPED_SLASHES) . "\n");
        }
    }
    return $layers;
}

/**
 * The platform's files of this task's version. They are code, and whoever may write to the bucket can put others there: only those are
 * used whose hash is in the task definition. MOODLE_CONFIG_VERSION is the SHA-256 of the three files as JSON, in this order
 * (components/moodle/configuration.ts), so every role reads all three. Each version has a folder of its own, so that the files of a
 * newer deployment take nothing from a task of before.
 *
 * @param array<string, string> $settings
 * @param array{key: string, secret: string, token: string} $credentials
 * @return array<string, string> file => text
 */
function generated(array $settings, array $credentials): array {
    $bucket = $settings['MOODLE_CONFIG_BUCKET'];
    $expected = $settings['MOODLE_CONFIG_VERSION'];
    $files = [];
    foreach (['php.ini', 'nginx.conf', 'config.php'] as $file) {
        $key = object_key($settings, "generated/$expected", $file);
        $files[$file] = fetch_object($settings, $credentials, $key)
            ?? throw new ConfigurationError("s3://$bucket/$key does not exist: the platform writes it, so the deployment is not complete, "
                . 'MOODLE_CONFIG_PREFIX is wrong, or somebody has deleted it (the bucket keeps its versions)');
    }
    // Text that is not UTF-8 has no JSON, and no hash that could be expected.
    $json = json_encode($files, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS);
    $found = hash('sha256', (string) $json);
    if ($json === false || !hash_equals($expected, $found)) {
        throw new ConfigurationError("the files in s3://$bucket/" . object_key($settings, "generated/$expected", '') . " are not those that this task was made for: got $found, "
            . "expected $expected. Somebody has changed them. Tasks that run are not touched. Fix: restore the versions of before (the bucket keeps them): docs/runbooks/configuration.md");
    }
    return $files;
}

/** @param array<string, string> $settings */
function object_key(array $settings, string $folder, string $file): string {
    return ($settings['MOODLE_CONFIG_PREFIX'] === '' ? '' : rtrim($settings['MOODLE_CONFIG_PREFIX'], '/') . '/') . "$folder/$file";
}

/**
 * @param array<string, string> $settings
 * @param array<string, array<string, string>> $layers
 */
function php(array $settings, array $layers): void {
    @mkdir(RUN . '/php', 0750, true);
    // $CFG->localrequestdir. While it is absent, Moodle hands no file over to nginx: lib/xsendfilelib.php takes every path for one in it.
    @mkdir('/tmp/requestdir', 02770, true);
    compiled();
    $times = times((int) $settings['MOODLE_REQUEST_TIMEOUT_SECONDS']);
    $upload = (int) $settings['MOODLE_UPLOAD_MAX_MB'];
    write('php/10-image.ini', render('php.ini.template', [
        'REQUEST_TIMEOUT' => $times['work'],
        'UPLOAD_MAX_MB' => $upload,
        'POST_MAX_MB' => $upload + 16,
        'CA_FILE' => $settings['MOODLE_CA_FILE'],
        'TIME_ZONE' => $settings['MOODLE_TIME_ZONE'],
    ]));
    write('php-fpm.conf', render('php-fpm.conf.template', [
        'MAX_CHILDREN' => $settings['MOODLE_PHP_MAX_CHILDREN'],
        'STOP_SECONDS' => $settings['MOODLE_STOP_SECONDS'],
        'REQUEST_SECONDS' => $settings['MOODLE_REQUEST_TIMEOUT_SECONDS'],
        'PROCESS_SECONDS' => $times['process'],
        'DATABASE_SECONDS' => $times['database'],
        'STREAM_SECONDS' => $times['stream'],
        'DIRECTORY_SECONDS' => $times['directory'],
    ]));
    foreach (['generated' => 20, 'overrides' => 30] as $layer => $order) {
        place("php/$order-$layer.ini", $layers['php.ini'][$layer] ?? null);
        place("config.$layer.php", $layers['config.php'][$layer] ?? null);
    }
    foreach (array_keys($layers['php.ini']) as $layer) {
        // PHP itself reads on after a syntax error and only warns; the rest of the file would be lost in silence.
        if (@parse_ini_file(RUN . '/php/' . ($layer === 'generated' ? 20 : 30) . "-$layer.ini", false, INI_SCANNER_NORMAL) === false) {
            throw new ConfigurationError(advice($settings, $layer, 'php.ini', error_get_last()['message'] ?? 'syntax error'));
        }
    }
    $tried = [];
    foreach (array_keys($layers['config.php']) as $layer) {
        $tried[] = RUN . "/config.$layer.php";
        $said = check(['php', '-n', '/opt/moodle/lib/try-config.php', ...$tried]);
        if ($said !== null) {
            throw new ConfigurationError(advice($settings, $layer, 'config.php', $said));
        }
    }
    $said = check(['php-fpm', '--test', '--fpm-config', RUN . '/php-fpm.conf']);
    if ($said !== null) {
        throw new ConfigurationError("php-fpm does not accept its configuration: $said");
    }
}

/**
 * Lets opcache find the code that was compiled at build (build/opcache.php). Up to PHP 8.4 opcache refuses a folder that it cannot
 * write (opcache.file_cache_read_only comes with 8.5: https://github.com/php/php-src/pull/16551), so it gets a writable one with a
 * link to the read-only one; what was not compiled at build is compiled in memory, as without it.
 */
function compiled(): void {
    @mkdir(RUN . '/opcache', 0750, true);
    foreach (glob('/opt/moodle/opcache/*', GLOB_ONLYDIR) as $folder) {
        $link = RUN . '/opcache/' . basename($folder);
        if (!is_link($link) && !@symlink($folder, $link) && !is_link($link)) {
            throw new ConfigurationError("$link cannot be made: /run/moodle must be a writable volume of user 1000");
        }
    }
}

/**
 * @param array<string, string> $settings
 * @param array<string, array<string, string>> $layers
 */
function nginx(array $settings, array $layers): void {
    @mkdir(RUN . '/nginx', 0750, true);
    $trusted = array_filter(array_map(trim(...), explode(',', $settings['MOODLE_TRUSTED_PROXIES'])));
    $root = is_dir('/var/www/moodle/public') ? '/var/www/moodle/public' : '/var/www/moodle';
    $times = times((int) $settings['MOODLE_REQUEST_TIMEOUT_SECONDS']);
    write('nginx.conf', render('nginx.conf.template', [
        'WORKERS' => $settings['MOODLE_NGINX_WORKERS'],
        'STOP_SECONDS' => $settings['MOODLE_STOP_SECONDS'],
        'ADDRESS' => $settings['MOODLE_HTTP_ADDRESS'],
        'PORT' => $settings['MOODLE_HTTP_PORT'],
        'ROOT' => $root,
        'FALLBACK' => is_file("$root/r.php") ? '/r.php$is_args$args' : '=404',
        'VIEWER_ADDRESS_HEADER' => $settings['MOODLE_VIEWER_ADDRESS_HEADER'],
        'TRUSTED' => implode("\n    ", array_map(static fn (string $cidr): string => "set_real_ip_from $cidr;", $trusted)),
        'ALLOWED' => implode("\n            ", array_map(static fn (string $cidr): string => "allow $cidr;", $trusted)),
        'BODY_MAX_MB' => (int) $settings['MOODLE_UPLOAD_MAX_MB'] + 64,
        'READ_TIMEOUT' => $times['answer'],
        'KEEPALIVE_TIMEOUT' => $times['keepalive'],
    ]));
    foreach (['generated' => 20, 'overrides' => 30] as $layer => $order) {
        place("nginx/$order-$layer.conf", $layers['nginx.conf'][$layer] ?? null);
    }
    $said = check(['nginx', '-t', '-q', '-c', RUN . '/nginx.conf', '-e', 'stderr']);
    if ($said !== null) {
        $layer = str_contains($said, '30-overrides') ? 'overrides' : 'generated';
        throw new ConfigurationError($layers['nginx.conf'] === [] ? "nginx does not accept its configuration: $said" : advice($settings, $layer, 'nginx.conf', $said));
    }
}

/** @param array<string, string> $settings */
function advice(array $settings, string $layer, string $file, string $said): string {
    $folder = $layer === 'generated' ? "generated/{$settings['MOODLE_CONFIG_VERSION']}" : $layer;
    return "s3://{$settings['MOODLE_CONFIG_BUCKET']}/" . object_key($settings, $folder, $file) . ' cannot be used: ' . trim($said) . '. '
        . 'Tasks that run are not touched. Fix the object or restore its previous version (the bucket keeps them), '
        . 'and try it with a task that runs the role "check" before the next deployment';
}

/** @param array<string, string|int> $values */
function render(string $template, array $values): string {
    $pairs = [];
    foreach ($values as $name => $value) {
        $pairs["@$name@"] = (string) $value;
    }
    $text = strtr((string) file_get_contents(SOURCE . "/$template"), $pairs);
    if (preg_match('/@[A-Z_]+@/', $text, $left)) {
        throw new \LogicException("$template: got nothing for {$left[0]}");
    }
    return $text;
}

/** Writes through a rename, so that another container of the task never reads half a file. */
function write(string $file, string $text): void {
    $path = RUN . "/$file";
    if (@file_put_contents("$path.new", $text) === false || !chmod("$path.new", 0640) || !rename("$path.new", $path)) {
        throw new ConfigurationError("$path cannot be written: /run/moodle must be a writable volume of user 1000");
    }
}

function place(string $file, ?string $text): void {
    $text === null ? @unlink(RUN . "/$file") : write($file, $text);
}

/**
 * Runs a program that checks a file. Null means that it had nothing to say against it.
 *
 * @param list<string> $command
 */
function check(array $command): ?string {
    $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes);
    $said = (string) stream_get_contents($pipes[1]);
    return proc_close($process) === 0 ? null : trim($said);
}
