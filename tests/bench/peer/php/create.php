<?php
/*
 * A new user: with a password that must be changed, or with a link to choose one, which is handed
 * out or mailed. User, memberships, link, letter and the row of the trail are one transaction.
 */
declare(strict_types=1);

require __DIR__ . '/user.php';
require __DIR__ . '/trail.php';

const CREATE_FIELDS = ['email', 'name', 'status', 'mask_data', 'groups', 'password', 'link',
	'send_to_email'];
const PASSWORD_MIN = 15;
const LINK_GIVEN = 1;
const LETTER_CREDENTIALS = 1;
const LETTER_LINK = 4;
const PRIORITY = 5;

/** The fields as they will be kept; all that is wrong is told at once. */
function read_new_user(): array
{
	$body = read_body(CREATE_FIELDS) + ['email' => '', 'name' => '', 'status' => 'enabled',
		'mask_data' => false, 'groups' => [], 'password' => null, 'link' => false,
		'send_to_email' => false];
	$errors = [];

	$body['email'] = strtolower(trim((string)$body['email']));
	$body['groups'] = array_values(array_unique($body['groups'], SORT_NUMERIC));
	sort($body['groups']);
	if (filter_var($body['email'], FILTER_VALIDATE_EMAIL) === false) {
		$errors['email'] = 'email.format';
	}
	if (characters($body['name']) > 200) {
		$errors['name'] = 'name.too_long';
	}
	if (!in_array($body['status'], STATUS, true)) {
		$errors['status'] = 'status.format';
	}
	if (!$body['link'] && characters((string)$body['password']) < PASSWORD_MIN) {
		$errors['password'] = 'password.too_short';
	}
	return $errors === [] ? $body : refuse(422, 'invalid', $errors);
}

/** Characters of a text; 0 where it is not UTF-8. */
function characters(string $text): int
{
	return (int)preg_match_all('/./su', $text);
}

/** Nobody gives what they do not hold. */
function check_given(array $viewer, array $new, array $groups): void
{
	$given = $new['mask_data'] ? 0 : UNMASKED;

	foreach ($new['groups'] as $id) {
		isset($groups[$id]) || refuse(422, 'invalid', ['groups' => 'groups.unknown']);
		$given |= $groups[$id]['rights'];
	}
	covers($viewer['rights'], $given & ~UNMASKED)
		|| refuse(403, 'forbidden', ['groups' => 'groups.above_yours']);
	covers($viewer['rights'], $given)
		|| refuse(403, 'forbidden', ['mask_data' => 'mask_data.above_yours']);
}

/** Puts the row and the memberships; gives the row as the database would. */
function insert_user(array $viewer, array $new, string $hash, string $expires): array
{
	$row = [
		'email' => $new['email'], 'name' => $new['name'],
		'status' => array_search($new['status'], STATUS, true), 'two_factor' => 1,
		'mask_data' => (int)$new['mask_data'], 'language' => '', 'creator_id' => $viewer['id'],
		'created_at' => datetime(now()), 'ip_allow_list' => '', 'version' => 1,
	];

	run('INSERT INTO user (' . implode(', ', array_keys($row)) . ', password, password_must_change,
		password_expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
		[...array_values($row), $hash, (int)!$new['link'], $new['link'] ? null : $expires]);
	$id = (int)database()->lastInsertId();
	if ($new['groups'] !== []) {
		run('INSERT INTO user_group_member (user_id, group_id) VALUES '
			. implode(', ', array_fill(0, count($new['groups']), '(?, ?)')),
			array_merge(...array_map(fn (int $group): array => [$id, $group], $new['groups'])));
	}
	if ($row['status'] === 1 && in_array(ADMINISTRATORS, $new['groups'], true)) {
		run('INSERT INTO admin_count (id, admins) VALUES (1, 1)
			ON DUPLICATE KEY UPDATE admins = admins + 1');
	}
	return ['id' => $id] + $row + ['creator_name' => $viewer['name'],
		'creator_email' => $viewer['email'], 'last_sign_in_at' => null, 'locked_until' => null,
		'group_ids' => $new['groups'] === [] ? null : implode(',', $new['groups'])];
}

/** Makes the link with which the user chooses a password, and gives its address. */
function make_link(int $user, string $expires): string
{
	$token = token();

	run('INSERT INTO password_link (user_id, kind, token_hash, created_at, expires_at)
		VALUES (?, ?, UNHEX(?), ?, ?)', [$user, LINK_GIVEN, session_hash($token), datetime(now()),
		$expires]);
	return settings()['url'] . "sign-in.html#set=$token";
}

