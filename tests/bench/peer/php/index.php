<?php
/*
 * The same back office as a good PHP developer writes it: one front controller, plain PHP, PDO with
 * prepared statements on persistent connections, no framework. It works on the product's database
 * and answers the same JSON. tests/bench/peer_test.mjs compares the two.
 *
 * Only what the benchmark asks for is here: users and clients as lists, a new user, and signing in
 * by password. The text of a cursor is its own; it leads to the same page.
 */
declare(strict_types=1);

require __DIR__ . '/answer.php';
require __DIR__ . '/database.php';
require __DIR__ . '/rights.php';
require __DIR__ . '/viewer.php';

const ROUTES = [
	'GET /users' => ['users.php', 'list_users'],
	'POST /users' => ['create.php', 'create_user'],
	'GET /clients' => ['clients.php', 'list_clients'],
	'POST /session' => ['sign_in.php', 'sign_in'],
];

function settings(): array
{
	static $settings = null;

	return $settings ??= require $_SERVER['SETTINGS'];
}

/** A browser says where a request comes from; what changes something must come from our page. */
function refuse_other_sites(): void
{
	$from = $_SERVER['HTTP_SEC_FETCH_SITE'] ?? '';
	$own = $from !== '' ? $from === 'same-origin'
		: ($_SERVER['HTTP_ORIGIN'] ?? '') === settings()['origin'];

	if (!$own) {
		refuse(403, 'cross_site');
	}
}

try {
	[$file, $handler] = ROUTES["$_SERVER[REQUEST_METHOD] $_SERVER[DOCUMENT_URI]"]
		?? refuse(404, 'not_found');
	if ($_SERVER['REQUEST_METHOD'] !== 'GET') {
		refuse_other_sites();
	}
	require __DIR__ . "/$file";
	$handler();
} catch (Refusal $refusal) {
	send($refusal->status, $refusal->problem(), 'application/problem+json');
} catch (Throwable $fault) {
	error_log((string)$fault);
	send(500, (new Refusal(500, 'internal'))->problem(), 'application/problem+json');
}
