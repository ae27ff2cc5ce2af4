<?php
/* Who may what: a bit a permission, one for being an administrator, one for seeing personal data. */
declare(strict_types=1);

const PERMISSIONS = ['users.view', 'users.create', 'users.update', 'users.delete', 'groups.view',
	'groups.create', 'groups.update', 'groups.delete', 'clients.view', 'clients.create',
	'clients.update', 'clients.delete', 'mail.view', 'mail.create', 'mail.update', 'mail.delete',
	'audit.view', 'sessions.view', 'sessions.delete'];
const ADMINISTRATORS = 1;
const ADMINISTRATOR = 1 << 32;
const UNMASKED = 1 << 33;
const ALL = ADMINISTRATOR | (1 << 19) - 1;

/** What may be done to a user: the permission, and whether one may do it to oneself. */
const USER_ACTS = [
	'update' => ['users.update', true],
	'status' => ['users.update', false],
	'groups' => ['users.update', false],
	'mask_data' => ['users.update', false],
	'two_factor' => ['users.update', false],
	'credentials' => ['users.update', false],
	'unlock' => ['users.update', true],
	'sessions' => ['sessions.delete', true],
	'delete' => ['users.delete', false],
];

function right(string $permission): int
{
	static $bits = null;

	$bits ??= array_flip(PERMISSIONS);
	return isset($bits[$permission]) ? 1 << $bits[$permission] : 0;
}

/** What a group grants, of one of its rows. */
function grant(?int $group, ?string $permission): int
{
	return $group === ADMINISTRATORS ? ALL : ($permission === null ? 0 : right($permission));
}

/** Nobody acts above themselves. */
function covers(int $rights, int $others): bool
{
	return ($others & ~$rights) === 0;
}

/** What the viewer may do to a user who holds these rights. */
function may_user(array $viewer, bool $own, int $holds): array
{
	$may = [];

	foreach (covers($viewer['rights'], $holds) ? USER_ACTS : [] as $act => [$permission, $oneself]) {
		if (($viewer['rights'] & right($permission)) !== 0 && ($oneself || !$own)
			&& ($act !== 'mask_data' || ($viewer['rights'] & UNMASKED) !== 0)) {
			$may[] = $act;
		}
	}
	return $may;
}

/** All groups by id: name, and what each grants. */
function groups(): array
{
	$groups = [];

	foreach (run('SELECT g.id, g.name, p.permission FROM user_group g
		LEFT JOIN user_group_permission p ON p.group_id = g.id') as $row) {
		$groups[$row['id']] ??= ['name' => $row['name'], 'rights' => 0];
		$groups[$row['id']]['rights'] |= grant($row['id'], $row['permission']);
	}
	return $groups;
}
