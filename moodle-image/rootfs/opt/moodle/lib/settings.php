<?php
// Every environment variable of the image, in one table: what it may be, who needs it, what it is when left out.
// The table is the whole interface: a variable that starts with MOODLE_ and is not in it is an error (a misspelt name would
// otherwise be ignored in silence). MOODLE_CUSTOM_* is free for the site's own configuration overrides.

namespace moodle_image;

const WEB = ['nginx', 'web'];
const PHP = ['php-fpm', 'web', 'cron', 'adhoc', 'install', 'upgrade', 'smoke', 'verify', 'cli', 'check'];
const ALL = ['nginx', ...PHP];

/** @return array<string, array{kind: string, needed: list<string>, default?: string, secret?: bool}> */
function table(): array {
    return [
        'MOODLE_ENVIRONMENT' => ['kind' => 'name', 'needed' => PHP],
        'MOODLE_WWWROOT' => ['kind' => 'wwwroot', 'needed' => PHP],
        'MOODLE_DB_TYPE' => ['kind' => 'auroramysql|mariadb|mysqli', 'needed' => [], 'default' => 'auroramysql'],
        'MOODLE_DB_HOST' => ['kind' => 'host', 'needed' => PHP],
        'MOODLE_DB_PORT' => ['kind' => '1..65535', 'needed' => [], 'default' => '3306'],
        'MOODLE_DB_READER_HOST' => ['kind' => 'host', 'needed' => []],
        // Longest replica lag that a page may meet, in seconds; Aurora's is usually far below 0.1 s:
        // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html
        'MOODLE_DB_READER_LATENCY' => ['kind' => 'seconds', 'needed' => [], 'default' => '1'],
        'MOODLE_DB_NAME' => ['kind' => 'name', 'needed' => [], 'default' => 'moodle'],
        'MOODLE_DB_USER' => ['kind' => 'text', 'needed' => PHP],
        'MOODLE_DB_PASSWORD' => ['kind' => 'text', 'needed' => PHP, 'secret' => true],
        'MOODLE_DB_MASTER_USER' => ['kind' => 'text', 'needed' => ['install']],
        'MOODLE_DB_MASTER_PASSWORD' => ['kind' => 'text', 'needed' => ['install'], 'secret' => true],
        // "none" is for a database on the same machine; auroramysql is always verified.
        'MOODLE_DB_TLS' => ['kind' => 'verify-full|none', 'needed' => [], 'default' => 'verify-full'],
        'MOODLE_SESSION_REDIS_HOST' => ['kind' => 'host', 'needed' => PHP],
        'MOODLE_SESSION_REDIS_PORT' => ['kind' => '1..65535', 'needed' => [], 'default' => '6379'],
        'MOODLE_SESSION_REDIS_AUTH' => ['kind' => 'text', 'needed' => [], 'secret' => true],
        'MOODLE_CACHE_REDIS_HOST' => ['kind' => 'host', 'needed' => PHP],
        'MOODLE_CACHE_REDIS_PORT' => ['kind' => '1..65535', 'needed' => [], 'default' => '6379'],
        'MOODLE_CACHE_REDIS_AUTH' => ['kind' => 'text', 'needed' => [], 'secret' => true],
        'MOODLE_REDIS_TLS' => ['kind' => '0|1', 'needed' => [], 'default' => '1'],
        // Replaces the bundle of the image (Debian's roots and Amazon RDS), for a private certificate authority.
        'MOODLE_CA_FILE' => ['kind' => 'file', 'needed' => [], 'default' => '/opt/moodle/certificates/bundle.pem'],
        'MOODLE_CONFIG_BUCKET' => ['kind' => 'bucket', 'needed' => []],
        'MOODLE_CONFIG_PREFIX' => ['kind' => 'prefix', 'needed' => [], 'default' => ''],
        // Of the files that this task was made for: configurationVersion of components/moodle/configuration.ts. No others are read.
        'MOODLE_CONFIG_VERSION' => ['kind' => 'version', 'needed' => []],
        'MOODLE_CONFIG_ENDPOINT' => ['kind' => 'endpoint', 'needed' => []],
        'MOODLE_OBJECTS_BUCKET' => ['kind' => 'bucket', 'needed' => []],
        'MOODLE_TRUSTED_PROXIES' => ['kind' => 'cidrs', 'needed' => [], 'default' => ''],
        // Which header of a trusted proxy holds the viewer's address: the last entry that is no trusted proxy's.
        'MOODLE_VIEWER_ADDRESS_HEADER' => ['kind' => 'X-Forwarded-For|True-Client-IP', 'needed' => [], 'default' => 'X-Forwarded-For'],
        // 127.0.0.1 for a trial on one's own machine, which nobody else must reach.
        'MOODLE_HTTP_ADDRESS' => ['kind' => '0.0.0.0|127.0.0.1', 'needed' => [], 'default' => '0.0.0.0'],
        'MOODLE_HTTP_PORT' => ['kind' => '1024..65535', 'needed' => [], 'default' => '8080'],
        'MOODLE_NGINX_WORKERS' => ['kind' => '1..64', 'needed' => [], 'default' => '2'],
        'MOODLE_PHP_MAX_CHILDREN' => ['kind' => '1..500', 'needed' => [], 'default' => '10'],
        // Up to 2,000 MB: what Moodle's own course backup sends in one upload; above that, restore by CLI.
        'MOODLE_UPLOAD_MAX_MB' => ['kind' => '1..2000', 'needed' => [], 'default' => '100'],
        // CloudFront waits 120 s at most without a quota request, and the layers behind it need room below that:
        // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
        'MOODLE_REQUEST_TIMEOUT_SECONDS' => ['kind' => '5..600', 'needed' => [], 'default' => '50'],
        // Below the 120 s that ECS gives a container to stop.
        'MOODLE_STOP_SECONDS' => ['kind' => '1..600', 'needed' => [], 'default' => '110'],
        'MOODLE_CRON_KEEPALIVE_SECONDS' => ['kind' => '0..900', 'needed' => [], 'default' => '180'],
        // A process of cron or ad-hoc tasks that has done nothing for so long is stuck, and its container unhealthy. The alarm task-long rings
        // after the same time (components/moodle/alarms.ts).
        'MOODLE_TASK_STUCK_SECONDS' => ['kind' => '10..86400', 'needed' => [], 'default' => '14400'],
        'MOODLE_ADHOC_RUNNERS' => ['kind' => '1..16', 'needed' => [], 'default' => '1'],
        'MOODLE_ADMIN_EMAIL' => ['kind' => 'text', 'needed' => ['install']],
        // Of a new site: the administrator must change it at the first sign-in, and no later run of install touches it.
        'MOODLE_ADMIN_PASSWORD' => ['kind' => 'text', 'needed' => ['install'], 'secret' => true],
        // Public: people write to it for help. Without one, Moodle's page for contacting support is off.
        'MOODLE_SUPPORT_EMAIL' => ['kind' => 'text', 'needed' => []],
        // Of PHP, and what Moodle's own setting is at the first installation. The access log stays in UTC.
        'MOODLE_TIME_ZONE' => ['kind' => 'timezone', 'needed' => [], 'default' => 'Europe/London'],
        'MOODLE_SITE_NAME' => ['kind' => 'text', 'needed' => [], 'default' => 'Moodle'],
        // Mail: docs/mail.md. A server with its port; user and password only where the server asks for them.
        'MOODLE_SMTP_HOST' => ['kind' => 'server', 'needed' => []],
        'MOODLE_SMTP_USER' => ['kind' => 'text', 'needed' => []],
        'MOODLE_SMTP_PASSWORD' => ['kind' => 'text', 'needed' => [], 'secret' => true],
        // As Moodle's smtpsecure has it: tls is STARTTLS (ports 587 and 25), ssl is TLS from the first byte (port 465).
        'MOODLE_SMTP_SECURITY' => ['kind' => 'none|ssl|tls', 'needed' => [], 'default' => 'tls'],
        // Instead of a server: the API of Amazon SES with the task role (lib/sendmail.php).
        'MOODLE_SES_CONFIGURATION_SET' => ['kind' => 'set', 'needed' => []],
        'MOODLE_SES_ENDPOINT' => ['kind' => 'endpoint', 'needed' => []],
        // Moodle's noreplyaddress.
        'MOODLE_MAIL_SENDER' => ['kind' => 'address', 'needed' => []],
        // 1: no mail at all (noemailever), and Moodle tells nobody that it was not sent.
        'MOODLE_MAIL_OFF' => ['kind' => '0|1', 'needed' => [], 'default' => '0'],
        // Staging must not write to students: https://docs.moodle.org/501/en/Email_setup
        'MOODLE_MAIL_DIVERT_TO' => ['kind' => 'address', 'needed' => []],
        // Patterns of addresses that get their mail all the same, with commas between them (divertallemailsexcept).
        'MOODLE_MAIL_DIVERT_EXCEPT' => ['kind' => 'patterns', 'needed' => []],
        // Of the role verify: how many files are compared with their hashes. Half of them are the newest, the others are drawn.
        'MOODLE_VERIFY_FILES' => ['kind' => 'files', 'needed' => [], 'default' => '10000'],
        'AWS_REGION' => ['kind' => 'region', 'needed' => []],
    ];
}

