<?php
/* What goes out, and what comes in. */
declare(strict_types=1);

final class Refusal extends Exception
{
	public function __construct(public readonly int $status, string $code,
		private readonly array $errors = [])
	{
		parent::__construct($code);
	}

	public function problem(): array
	{
		return ['type' => 'about:blank', 'status' => $this->status, 'code' => $this->getMessage()]
			+ ($this->errors === [] ? [] : ['errors' => $this->errors]);
	}
}

function refuse(int $status, string $code, array $errors = []): never
{
	throw new Refusal($status, $code, $errors);
}

function json(array $value): string
{
	return json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
}

function send(int $status, array $body, string $type = 'application/json'): void
{
	http_response_code($status);
	header("Content-Type: $type");
	header("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'");
	header('Cache-Control: no-store');
	header('X-Content-Type-Options: nosniff');
	header('Cross-Origin-Resource-Policy: same-origin');
	header('Referrer-Policy: no-referrer');
	echo json($body);
}

/** The JSON object of the body, whose fields are all known. */
function read_body(array $known): array
{
	$body = json_decode(file_get_contents('php://input'), true, 8);

	if (!is_array($body)) {
		refuse(400, 'malformed');
	}
	foreach (array_diff(array_keys($body), $known) as $name) {
		refuse(422, 'invalid', [$name => 'unknown']);
	}
	return $body;
}

/** Microseconds since 1970. */
function now(): int
{
	return (int)(microtime(true) * 1e6);
}

/** An instant as the database writes it. */
function datetime(int $instant): string
{
	return gmdate('Y-m-d H:i:s', intdiv($instant, 1_000_000))
		. sprintf('.%06d', $instant % 1_000_000);
}

/** What the database wrote as the API says it: to the millisecond. */
function instant(?string $datetime): ?string
{
	return $datetime === null ? null : strtr(substr($datetime, 0, 23), ' ', 'T') . 'Z';
}

function token(): string
{
	return sodium_bin2base64(random_bytes(32), SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
}
