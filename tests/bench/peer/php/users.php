<?php
/* The list of users. */
declare(strict_types=1);

require __DIR__ . '/page.php';
require __DIR__ . '/user.php';

const USER_SORTS = ['id' => 'u.id', 'email' => 'u.email', 'name' => 'u.name', 'status' => 'u.status',
	'two_factor' => 'u.two_factor', 'created_at' => 'u.created_at',
	'last_sign_in_at' => 'u.last_sign_in_at'];

const LETTER_KINDS = [1 => 'credentials', 4 => 'link'];
const LETTER_STATES = ['queued', 'sending', 'sent', 'failed', 'expired', 'cancelled'];

function user_filters(): array
{
	return [
		'id' => number('u.id'),
		'email' => begins('u.email'),
		'name' => contains('u.name'),
		'status' => word('u.status', STATUS),
		'two_factor' => word('u.two_factor', TWO_FACTOR),
		'mask_data' => word('u.mask_data', ['false', 'true']),
		'group' => fn (string $id): array => ['u.id IN (SELECT m.user_id FROM user_group_member m
			WHERE m.group_id = ?)', [(int)$id]],
		'never_signed_in' => fn (string $value): array =>
			['u.last_sign_in_at IS ' . ($value === 'true' ? '' : 'NOT ') . 'NULL', []],
	];
}

/** How the newest letter with credentials of each user fared, by its id. */
function deliveries(array $rows): array
{
	$ids = array_values(array_filter(array_column($rows, 'letter_id')));

	return $ids === [] ? [] : run('SELECT o.id AS letter, o.kind, o.state, o.smtp_code,
		o.may_have_arrived, o.recipient, o.created_at, o.settled_at FROM outbox o WHERE o.id IN ('
		. implode(', ', array_fill(0, count($ids), '?')) . ')', $ids)
		->fetchAll(PDO::FETCH_UNIQUE | PDO::FETCH_ASSOC);
}

function delivery(?array $letter, array $user): ?array
{
	return $letter === null ? null : [
		'kind' => LETTER_KINDS[$letter['kind']],
		'state' => LETTER_STATES[$letter['state']],
		'smtp_code' => $letter['smtp_code'] ?: null,
		'may_have_arrived' => $letter['may_have_arrived'] === 1 && $letter['state'] !== 2,
		'former_address' => $letter['recipient'] !== null
			&& $letter['recipient'] !== $user['email'],
		'at' => instant($letter['settled_at'] ?? $letter['created_at']),
		'signed_in_since' => $user['last_sign_in_at'] > $letter['created_at'],
	];
}

function list_users(): void
{
	$viewer = viewer('users.view');
	$page = new Page('user u', USER_SORTS, user_filters());
	$rows = $page->rows('SELECT ' . USER_COLUMNS . ',
		(SELECT MAX(o.id) FROM outbox o WHERE o.user_id = u.id AND o.kind IN (1, 4)) AS letter_id
		FROM user u LEFT JOIN user c ON c.id = u.creator_id');
	$groups = groups();
	$letters = deliveries($rows);
	$items = [];

	foreach ($rows as $row) {
		$items[] = user($row, $groups) + [
			'may' => may_user($viewer, $row['id'] === $viewer['id'], user_rights($row, $groups)),
			'delivery' => delivery($letters[$row['letter_id']] ?? null, $row),
		];
	}
	send(200, ['items' => $items, 'page' => $page->around($rows)]);
}
