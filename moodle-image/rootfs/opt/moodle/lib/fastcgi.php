<?php
// cspell:ignore Cversion Cpadding nlength
// Asks php-fpm directly, without nginx: https://fastcgi-archives.github.io/FastCGI_Specification.html

namespace moodle_image;

/**
 * One request without a body. Null when php-fpm does not answer in time.
 *
 * @param array<string, string> $parameters
 * @return array{status: int, body: string}|null
 */
function ask(string $socket, array $parameters, float $seconds): ?array {
    $deadline = microtime(true) + $seconds;
    $stream = @stream_socket_client("unix://$socket", $code, $text, $seconds);
    if ($stream === false) {
        return null;
    }
    $length = static fn (string $value): string => strlen($value) < 128 ? chr(strlen($value)) : pack('N', strlen($value) | 0x80000000);
    $pairs = '';
    foreach ($parameters + ['REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'GATEWAY_INTERFACE' => 'CGI/1.1'] as $name => $value) {
        $pairs .= $length($name) . $length($value) . $name . $value;
    }
    $record = static fn (int $type, string $body): string => pack('CCnnCx', 1, $type, 1, strlen($body), 0) . $body;
    fwrite($stream, $record(1, pack('nCx5', 1, 0)) . $record(4, $pairs) . $record(4, '') . $record(5, ''));
    $answer = '';
    while (($header = received($stream, 8, $deadline)) !== null) {
        ['type' => $type, 'length' => $size, 'padding' => $padding] = unpack('Cversion/Ctype/nid/nlength/Cpadding', $header);
        $content = received($stream, $size + $padding, $deadline);
        if ($content === null) {
            return null;
        }
        if ($type === 3) { // The end of the request; 6 is its output, 7 its messages.
            [$head, $body] = [...explode("\r\n\r\n", $answer, 2), ''];
            return ['status' => preg_match('/^Status: (\d{3})/mi', $head, $found) ? (int) $found[1] : 200, 'body' => $body];
        }
        $answer .= $type === 6 ? substr($content, 0, $size) : '';
    }
    return null;
}

/** @param resource $stream */
function received($stream, int $size, float $deadline): ?string {
    $data = '';
    while (strlen($data) < $size) {
        $left = $deadline - microtime(true);
        if ($left <= 0) {
            return null;
        }
        stream_set_timeout($stream, (int) $left, (int) (fmod($left, 1) * 1_000_000));
        $part = fread($stream, $size - strlen($data));
        if ($part === false || $part === '') {
            return null;
        }
        $data .= $part;
    }
    return $data;
}
