<?php
// Reads configuration objects from S3 with the credentials of the ECS task, without an SDK: one signed GET.

namespace moodle_image;

/** Raised for anything that keeps the configuration from being read; the message is for the person who must mend it. */
final class ConfigurationError extends \RuntimeException {}

/** @return array{key: string, secret: string, token: string} */
function credentials(): array {
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    $relative = (string) getenv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
    $full = (string) getenv('AWS_CONTAINER_CREDENTIALS_FULL_URI');
    if ($relative === '' && $full === '') {
        throw new ConfigurationError('MOODLE_CONFIG_BUCKET is set, but this container has no task role '
            . '(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set): give the task definition a task role that may read the bucket');
    }
    $token = (string) getenv('AWS_CONTAINER_AUTHORIZATION_TOKEN');
    [$status, $body] = get($relative !== '' ? "http://169.254.170.2$relative" : $full, $token === '' ? [] : ["Authorization: $token"]);
    $found = json_decode($body, true);
    if ($status !== 200 || !is_array($found) || !isset($found['AccessKeyId'], $found['SecretAccessKey'])) {
        throw new ConfigurationError("the task role's credentials could not be read (status $status)");
    }
    return ['key' => $found['AccessKeyId'], 'secret' => $found['SecretAccessKey'], 'token' => $found['Token'] ?? ''];
}

/**
 * Reads one object. Null means that it does not exist.
 *
 * @param array<string, string> $settings
 * @param array{key: string, secret: string, token: string} $credentials
 */
function fetch_object(array $settings, array $credentials, string $key): ?string {
    $bucket = $settings['MOODLE_CONFIG_BUCKET'];
    $region = $settings['AWS_REGION'];
    $path = '/' . implode('/', array_map(rawurlencode(...), explode('/', $key)));
    if ($settings['MOODLE_CONFIG_ENDPOINT'] !== '') {
        $endpoint = $settings['MOODLE_CONFIG_ENDPOINT'];
        $path = "/$bucket$path";
    } else {
        // The path form is only needed for names with dots, which no wildcard certificate covers.
        $domain = "s3.$region.amazonaws.com" . (str_starts_with($region, 'cn-') ? '.cn' : '');
        $endpoint = 'https://' . (str_contains($bucket, '.') ? $domain : "$bucket.$domain");
        $path = str_contains($bucket, '.') ? "/$bucket$path" : $path;
    }
    $headers = sign($credentials, $region, (string) preg_replace('#^https?://#', '', $endpoint), $path, gmdate('Ymd\THis\Z'));
    [$status] = $answer = get($endpoint . $path, $headers);
    return match (true) {
        $status === 200 => $answer[1],
        $status === 404 => null,
        $status === 403 => throw new ConfigurationError("s3://$bucket/$key: access denied. The task role needs s3:GetObject on it, kms:Decrypt on "
            . "the bucket's key, and s3:ListBucket on the bucket (without that S3 answers 403 and not 404 for an object that does not exist)"),
        default => throw new ConfigurationError("s3://$bucket/$key could not be read (status $status)"),
    };
}

/**
 * Signature version 4 of a GET without query: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @param array{key: string, secret: string, token: string} $credentials
 * @return list<string>
 */
function sign(array $credentials, string $region, string $host, string $path, string $time): array {
    $headers = ['host' => $host, 'x-amz-content-sha256' => hash('sha256', ''), 'x-amz-date' => $time];
    if ($credentials['token'] !== '') {
        $headers['x-amz-security-token'] = $credentials['token'];
    }
    $names = implode(';', array_keys($headers));
    $lines = '';
    foreach ($headers as $name => $value) {
        $lines .= "$name:$value\n";
    }
    $request = "GET\n$path\n\n$lines\n$names\n" . hash('sha256', '');
    $scope = substr($time, 0, 8) . "/$region/s3/aws4_request";
    $key = 'AWS4' . $credentials['secret'];
    foreach (explode('/', $scope) as $part) {
        $key = hash_hmac('sha256', $part, $key, true);
    }
    $signature = hash_hmac('sha256', "AWS4-HMAC-SHA256\n$time\n$scope\n" . hash('sha256', $request), $key);
    $sent = array_map(static fn (string $name): string => "$name: {$headers[$name]}", array_keys($headers));
    return [...$sent, "Authorization: AWS4-HMAC-SHA256 Credential={$credentials['key']}/$scope, SignedHeaders=$names, Signature=$signature"];
}

/**
 * One GET, tried again while the other side is unreachable or answers 5xx or 429: a new task must not fail for a hiccup.
 *
 * @param list<string> $headers
 * @return array{0: int, 1: string} status (0 when there was no answer) and body
 */
function get(string $url, array $headers): array {
    $options = ['http' => ['header' => $headers, 'ignore_errors' => true, 'timeout' => 5, 'follow_location' => 0, 'protocol_version' => 1.1]];
    for ($try = 1;; $try++) {
        $http_response_header = [];
        $body = @file_get_contents($url, false, stream_context_create($options));
        $status = preg_match('#^HTTP/\S+ (\d{3})#', $http_response_header[0] ?? '', $match) ? (int) $match[1] : 0;
        if (($status !== 0 && $status !== 429 && $status < 500) || $try === 4) {
            return [$status, (string) $body];
        }
        usleep(250_000 * 2 ** $try);
    }
}