/** Puts a letter, sealed for the mailer: a list of texts, each with its length before it. */
function put_letter(array $row, int $kind, array $values, int $expires): void
{
	$message = random_bytes(16);
	$texts = [bin2hex($message) . " $kind $expires", $row['email'], $row['language']];
	$now = datetime(now());

	foreach ($values as $key => $value) {
		array_push($texts, $key, $value);
	}
	$plain = implode('', array_map(fn (string $text): string => pack('V', strlen($text)) . $text,
		$texts));
	run('INSERT INTO outbox (message_id, kind, user_id, priority, recipient, created_at, expires_at,
		next_at) VALUES (UNHEX(?), ?, ?, ?, ?, ?, ?, ?)', [bin2hex($message), $kind, $row['id'],
		PRIORITY, $row['email'], $now, datetime($expires), $now]);
	run('INSERT INTO outbox_payload (letter_id, payload) VALUES (?, UNHEX(?))',
		[(int)database()->lastInsertId(),
			bin2hex(sodium_crypto_box_seal($plain, hex2bin(settings()['mail_key'])))]);
}

/** Mails the secret, or gives the link that is to be handed out. */
function hand_over(array $row, array $new, int $expires): ?string
{
	$link = $new['link'] ? make_link($row['id'], datetime($expires)) : null;

	if (!$new['send_to_email']) {
		return $link;
	}
	put_letter($row, $new['link'] ? LETTER_LINK : LETTER_CREDENTIALS, [
		'email' => $row['email'],
		$new['link'] ? 'link' : 'password' => $link ?? $new['password'],
		'name' => $row['name'],
		'url' => settings()['url'],
		'hours' => (string)settings()['initial_hours'],
	], $expires);
	return null;
}

/** Wakes the mailer; it looks by itself too. */
function ring_bell(): void
{
	$bell = @stream_socket_client('udg://' . settings()['bell']);

	if ($bell !== false) {
		stream_set_blocking($bell, false); // a mailer that is busy comes by itself
		@fwrite($bell, '.');
	}
}

function create_user(): void
{
	$viewer = viewer('users.create');
	ask_proof($viewer);
	$new = read_new_user();
	$groups = groups();
	check_given($viewer, $new, $groups);
	$hash = $new['link'] ? '!' : sodium_crypto_pwhash_str($new['password'],
		settings()['passes'], settings()['memory'] << 20);
	$expires = now() + settings()['initial_hours'] * 3_600_000_000;

	try {
		[$row, $link] = transact(function () use ($viewer, $new, $groups, $hash, $expires): array {
			$row = insert_user($viewer, $new, $hash, datetime($expires));
			$link = hand_over($row, $new, $expires);
			record($viewer['id'], 'user.create', 'ok', $row['id'], json(user($row, $groups)));
			return [$row, $link];
		});
	} catch (PDOException $fault) {
		$fault->errorInfo[1] === 1062 ? refuse(409, 'duplicate', ['email' => 'email.taken'])
			: throw $fault;
	}
	if ($new['send_to_email']) {
		ring_bell();
	}
	header("Location: /users/$row[id]");
	header('ETag: "1"');
	send(201, user($row, $groups)
		+ ['may' => may_user($viewer, false, user_rights($row, $groups))]
		+ ($link === null ? [] : ['link' => $link]));
}