/**
 * Checks the environment for one role.
 *
 * @param array<string, string> $environment
 * @return array{0: array<string, string>, 1: list<string>} the settings with their defaults, and every problem found
 */
function read(string $role, array $environment): array {
    $settings = [];
    $problems = [];
    foreach (table() as $name => $row) {
        $value = $environment[$name] ?? '';
        if ($value === '') {
            if (in_array($role, $row['needed'], true)) {
                $problems[] = problem($name, 'nothing', $row['kind'], "the role $role needs it");
            }
            $settings[$name] = $row['default'] ?? '';
            continue;
        }
        if (!matches($row['kind'], $value)) {
            $problems[] = problem($name, ($row['secret'] ?? false) ? 'a value that is not shown' : $value, $row['kind'], '');
        }
        $settings[$name] = $value;
    }
    foreach (array_keys($environment) as $name) {
        if (str_starts_with($name, 'MOODLE_') && !str_starts_with($name, 'MOODLE_CUSTOM_') && !isset($settings[$name])) {
            $problems[] = "$name is not a variable of this image" . nearest($name, array_keys($settings));
        }
    }
    if ($settings['MOODLE_DB_TYPE'] === 'auroramysql' && $settings['MOODLE_DB_TLS'] === 'none') {
        $problems[] = problem('MOODLE_DB_TLS', 'none', 'verify-full', 'Aurora is reached over the network, and never without TLS');
    }
    if ($settings['MOODLE_CONFIG_BUCKET'] !== '') {
        if ($settings['AWS_REGION'] === '') {
            $problems[] = problem('AWS_REGION', 'nothing', 'region', 'MOODLE_CONFIG_BUCKET is read from it');
        }
        if ($settings['MOODLE_CONFIG_VERSION'] === '') {
            $problems[] = problem('MOODLE_CONFIG_VERSION', 'nothing', 'version', 'what MOODLE_CONFIG_BUCKET has is compared with it');
        }
    }
    return [$settings, [...$problems, ...mail_problems($settings)]];
}

