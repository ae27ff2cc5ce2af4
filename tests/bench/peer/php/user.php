<?php
/* A user as the API has it. */
declare(strict_types=1);

const STATUS = ['disabled', 'enabled'];
const TWO_FACTOR = ['disabled', 'email', 'totp'];

const USER_COLUMNS = "u.id, u.email, u.name, u.status, u.two_factor, u.mask_data, u.language,
	u.creator_id, c.name AS creator_name, c.email AS creator_email, u.created_at, u.last_sign_in_at,
	u.ip_allow_list, u.version,
	(SELECT MAX(a.blocked_until) FROM attempt a WHERE a.user_id = u.id) AS locked_until,
	(SELECT GROUP_CONCAT(m.group_id ORDER BY m.group_id) FROM user_group_member m
		WHERE m.user_id = u.id) AS group_ids";

function group_ids(array $row): array
{
	return $row['group_ids'] === null ? [] : array_map('intval', explode(',', $row['group_ids']));
}

function user(array $row, array $groups): array
{
	static $now = null;

	$now ??= datetime(now());
	return [
		'id' => $row['id'],
		'email' => $row['email'],
		'name' => $row['name'],
		'status' => STATUS[$row['status']],
		'two_factor' => TWO_FACTOR[$row['two_factor']],
		'mask_data' => $row['mask_data'] === 1,
		'language' => $row['language'],
		'created_at' => instant($row['created_at']),
		'last_sign_in_at' => instant($row['last_sign_in_at']),
		'locked_until' => $row['locked_until'] > $now ? instant($row['locked_until']) : null,
		'version' => $row['version'],
		'groups' => array_map(fn (int $id): array => ['id' => $id,
			'name' => $groups[$id]['name'] ?? ''], group_ids($row)),
		'creator' => $row['creator_id'] === null ? null : ['id' => $row['creator_id'],
			'name' => $row['creator_name'], 'email' => $row['creator_email']],
		'ip_allow_list' => $row['ip_allow_list'] === '' ? [] : explode(' ', $row['ip_allow_list']),
	];
}

/** What the user holds. */
function user_rights(array $row, array $groups): int
{
	return array_reduce(group_ids($row), fn (int $rights, int $id): int =>
		$rights | ($groups[$id]['rights'] ?? 0), $row['mask_data'] === 1 ? 0 : UNMASKED);
}
