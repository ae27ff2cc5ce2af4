<?php
/* The audit trail: each row is a link of a chain that the server's key seals. */
declare(strict_types=1);

function keyed(string $purpose, string $bytes): string
{
	return sodium_crypto_generichash("$purpose\0$bytes", hex2bin(settings()['server_key']));
}

/** Length before content, so that no two rows look the same in a line. */
function measured(?string $text): string
{
	return $text === null ? '-' : strlen($text) . ":$text";
}

function chain_seal(int $seq, int $first, string $hash): string
{
	return keyed('audit seal', measured('head') . measured(settings()['node']) . "$seq,$first,"
		. measured($hash));
}

function take_head(string $node): array
{
	$take = fn (): array|false => run('SELECT seq, hash, first_id FROM audit_head WHERE node = ?
		FOR UPDATE', [$node])->fetch();

	if (($head = $take()) === false) {
		run('INSERT IGNORE INTO audit_head (node, seq, hash, first_id, seal)
			VALUES (?, 0, UNHEX(?), 0, UNHEX(?))', [$node, str_repeat('00', 32),
			str_repeat('00', 32)]);
		$head = $take();
	}
	return $head;
}

/** Writes a row and its link, in the transaction of what it tells of. */
function record(int $actor, string $action, string $result, ?int $user, ?string $after): void
{
	$node = settings()['node'];
	$head = take_head($node);
	$now = now();
	$agent = substr($_SERVER['HTTP_USER_AGENT'] ?? '', 0, 255);
	$type = $user === null ? '' : 'user';
	$texts = [$_SERVER['REMOTE_ADDR'], $agent, $_SERVER['REQUEST_ID'], null, $after];

	run('INSERT INTO audit (at, actor_id, action, result, target_type, target_id, remote_address,
		user_agent, request_id, before_json, after_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
		[datetime($now), $actor ?: null, $action, $result, $type, $user, ...$texts]);
	$id = (int)database()->lastInsertId();
	$first = $head['seq'] === 0 ? $id : $head['first_id'];
	$seq = $head['seq'] + 1;
	$hash = keyed('audit link', measured($head['hash']) . measured($node) . "$seq,$id,$now,$actor,"
		. measured($action) . measured($result) . measured($type) . (int)$user . ','
		. implode('', array_map('measured', $texts)));
	run('INSERT INTO audit_chain (node, seq, audit_id, hash) VALUES (?, ?, ?, UNHEX(?))',
		[$node, $seq, $id, bin2hex($hash)]);
	run('UPDATE audit_head SET seq = ?, hash = UNHEX(?), first_id = ?, seal = UNHEX(?)
		WHERE node = ?', [$seq, bin2hex($hash), $first,
		bin2hex(chain_seal($seq, $first, $hash)), $node]);
}