/**
 * Mail settings that are each right and together send nothing, or a password in the open.
 *
 * @param array<string, string> $settings
 * @return list<string>
 */
function mail_problems(array $settings): array {
    $missing = static fn (string $name, string $of): array => $settings[$name] !== '' ? []
        : [problem($name, 'nothing', table()[$name]['kind'], "$of is given and needs it")];
    $problems = [];
    if ($settings['MOODLE_SMTP_USER'] !== '') {
        $problems = [...$missing('MOODLE_SMTP_PASSWORD', 'MOODLE_SMTP_USER'), ...$missing('MOODLE_SMTP_HOST', 'MOODLE_SMTP_USER')];
        if ($settings['MOODLE_SMTP_SECURITY'] === 'none') {
            $problems[] = problem('MOODLE_SMTP_SECURITY', 'none', 'ssl|tls', 'the password would cross the network in the open');
        }
    } elseif ($settings['MOODLE_SMTP_PASSWORD'] !== '') {
        $problems = $missing('MOODLE_SMTP_USER', 'MOODLE_SMTP_PASSWORD');
    }
    if ($settings['MOODLE_SES_CONFIGURATION_SET'] !== '') {
        $ses = 'MOODLE_SES_CONFIGURATION_SET';
        $problems = [...$problems, ...$missing('AWS_REGION', $ses), ...$missing('MOODLE_MAIL_SENDER', $ses)];
        if ($settings['MOODLE_SMTP_HOST'] !== '') {
            $problems[] = "$ses: given {$settings[$ses]}; allowed nothing beside MOODLE_SMTP_HOST; mail has one way out";
        }
    }
    if ($settings['MOODLE_MAIL_DIVERT_EXCEPT'] !== '') {
        $problems = [...$problems, ...$missing('MOODLE_MAIL_DIVERT_TO', 'MOODLE_MAIL_DIVERT_EXCEPT')];
    }
    return $problems;
}

function problem(string $name, string $given, string $kind, string $why): string {
    return "$name: given $given; allowed " . allowed($kind) . ($why === '' ? '' : "; $why");
}

