<?php
/*
 * Signing in by password. The second factor is not for the benchmark: whoever has one is refused.
 * Failures of an account and of a network are counted; both are looked at before.
 */
declare(strict_types=1);

require __DIR__ . '/trail.php';

/** [failures that are free, longest delay in seconds, seconds that it is remembered] */
const ACCOUNT_LIMITS = [4, 900, 86400];
const NETWORK_LIMITS = [50, 60, 3600];

/** The keys of the two counters. A household has one IPv4 address, or 64 bits of IPv6. */
function attempt_keys(string $email): array
{
	$address = inet_pton($_SERVER['REMOTE_ADDR']);
	$household = strrev(substr(str_pad($address, 8, "\0", STR_PAD_LEFT), 0, 8));

	return [bin2hex(keyed('tries of account', $email)),
		bin2hex(keyed('tries of network', $household))];
}

function is_blocked(array $keys): bool
{
	return run('SELECT 1 FROM attempt WHERE key_hash IN (UNHEX(?), UNHEX(?)) AND blocked_until > ?',
		[...$keys, datetime(now())])->fetchColumn() !== false;
}

function count_failure(string $key, ?int $user, array $limits): void
{
	[$free, $max, $memory] = $limits;
	$now = now();
	run('INSERT INTO attempt (key_hash, failures, last_at, blocked_until, user_id)
		VALUES (UNHEX(?), 1, ?, ?, ?) ON DUPLICATE KEY UPDATE
		failures = IF(last_at < ?, 1, failures + 1), last_at = VALUES(last_at),
		blocked_until = VALUES(blocked_until) + INTERVAL IF(failures <= ?, 0,
			LEAST(?, POW(2, LEAST(failures - ? - 1, 20)))) SECOND', [$key, datetime($now),
		datetime($now), $user, datetime($now - $memory * 1_000_000), $free, $max, $free]);
}

/** Somebody nobody knows costs what everybody costs. */
function dummy_password(): string
{
	return sprintf('$argon2id$v=19$m=%d,t=%d,p=1$%s$%s', settings()['memory'] << 10,
		settings()['passes'], str_repeat('A', 22), str_repeat('A', 43));
}

function open_session(array $user, string $key): string
{
	$token = token();
	$now = datetime(now());

	run('DELETE FROM session WHERE token_hash = UNHEX(?)',
		[session_hash($_COOKIE['backoffice'] ?? '')]);
	run('INSERT INTO session (token_hash, user_id, user_email, created_at, last_used_at,
		remote_address, user_agent) VALUES (UNHEX(?), ?, ?, ?, ?, ?, ?)', [session_hash($token),
		$user['id'], $user['email'], $now, $now, $_SERVER['REMOTE_ADDR'],
		substr($_SERVER['HTTP_USER_AGENT'] ?? '', 0, 255)]);
	run('UPDATE user SET last_sign_in_at = ? WHERE id = ?', [$now, $user['id']]);
	run('DELETE FROM attempt WHERE key_hash = UNHEX(?)', [$key]);
	record($user['id'], 'session.sign_in', 'ok', $user['id'], null);
	return $token;
}

function sign_in(): void
{
	$body = read_body(['email', 'password']) + ['email' => '', 'password' => ''];
	$email = strtolower(trim($body['email']));
	$user = run('SELECT id, email, password, password_must_change, password_expires_at, status,
		two_factor, ip_allow_list FROM user WHERE email = ?', [$email])->fetch() ?: null;
	[$account, $network] = $keys = attempt_keys($email);
	$blocked = is_blocked($keys);
	$known = $user !== null && str_starts_with($user['password'], '$argon2id$');
	$right = sodium_crypto_pwhash_str_verify($known ? $user['password'] : dummy_password(),
		$body['password']);

	if (!$right || $blocked || !$known || $user['status'] !== 1
		|| ($user['password_expires_at'] ?? '9') < datetime(now())
		|| !in_networks($user['ip_allow_list'], $_SERVER['REMOTE_ADDR'])) {
		count_failure($network, null, NETWORK_LIMITS);
		count_failure($account, $user['id'] ?? null, ACCOUNT_LIMITS);
		transact(fn () => record(0, 'session.sign_in', 'sign_in_failed', $user['id'] ?? null, null));
		refuse(401, 'sign_in_failed');
	}
	if ($user['two_factor'] !== 0 || $user['password_must_change'] === 1) {
		refuse(403, 'second_factor_unavailable');
	}
	$token = transact(fn (): string => open_session($user, $account));
	header("Set-Cookie: backoffice=$token; Path=/; HttpOnly; SameSite=Strict");
	send(200, ['state' => 'signed_in']);
}
