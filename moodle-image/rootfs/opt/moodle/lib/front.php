<?php
// nginx of the same task, asked as the load balancer asks it.

namespace moodle_image;

/** Seconds for all of it, the wait for nginx too. */
const LIMIT = 300.0;
/** Seconds for one answer: above the 55 s that nginx waits for PHP by default, so that nginx says what is wrong. */
const PAGE = 60.0;
/** More redirects within the site than a sign-in takes. */
const HOPS = 5;

/** An answer that is not what it has to be; the message says how. */
final class Wrong extends \RuntimeException
{
}

/** This task's nginx, asked under the site's own name. */
final class Front
{
    private readonly float $end;
    private readonly string $port;
    private readonly string $host;
    private readonly string $path;
    /** @var array<string, string> */
    private array $cookies = [];

    public function __construct(readonly string $wwwroot)
    {
        $this->end = microtime(true) + LIMIT;
        $this->port = getenv('MOODLE_HTTP_PORT') ?: '8080';
        $site = parse_url($wwwroot) + ['host' => '', 'path' => ''];
        $this->host = $site['host'] . (isset($site['port']) ? ":{$site['port']}" : '');
        $this->path = $site['path'];
    }

    public function left(): float
    {
        return $this->end - microtime(true);
    }

    public function healthy(): bool
    {
        $answer = @file_get_contents("http://127.0.0.1:$this->port/healthz", false, stream_context_create(['http' => ['timeout' => 4]]));
        return $answer !== false && trim($answer) === 'ok';
    }

    /**
     * One request. Host and scheme as the load balancer passes them on; no X-Forwarded-For, since 127.0.0.1 is no trusted proxy.
     *
     * @param string $path with the path of the site's address
     * @return array{status: int, type: string, location: string, body: string}
     * @throws Wrong when there is no answer
     */
    public function get(string $path): array
    {
        $headers = ["Host: $this->host", 'X-Forwarded-Proto: ' . parse_url($this->wwwroot, PHP_URL_SCHEME), 'Connection: close'];
        if ($this->cookies !== []) {
            $headers[] = 'Cookie: ' . implode('; ', $this->cookies);
        }
        $stream = @fopen("http://127.0.0.1:$this->port$path", 'r', false, stream_context_create(['http' => [
            'header' => $headers,
            'user_agent' => 'moodle-image smoke test',
            'protocol_version' => 1.1,
            'follow_location' => 0,
            'ignore_errors' => true,
            'timeout' => max(0.1, min(PAGE, $this->left())),
        ]]));
        if ($stream === false) {
            throw new Wrong('gave no answer');
        }
        $body = (string) stream_get_contents($stream);
        $about = stream_get_meta_data($stream);
        if ($about['timed_out']) {
            throw new Wrong('gave no whole answer in time');
        }
        $answer = ['status' => 0, 'type' => '', 'location' => '', 'body' => $body];
        foreach ($about['wrapper_data'] as $line) {
            if (preg_match('#^HTTP/\S+ (\d{3})#', $line, $found)) {
                $answer['status'] = (int) $found[1];
            } elseif (preg_match('/^(content-type|location):\s*(.*)$/i', $line, $found)) {
                $answer[strtolower($found[1]) === 'location' ? 'location' : 'type'] = trim($found[2]);
            } elseif (preg_match('/^set-cookie:\s*([^=;]+)(=[^;]*)/i', $line, $found)) {
                $this->cookies[$found[1]] = $found[1] . $found[2];
            }
        }
        return $answer;
    }

    /**
     * A page as a new visitor sees it: redirects within the site are followed.
     *
     * @return array{page: string, elsewhere: string} the text of the page, unless it is another site's; where visitors are sent to, if they are
     * @throws Wrong
     */
    public function visit(string $script): array
    {
        $this->cookies = [];
        $path = $this->path . $script;
        for ($hops = 0; $hops <= HOPS; $hops++) {
            $answer = $this->get($path);
            if ($answer['location'] === '' || $answer['status'] < 300 || $answer['status'] > 399) {
                if ($answer['status'] !== 200) {
                    throw new Wrong("answered {$answer['status']}" . titled($answer['body']));
                }
                // A sign-in by SAML may be a form that posts itself: section 3.5.4 of
                // https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf
                $posts = preg_match('#<form[^>]*\saction="https://([^/"]+)#i', $answer['body'], $found) && str_contains($answer['body'], 'name="SAMLRequest"');
                if (!$posts && !str_contains($answer['body'], '"wwwroot":' . json_encode($this->wwwroot))) {
                    throw new Wrong("is no page of $this->wwwroot" . titled($answer['body']));
                }
                $at = (string) parse_url($path, PHP_URL_PATH);
                return $posts ? ['page' => '', 'elsewhere' => $found[1]] : ['page' => $answer['body'], 'elsewhere' => $at === $this->path . $script ? '' : $at];
            }
            $inside = $this->inside($answer['location']);
            if ($inside === null) {
                return ['page' => '', 'elsewhere' => $this->other($answer['location'])];
            }
            $path = $inside;
        }
        throw new Wrong('is redirected repeatedly within the site');
    }

    /** What a page links, as `inside` has it; the first that matches, null where there is none of this site. */
    public function link(string $page, string $pattern): ?string
    {
        return preg_match($pattern, $page, $found) ? $this->inside(html_entity_decode($found[1], ENT_QUOTES)) : null;
    }

    /** What of the site an address means, with the path of the site's address; null when it is another site's. */
    private function inside(string $address): ?string
    {
        if (str_starts_with($address, '/') && !str_starts_with($address, '//')) {
            return $address;
        }
        $rest = substr($address, strlen($this->wwwroot));
        return str_starts_with($address, $this->wwwroot) && ($rest === '' || str_contains('/?', $rest[0])) ? "$this->path$rest" : null;
    }

    /** The host of another site. @throws Wrong when it is this one under another scheme, which would be redirected back */
    private function other(string $address): string
    {
        $host = (string) parse_url($address, PHP_URL_HOST);
        if ($host === '' || ($host === parse_url($this->wwwroot, PHP_URL_HOST) && parse_url($address, PHP_URL_SCHEME) !== parse_url($this->wwwroot, PHP_URL_SCHEME))) {
            throw new Wrong('is redirected to ' . ($host === '' ? 'no address' : parse_url($address, PHP_URL_SCHEME) . "://$host") . ", which is not $this->wwwroot");
        }
        return $host;
    }
}

/** What a page calls itself: of an error page, the shortest description that has nothing private in it. */
function titled(string $body): string
{
    return preg_match('#<title>\s*([^<]{1,100})#i', $body, $found) ? ' and is titled "' . trim(html_entity_decode($found[1], ENT_QUOTES)) . '"' : '';
}