function matches(string $kind, string $value): bool {
    if (preg_match('/^(\d+)\.\.(\d+)$/', $kind, $range)) {
        return preg_match('/^\d{1,9}$/', $value) === 1 && (int) $value >= (int) $range[1] && (int) $value <= (int) $range[2];
    }
    return match ($kind) {
        'text' => !preg_match('/[\x00-\x1f]/', $value),
        'name' => preg_match('/^[A-Za-z][A-Za-z0-9_-]{0,62}$/', $value) === 1,
        'host' => preg_match('/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/', $value) === 1,
        'server' => preg_match('/^([A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:(\d{1,5}))?$/', $value, $parts) === 1
            && (!isset($parts[4]) || ((int) $parts[4] >= 1 && (int) $parts[4] <= 65535)),
        // Moodle asks PHP the same (validate_email), after which an address at a bare host is none.
        'address' => filter_var($value, FILTER_VALIDATE_EMAIL) !== false,
        // As Moodle reads them: email_should_be_diverted in lib/moodlelib.php.
        'patterns' => array_filter(preg_split('/[\s,]+/', $value, -1, PREG_SPLIT_NO_EMPTY),
            static fn (string $pattern): bool => @preg_match("/{$pattern}/i", '') === false) === [],
        // https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSet.html
        'set' => preg_match('/^[A-Za-z0-9_-]{1,64}$/', $value) === 1,
        'files' => preg_match('/^(all|[1-9]\d{0,8})$/D', $value) === 1,
        'seconds' => preg_match('/^\d{1,3}(\.\d{1,3})?$/', $value) === 1,
        'region' => preg_match('/^[a-z]{2}(-[a-z]+)+-\d$/', $value) === 1,
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        'bucket' => preg_match('/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/', $value) === 1,
        'version' => preg_match('/^[0-9a-f]{64}$/D', $value) === 1,
        'prefix' => preg_match('#^[A-Za-z0-9][A-Za-z0-9._/-]*$#', $value) === 1,
        'endpoint' => preg_match('#^https?://[A-Za-z0-9.:-]+$#', $value) === 1,
        // Old names too; Moodle then takes the zone from PHP, as its own list has only the new ones.
        'timezone' => in_array($value, \DateTimeZone::listIdentifiers(\DateTimeZone::ALL_WITH_BC), true),
        'file' => is_file($value) && is_readable($value),
        // Plain http only for a browser on the same machine: cookies and passwords must not cross a network in the open.
        'wwwroot' => preg_match('#^https://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/-]*[A-Za-z0-9_~-])?$#', $value) === 1
            || preg_match('#^http://(127\.0\.0\.1|localhost)(:\d+)?$#', $value) === 1,
        'cidrs' => array_filter(explode(',', $value), static fn (string $cidr): bool => !is_cidr(trim($cidr))) === [],
        default => in_array($value, explode('|', $kind), true),
    };
}

function is_cidr(string $text): bool {
    [$address, $bits] = [...explode('/', $text, 2), null];
    $six = filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) !== false;
    if (!$six && filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) === false) {
        return false;
    }
    // 0.0.0.0/0 would let any viewer write the address that the audit log believes.
    return $bits === null || (preg_match('/^\d{1,3}$/', $bits) === 1 && (int) $bits >= 1 && (int) $bits <= ($six ? 128 : 32));
}

function allowed(string $kind): string {
    return [
        'text' => 'one line of text',
        'name' => 'a letter, then letters, digits, - and _ (63 at most)',
        'host' => 'a host name or address, without a port',
        'server' => 'a host name or address with its port, such as smtp.example.org:587',
        'address' => 'an e-mail address',
        'patterns' => 'regular expressions without their slashes, with commas between them',
        'set' => 'the name of an SES configuration set',
        'files' => 'all, or a number of files from 1',
        'seconds' => 'a number of seconds such as 1 or 0.5',
        'region' => 'an AWS region such as eu-west-2',
        'bucket' => 'the name of an S3 bucket',
        'version' => 'the SHA-256 of the generated files',
        'prefix' => 'a key prefix without a slash at its start',
        'endpoint' => 'http(s)://host[:port]',
        'timezone' => 'a name of the IANA time zone database such as Europe/London',
        'file' => 'a file that can be read',
        'wwwroot' => 'https://<host>[/path] without a slash at its end (http only for 127.0.0.1 and localhost)',
        'cidrs' => 'addresses or CIDR blocks with commas between them, none of them the whole internet',
    ][$kind] ?? (str_contains($kind, '..') ? str_replace('..', ' to ', $kind) : str_replace('|', ' or ', $kind));
}

/** @param list<string> $names */
function nearest(string $name, array $names): string {
    usort($names, static fn (string $a, string $b): int => levenshtein($name, $a) <=> levenshtein($name, $b));
    return levenshtein($name, $names[0]) <= 4 ? "; did you mean {$names[0]}?" : '; names of your own start with MOODLE_CUSTOM_';
}
