<?php
/* Who asks: the session of the cookie, whose it is, and what they may. */
declare(strict_types=1);

function session_hash(string $token): string
{
	return bin2hex(sodium_crypto_generichash($token));
}

/** Whether an address is in a list of networks; an empty list has all. */
function in_networks(string $list, string $address): bool
{
	$own = inet_pton($address);

	foreach ($list === '' ? [] : explode(' ', $list) as $network) {
		[$base, $bits] = explode('/', $network) + [1 => null];
		$base = inet_pton($base);
		$bits = (int)($bits ?? 8 * strlen($base));
		$bytes = intdiv($bits, 8);
		$mask = 0xff00 >> $bits % 8 & 0xff;

		if (strlen($base) === strlen($own) && strncmp($base, $own, $bytes) === 0
			&& ($mask === 0 || (ord($base[$bytes]) & $mask) === (ord($own[$bytes]) & $mask))) {
			return true;
		}
	}
	return $list === '';
}

/** The viewer, who must hold the permission. */
function viewer(string $permission): array
{
	$now = now();
	$idle = datetime($now - settings()['idle'] * 60_000_000);
	$born = datetime($now - settings()['life'] * 60_000_000);
	$rows = run('SELECT s.id AS session_id, s.last_used_at,
		COALESCE(s.proved_at, s.created_at) AS proved_at, u.id, u.name, u.email, u.mask_data,
		u.ip_allow_list, m.group_id, p.permission
		FROM session s JOIN user u ON u.id = s.user_id
		LEFT JOIN user_group_member m ON m.user_id = u.id
		LEFT JOIN user_group_permission p ON p.group_id = m.group_id
		WHERE s.token_hash = UNHEX(?) AND s.last_used_at >= ? AND s.created_at >= ?
		AND u.status = 1', [session_hash($_COOKIE['backoffice'] ?? ''), $idle, $born])->fetchAll();
	$viewer = $rows[0] ?? refuse(401, 'unauthenticated');

	if (!in_networks($viewer['ip_allow_list'], $_SERVER['REMOTE_ADDR'])) {
		refuse(401, 'unauthenticated');
	}
	$viewer['masked'] = $viewer['mask_data'] === 1;
	$viewer['rights'] = array_reduce($rows, fn (int $rights, array $row): int =>
		$rights | grant($row['group_id'], $row['permission']), $viewer['masked'] ? 0 : UNMASKED);
	if (($viewer['rights'] & right($permission)) === 0) {
		refuse(403, 'forbidden');
	}
	if ($viewer['last_used_at'] < datetime($now - 60_000_000)) {
		run('UPDATE session SET last_used_at = ? WHERE id = ?',
			[datetime($now), $viewer['session_id']]);
	}
	return $viewer;
}

/** What is dangerous takes a proof of who it is that is not old. */
function ask_proof(array $viewer): void
{
	if ($viewer['proved_at'] < datetime(now() - settings()['proof'] * 60_000_000)) {
		refuse(403, 'step_up_required');
	}
}
