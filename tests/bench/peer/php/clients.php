<?php
/* The list of clients. Who sees masks gets what the database was not even asked for. */
declare(strict_types=1);

require __DIR__ . '/page.php';

const CLIENT_STATUS = ['disabled', 'enabled'];
const MASKS = ['name' => '*****', 'email' => '*****@*****', 'phone' => '*****'];
const CLIENT_SORTS = ['id' => 'c.id', 'name' => 'c.name', 'email' => 'c.email', 'phone' => 'c.phone',
	'country' => 'c.country', 'status' => 'c.status', 'created_at' => 'c.created_at'];

function client_filters(): array
{
	return [
		'id' => number('c.id'),
		'name' => contains('c.name'),
		'email' => begins('c.email'),
		'phone' => contains('c.phone'),
		'country' => equals('c.country'),
		'status' => word('c.status', CLIENT_STATUS),
		'manager' => number('c.manager_id'),
	];
}

/** Rows in the order of a masked column would tell of it, and so would those that a filter finds. */
function refuse_masked(): void
{
	$asked = [...array_keys($_GET), ltrim($_GET['sort'] ?? '', '-')];

	if (array_intersect($asked, array_keys(MASKS)) !== []) {
		refuse(403, 'forbidden');
	}
}

function may_clients(array $viewer): array
{
	return array_values(array_filter(['update', 'delete'], fn (string $act): bool =>
		($viewer['rights'] & right("clients.$act")) !== 0));
}

function list_clients(): void
{
	$viewer = viewer('clients.view');
	$masked = $viewer['masked'];
	$may = may_clients($viewer);
	$items = [];

	if ($masked) {
		refuse_masked();
	}
	$page = new Page('client c', CLIENT_SORTS, client_filters());
	$rows = $page->rows('SELECT c.id, c.country, c.status, c.manager_id, u.name AS manager_name,
		c.created_at, c.version' . ($masked ? '' : ', c.name, c.email, c.phone')
		. ' FROM client c LEFT JOIN user u ON u.id = c.manager_id');
	foreach ($rows as $row) {
		$seen = $masked ? MASKS : $row;
		$items[] = [
			'id' => $row['id'],
			'name' => $seen['name'],
			'email' => $seen['email'],
			'phone' => $seen['phone'],
			'country' => $row['country'],
			'status' => CLIENT_STATUS[$row['status']],
			'created_at' => instant($row['created_at']),
			'version' => $row['version'],
			'manager' => $row['manager_id'] === null ? null
				: ['id' => $row['manager_id'], 'name' => $row['manager_name']],
			'masked' => $masked,
			'may' => $may,
		];
	}
	send(200, ['items' => $items, 'page' => $page->around($rows)]);
}
