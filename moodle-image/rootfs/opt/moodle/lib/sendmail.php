<?php
// The program that PHP's mail() starts (sendmail_path in php.ini): hands one message, read from standard input, to Amazon SES with
// the credentials of the task role. So no long-lived key exists for mail (docs/adr/0019). Moodle uses mail() when it has no smtphosts.
//
// The recipients are those of the message's own To, Cc and Bcc; SES removes Bcc. Arguments are ignored: the envelope sender is the
// identity's MAIL FROM domain. Exit status by sysexits.h: 0 SES has it, 65 SES refused the message, 75 SES did not answer or is
// busy, 77 access denied, 78 no mail is set up. The reason is one line on standard error, and Moodle counts the message as failed.

namespace moodle_image;

require __DIR__ . '/aws.php';

/** 40 MB is the most that SES takes in a request: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const LARGEST = 40_000_000;

function fail(int $status, string $reason): never {
    // Moodle's lines are joined by its log to the one request or task that sent the mail.
    fwrite(STDERR, 'mail was not sent: ' . preg_replace('/\s+/', ' ', $reason) . "\n");
    exit($status);
}

$set = (string) getenv('MOODLE_SES_CONFIGURATION_SET');
$region = (string) getenv('AWS_REGION');
if ($set === '' || $region === '') {
    fail(78, 'no mail server is set. Set MOODLE_SMTP_HOST, or MOODLE_SES_CONFIGURATION_SET and AWS_REGION, or MOODLE_MAIL_OFF=1');
}
// PHP ends the headers' lines with CRLF and the body's as it got them; RFC 5322 knows CRLF only.
$message = preg_replace('/\r\n|\r|\n/', "\r\n", (string) stream_get_contents(STDIN));
$body = (string) json_encode(['Content' => ['Raw' => ['Data' => base64_encode($message)]], 'ConfigurationSetName' => $set], JSON_UNESCAPED_SLASHES);
if (strlen($body) > LARGEST) {
    fail(65, 'the message has ' . strlen($body) . ' bytes as SES counts them, and SES takes 40 MB');
}
$endpoint = (string) getenv('MOODLE_SES_ENDPOINT');
$url = ($endpoint !== '' ? $endpoint : 'https://email.' . aws_domain($region)) . '/v2/email/outbound-emails';
try {
    $headers = sign(credentials('mail goes by SES'), $region, 'ses', 'POST', $url, $body, gmdate('Ymd\THis\Z'));
} catch (AwsError $error) {
    fail(75, $error->getMessage());
}
// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
[$status, $answer] = request('POST', $url, [...$headers, 'Content-Type: application/json'], $body, 30);
if ($status === 200) {
    exit(0);
}
$said = json_decode($answer, true);
$said = is_array($said) ? (string) ($said['message'] ?? $said['Message'] ?? '') : '';
$reason = "SES answered $status" . ($said === '' ? '' : ": $said");
if (str_contains($said, 'not verified')) {
    $reason .= ' (DNS records are missing, or the account is in the SES sandbox, where recipients must be verified too: docs/mail.md)';
}
fail(match (true) { $status === 0 || $status === 429 || $status >= 500 => 75, $status === 403 => 77, default => 65 }, $reason);
