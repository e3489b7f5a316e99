<?php
// What the image asks of AWS, with the credentials of the ECS task and without an SDK: signed requests over HTTPS.

namespace moodle_image;

/** Raised when AWS cannot be asked, or says no; the message is for the person who must fix it. */
class AwsError extends \RuntimeException {}

/**
 * The credentials of the task role: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * @param string $purpose begins the sentence "..., but this container has no task role"
 * @return array{key: string, secret: string, token: string}
 */
function credentials(string $purpose): array {
    $relative = (string) getenv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
    $full = (string) getenv('AWS_CONTAINER_CREDENTIALS_FULL_URI');
    if ($relative === '' && $full === '') {
        throw new AwsError("$purpose, but this container has no task role "
            . '(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set): give the task definition a task role that may do it');
    }
    $token = (string) getenv('AWS_CONTAINER_AUTHORIZATION_TOKEN');
    [$status, $body] = request('GET', $relative !== '' ? "http://169.254.170.2$relative" : $full,
        $token === '' ? [] : ["Authorization: $token"]);
    $found = json_decode($body, true);
    if ($status !== 200 || !is_array($found) || !isset($found['AccessKeyId'], $found['SecretAccessKey'])) {
        throw new AwsError("the task role's credentials could not be read (status $status)");
    }
    return ['key' => $found['AccessKeyId'], 'secret' => $found['SecretAccessKey'], 'token' => $found['Token'] ?? ''];
}

/**
 * Signature version 4 of a request without a query, whose path needs no encoding of its own:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param array{key: string, secret: string, token: string} $credentials
 * @return list<string> the headers to send
 */
function sign(array $credentials, string $region, string $service, string $method, string $url, string $body, string $time): array {
    preg_match('#^https?://([^/]+)(/.*)$#', $url, $parts);
    $headers = ['host' => $parts[1], 'x-amz-content-sha256' => hash('sha256', $body), 'x-amz-date' => $time];
    if ($credentials['token'] !== '') {
        $headers['x-amz-security-token'] = $credentials['token'];
    }
    $names = implode(';', array_keys($headers));
    $lines = '';
    foreach ($headers as $name => $value) {
        $lines .= "$name:$value\n";
    }
    $canonical = "$method\n{$parts[2]}\n\n$lines\n$names\n" . hash('sha256', $body);
    $scope = substr($time, 0, 8) . "/$region/$service/aws4_request";
    $key = 'AWS4' . $credentials['secret'];
    foreach (explode('/', $scope) as $part) {
        $key = hash_hmac('sha256', $part, $key, true);
    }
    $signature = hash_hmac('sha256', "AWS4-HMAC-SHA256\n$time\n$scope\n" . hash('sha256', $canonical), $key);
    $sent = array_map(static fn (string $name): string => "$name: {$headers[$name]}", array_keys($headers));
    return [...$sent, "Authorization: AWS4-HMAC-SHA256 Credential={$credentials['key']}/$scope, SignedHeaders=$names, Signature=$signature"];
}

/** The domain of AWS's services in a region. */
function aws_domain(string $region): string {
    return "$region.amazonaws.com" . (str_starts_with($region, 'cn-') ? '.cn' : '');
}

/**
 * One request, tried again while the other side is unreachable or answers 5xx or 429: nothing must fail for a hiccup.
 *
 * @param list<string> $headers
 * @param int $timeout seconds without a byte
 * @return array{0: int, 1: string} status (0 when there was no answer) and body
 */
// @mago-expect analysis:missing-return-statement (the loop has no other end)
function request(string $method, string $url, array $headers, string $body = '', int $timeout = 5): array {
    $options = ['http' => ['method' => $method, 'header' => $headers, 'content' => $body, 'ignore_errors' => true, 'timeout' => $timeout,
        'follow_location' => 0, 'protocol_version' => 1.1]];
    for ($try = 1;; $try++) {
        $http_response_header = [];
        $answer = @file_get_contents($url, false, stream_context_create($options));
        // @mago-expect analysis:redundant-null-coalesce (PHP fills in $http_response_header)
        $status = preg_match('#^HTTP/\S+ (\d{3})#', $http_response_header[0] ?? '', $match) ? (int) $match[1] : 0;
        if (($status !== 0 && $status !== 429 && $status < 500) || $try === 4) {
            return [$status, (string) $answer];
        }
        usleep(250_000 * 2 ** $try);
    }
}
