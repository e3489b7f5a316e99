<?php
// cspell:ignore faultcode faultstring sessioncannotobtainlock sessionhandler
// One line in the log for each request, or run on the command line, that failed, whatever status its answer has: Moodle answers an
// uncaught exception with 404, one after the page's header with 200, and a failed AJAX call with 200.
//
//   {"log":"error","level":"error","kind":"database","status":404,"exception":"dml_read_exception", ...}
//
// Level "error" is what the objectives, the release and the alarms count (components/observability/slo.ts). Level "notice" is what
// the user's own request was wrong about: no permission, no such course, a session that has ended. Level "warning" is what the page
// is right without, such as the shared cache.

namespace moodle_image;

/** Error codes of Moodle for requests that cannot be served as they were asked: nobody has to get up for one of these. */
const EXPECTED_CODES = [
    // cspell:disable
    'accessdenied', 'accessexception', 'cannotaccess', 'cannotviewprofile', 'confirmsesskeybad', 'coursehidden', 'filenotfound', 'fixedbyimage', 'guestsarenotallowed',
    'invalidcourseid', 'invalidcourselevel', 'invalidcoursemodule', 'invalidcoursemoduleid', 'invalidlogin', 'invalidrecord',
    'invalidrecordunknown', 'invalidsesskey', 'invalidtoken', 'invaliduser',
    'invaliduserid', 'missingparam', 'missingrequiredparameter', 'noguest', 'nologinas', 'nopermission', 'nopermissions', 'nopermissiontoshow',
    'nopermissiontoviewpage', 'notenrolledprofile', 'requireloginerror', 'servicerequireslogin', 'sessionerroruser', 'sessionerroruser2', 'sessiontimeout',
    'siteisundermaintenance', 'sitepolicynotagreed', 'unknowncourse', 'unknowncourseidnumber', 'unspecifycourseid', 'upgraderunning', 'userdeleted',
    'usernotavailable', 'usernotconfirmed', 'usernotfullysetup',
    // cspell:enable
];

/** What is known about the failure of this request. */
final class Failure {
    /** @var array<string, mixed>|null */
    private static ?array $first = null;
    private static int $others = 0;
    private static ?\Throwable $remembered = null;

    /** The exception that Moodle is about to put into its answer (lib/strings.php). */
    public static function remember(\Throwable $error): void {
        self::$remembered = $error;
        // The web-service server writes it to the log as well, as a trace of many lines.
        if (PHP_SAPI !== 'cli' && defined('WS_SERVER') && WS_SERVER) {
            ini_set('error_log', '/dev/null');
        }
    }

    public static function remembered(): ?\Throwable {
        return self::$remembered;
    }

    public static function of(\Throwable $error): void {
        // What a plugin caught and threw again inside another one is the cause.
        $cause = $error;
        while ($cause->getPrevious() !== null) {
            $cause = $cause->getPrevious();
        }
        $code = (string) ($error->errorcode ?? $cause->errorcode ?? '');
        self::note(expected($error) ? 'notice' : 'error', kind($error, $code), [
            'exception' => $error::class,
            ...($cause === $error ? [] : ['cause' => $cause::class . ': ' . shortened($cause->getMessage())]),
            'code' => $code,
            'message' => shortened(implode(': ', array_filter([$error->getMessage(), words($error)]))),
            'at' => place($error->getFile(), $error->getLine()),
            'trace' => array_map(static fn (array $frame): string => place($frame['file'] ?? '', $frame['line'] ?? 0)
                . ' ' . ($frame['class'] ?? '') . ($frame['type'] ?? '') . $frame['function'], array_slice($error->getTrace(), 0, 8)),
        ]);
    }

    /** @param array<string, mixed> $fields */
    public static function note(string $level, string $kind, array $fields): void {
        if (self::$first === null || self::weight($level) > self::weight(self::$first['level'])) {
            self::$first = ['level' => $level, 'kind' => $kind, ...$fields];
        } else {
            self::$others++;
        }
    }

    private static function weight(string $level): int {
        return ['warning' => 0, 'notice' => 1, 'error' => 2][$level];
    }

    public static function known(): bool {
        return self::$first !== null && self::$first['level'] !== 'warning';
    }

