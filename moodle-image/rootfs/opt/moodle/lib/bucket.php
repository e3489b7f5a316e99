<?php
// Reads configuration objects from S3.

namespace moodle_image;

require_once __DIR__ . '/aws.php';

/** Raised for anything that keeps the configuration from being read; the message is for the person who must fix it. */
final class ConfigurationError extends AwsError {}

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
        $domain = 's3.' . aws_domain($region);
        $endpoint = 'https://' . (str_contains($bucket, '.') ? $domain : "$bucket.$domain");
        $path = str_contains($bucket, '.') ? "/$bucket$path" : $path;
    }
    $headers = sign($credentials, $region, 's3', 'GET', $endpoint . $path, '', gmdate('Ymd\THis\Z'));
    [$status] = $answer = request('GET', $endpoint . $path, $headers);
    return match (true) {
        $status === 200 => $answer[1],
        $status === 404 => null,
        $status === 403 => throw new ConfigurationError("s3://$bucket/$key: access denied. The task role needs s3:GetObject on it, kms:Decrypt on "
            . "the bucket's key, and s3:ListBucket on the bucket (without that S3 answers 403 and not 404 for an object that does not exist)"),
        default => throw new ConfigurationError("s3://$bucket/$key could not be read (status $status)"),
    };
}
