<?php
// The role "smoke", beside php-fpm: asks nginx of the same task for pages as the load balancer would, without the load balancer. It ends
// with 0, or with 1; either way with one line that says what was seen. It asks for nothing that a visitor could not, and knows no user.

namespace moodle_image;

require __DIR__ . '/front.php';

/** Seconds for nginx to come: it starts when php-fpm is healthy, which takes a warm-up of 20 s at most (warm.php) and ECS's checks. */
const NGINX = 120.0;
/** A page is wrong when it was wrong so often, so many seconds apart: a failover must not end a release. */
const TRIES = 3;
const PAUSE = 5;

/**
 * Tries until it is right, and stops the program where it stays wrong.
 *
 * @template T
 * @param \Closure(): T $ask
 * @return T
 */
// @mago-expect analysis:missing-return-statement (the loop has no other end)
function right(Front $front, string $what, \Closure $ask): mixed
{
    for ($try = 1;; $try++) {
        try {
            return $ask();
        } catch (Wrong $wrong) {
            if ($try === TRIES || $front->left() < PAUSE) {
                report('fatal', "wrong: $what {$wrong->getMessage()} ($try times asked)");
                exit(1);
            }
            sleep(PAUSE);
        }
    }
}

function report(string $level, string $message): void
{
    $line = ['log' => 'entrypoint', 'level' => $level, 'role' => 'smoke', 'message' => $message];
    echo json_encode($line, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}

/** Bytes of a file that a page links; null where it links none. @throws Wrong */
function linked(Front $front, ?string $path, string $type): int
{
    if ($path === null) {
        throw new Wrong("is not linked by the page, or not under $front->wwwroot");
    }
    $answer = $front->get($path);
    $bytes = strlen(trim($answer['body']));
    if ($answer['status'] !== 200 || !str_contains($answer['type'], $type) || $bytes === 0) {
        throw new Wrong("answered {$answer['status']} with $bytes bytes of {$answer['type']}, not 200 with some of $type");
    }
    return $bytes;
}

$front = new Front((string) getenv('MOODLE_WWWROOT'));
while (!$front->healthy()) {
    if ($front->left() < LIMIT - NGINX) {
        report('fatal', 'wrong: nginx of this task did not answer /healthz within ' . NGINX . ' s');
        exit(1);
    }
    usleep(200_000);
}

right($front, 'the deep health check /healthz/deep', static function () use ($front): void {
    $answer = $front->get('/healthz/deep');
    if ($answer['status'] !== 200) {
        $checks = json_decode($answer['body'], true)['checks'] ?? [];
        $bad = array_keys(array_filter($checks, static fn (array $check): bool => !$check['ok']));
        throw new Wrong("answered {$answer['status']}" . ($bad === [] ? '' : ' for ' . implode(', ', $bad)));
    }
});
$seen = ['deep health 200'];

// Somebody has closed the site with Moodle's own `maintenance.php --enable`: every page is then 503 before anything of Moodle runs
// (lib/setup.php), and a release that was meant for that time must not go back for it.
if (is_file('/var/moodledata/climaintenance.html')) {
    report('warning', 'no page was looked at, as Moodle is in CLI maintenance mode: ' . implode(', ', $seen));
    exit(0);
}

$page = '';
// Where visitors sign in with another site, the page for a forgotten password tends to be this one's, with its theme.
foreach (['the sign-in page' => '/login/index.php', 'the page for a forgotten password' => '/login/forgot_password.php'] as $what => $script) {
    $answer = right($front, "$what $script", static function () use ($front, $script): array {
        $answer = $front->visit($script);
        if (preg_match('#/admin/[^/]*$#', $answer['elsewhere'])) {
            throw new Wrong("leads to {$answer['elsewhere']}, where Moodle is installed or upgraded");
        }
        // Elsewhere, a plugin's page or another site's, the form is the plugin's own.
        if ($script === '/login/index.php' && $answer['elsewhere'] === '' && !str_contains($answer['page'], 'name="logintoken"')) {
            throw new Wrong('has no sign-in form' . titled($answer['page']));
        }
        return $answer;
    });
    $seen[] = $answer['elsewhere'] === '' ? "$what 200" : "$what is at {$answer['elsewhere']}";
    $page = $answer['page'];
    if ($page !== '') {
        break;
    }
}

// What it links through slash arguments: the theme, made from sources on the first request, and a script that PHP reads.
if ($page === '') {
    $seen[] = 'no style sheet was looked at';
} else {
    $sheet = $front->link($page, '#<link[^>]*\shref="([^"]+/theme/styles(?:_debug)?\.php[^"]*)"#');
    $bytes = right($front, rtrim("the style sheet $sheet"), static fn (): int => linked($front, $sheet, 'text/css'));
    $seen[] = "its style sheet 200 with $bytes bytes";
    // A developer's site without a cache of scripts (cachejs) has none.
    $script = $front->link($page, '#<script[^>]*\ssrc="([^"]+/lib/javascript\.php/[^"]+)"#');
    if ($script !== null) {
        right($front, "the script $script", static fn (): int => linked($front, $script, 'javascript'));
        $seen[] = 'a script of it 200';
    }
}
report('info', 'right: ' . implode(', ', $seen));