    /** @return array<string, mixed>|null */
    public static function line(): ?array {
        return self::$first === null ? null : [
            'log' => 'error',
            'time' => gmdate('Y-m-d\TH:i:s\Z'),
            ...self::$first,
            'request' => $_SERVER['MOODLE_REQUEST'] ?? '',
            'class' => $_SERVER['MOODLE_CLASS'] ?? 'cli',
            'script' => $_SERVER['SCRIPT_NAME'] ?? '',
            // Of the command line there is none: its runs are counted by nobody but Moodle.
            'status' => PHP_SAPI === 'cli' ? null : (int) http_response_code(),
            ...(self::$others > 0 ? ['others' => self::$others] : []),
        ];
    }
}

/** A failure of the user's request, not of the site. */
function expected(\Throwable $error): bool {
    // A call of a function that does not exist: old scripts beside new code, and not a wrong address.
    if ($error instanceof \dml_missing_record_exception && str_contains((string) $error->sql, '{external_functions}')) {
        return false;
    }
    return $error instanceof \core\exception\response_aware_exception
        || $error instanceof \dml_missing_record_exception
        || $error instanceof \require_login_exception
        || $error instanceof \required_capability_exception
        || ($error instanceof \moodle_exception && in_array((string) $error->errorcode, EXPECTED_CODES, true));
}

/** What has failed: by the cause where that is known, or else by who asked. */
function kind(\Throwable $error, string $code): string {
    for ($cause = $error; $cause !== null; $cause = $cause->getPrevious()) {
        if ($cause instanceof \dml_exception && !$cause instanceof \dml_missing_record_exception) {
            return 'database';
        }
        if ($cause instanceof \RedisException) {
            return 'redis';
        }
        if ($cause instanceof \Error) {
            return 'php';
        }
    }
    return match (true) {
        $code === 'sessioncannotobtainlock' => 'session-lock',
        str_starts_with($code, 'sessionhandler') => 'sessions',
        default => asked(),
    };
}

/** Which part of Moodle answers. */
function asked(): string {
    return match (true) {
        PHP_SAPI === 'cli' => 'cli',
        defined('WS_SERVER') && WS_SERVER => 'service',
        defined('AJAX_SCRIPT') && AJAX_SCRIPT => 'ajax',
        default => 'exception',
    };
}

function shortened(string $text): string {
    // A key that was there already is somebody's data: Duplicate entry 'jane@example.org' for key ...
    $text = (string) preg_replace("/(Duplicate entry|Incorrect \\w+ value:) '[^']*'/", "$1 '-'", $text);
    return mb_strcut((string) preg_replace('/\s+/', ' ', $text), 0, 500);
}

/** The database's own words, or the query without its values; Moodle's message says neither. */
function words(\Throwable $error): string {
    return match (true) {
        isset($error->error) && is_string($error->error) => $error->error,
        $error instanceof \dml_missing_record_exception => (string) $error->sql,
        default => '',
    };
}

function place(string $file, int $line): string {
    return $file === '' ? '-' : str_replace('/var/www/moodle/', '', $file) . ":$line";
}

/** @param string $answer of an AJAX or web-service script; an error in it is told with status 200 */
function look_at_answer(string $answer): void {
    if (!preg_match('/"error":\s*(true|")|"exception":|<EXCEPTION |:Fault>/', $answer)) {
        return;
    }
    $error = Failure::remembered();
    if ($error !== null) {
        Failure::of($error);
        return;
    }
    $class = preg_match('/<EXCEPTION class="([^"]*)"/', $answer, $found) ? $found[1] : '';
    if (preg_match('/<ERRORCODE>([^<]*)<|<faultcode>([^<]*)<|<faultstring>([^<]*)</', $answer, $found)) {
        answered((string) end($found), html_entity_decode(preg_match('/<(MESSAGE|faultstring)>([^<]*)</', $answer, $text) ? $text[2] : ''), $class);
        return;
    }
    $parsed = json_decode($answer, true);
    // One call has an object, several have a list of them.
    foreach (is_array($parsed) ? (array_is_list($parsed) ? $parsed : [$parsed]) : [] as $one) {
        $about = is_array($one['exception'] ?? null) ? $one['exception'] : $one;
        if (!is_array($about) || (($one['error'] ?? false) === false && !isset($one['exception']))) {
            continue;
        }
        $text = is_string($about['message'] ?? null) ? $about['message'] : (is_string($about['error'] ?? null) ? $about['error'] : '');
        if (isset($about['errorcode'])) {
            answered((string) $about['errorcode'], $text, is_string($about['exception'] ?? null) ? $about['exception'] : '');
        } elseif ($text !== '') {
            // A script that has its own words for what its user did, such as a file of a kind that is not allowed.
            Failure::note('notice', asked(), ['exception' => '', 'code' => '', 'message' => shortened($text), 'at' => '-', 'trace' => []]);
        }
    }
}

/** The page is right without the shared cache, and slower; nobody counts it as failed. */
function cache_away(string $message): void
{
    Failure::note('warning', 'cache', ['exception' => '', 'code' => '', 'message' => shortened($message)]);
}

function answered(string $code, string $message, string $class): void {
    $kind = match (true) {
        str_starts_with($code, 'dml') => 'database',
        $code === 'sessioncannotobtainlock' => 'session-lock',
        default => asked(),
    };
    Failure::note(in_array($code, EXPECTED_CODES, true) ? 'notice' : 'error', $kind,
        ['exception' => $class, 'code' => $code, 'message' => shortened($message), 'at' => '-', 'trace' => []]);
}

/** Before Moodle's own set-up: the end of the request, and answers that have errors inside. */
function watch(): void {
    // Moodle's router writes a dozen lines for each unknown address otherwise (Slim\Logger, which hands all to error_log()).
    spl_autoload_register(static function (string $class): void {
        if ($class === 'Slim\Logger') {
            require_once __DIR__ . '/router-log.php';
        } elseif ($class === 'moodle_image\strings') {
            require_once __DIR__ . '/strings.php';
        }
    }, true, true);
    $buffered = PHP_SAPI !== 'cli' && ((defined('AJAX_SCRIPT') && AJAX_SCRIPT) || (defined('WS_SERVER') && WS_SERVER));
    if ($buffered) {
        ob_start(static function (string $answer): string {
            if (!Failure::known()) {
                look_at_answer($answer);
            }
            return $answer;
        });
        // SOAP's answer names no class, and most have the words "Unknown error": while it is written, the exception is an argument of who
        // writes it (webservice/soap/locallib.php). Each piece is looked at, and goes on to the buffer above.
        if (defined('WS_SERVER') && WS_SERVER) {
            ob_start(static function (string $piece): string {
                foreach (Failure::remembered() === null ? debug_backtrace(0, 8) : [] as $frame) {
                    if (in_array($frame['function'], ['send_error', 'fault'], true) && ($frame['args'][0] ?? null) instanceof \Throwable) {
                        Failure::remember($frame['args'][0]);
                    }
                }
                return $piece;
            }, 1);
        }
    }
    // The first of all functions, so that the last error is still the one that ended the request.
    register_shutdown_function(static function () use ($buffered): void {
        $last = error_get_last();
        if ($last !== null && ($last['type'] & (E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR)) !== 0) {
            // Memory may be what it ended for.
            ini_set('memory_limit', (string) (memory_get_usage() + 32 * 1048576));
            Failure::note('error', 'fatal', ['exception' => '', 'code' => '', 'message' => shortened(strtok($last['message'], "\n")),
                'at' => place($last['file'], $last['line']), 'trace' => []]);
        }
        register_shutdown_function(static fn () => register_shutdown_function(static function () use ($buffered): void {
            // PHP itself ends its buffers after the last of these functions, which is too late to look at the answer.
            while ($buffered && ob_get_level() > 0 && @ob_end_flush());
            $line = Failure::line();
            if (!Failure::known() && PHP_SAPI !== 'cli' && (int) http_response_code() >= 500 && (int) http_response_code() !== 503) {
                Failure::note('error', 'answer', ['exception' => '', 'code' => '', 'message' => 'the script answered so without an exception', 'at' => '-', 'trace' => []]);
                $line = Failure::line();
            }
            if ($line !== null) {
                file_put_contents('php://stderr', json_encode($line, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR) . "\n");
            }
        }));
    });
}

/** After Moodle's own set-up, which has its own handler for what nobody caught: that one answers, as it would without us. */
function watch_exceptions(): void {
    $moodle = set_exception_handler(null);
    set_exception_handler(static function (\Throwable $error) use ($moodle): void {
        global $CFG;
        Failure::of($error);
        // Its own words in the log are a trace of many lines; those who want more than DEBUG_MINIMAL get them all the same.
        if (($CFG->debug ?? 0) === (E_ERROR | E_PARSE)) {
            $CFG->debug = 0;
        }
        if ($moodle === null) {
            throw $error;
        }
        $moodle($error);
    });
}
