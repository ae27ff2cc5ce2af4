/*
 * A hundred thousand rows in every list, skewed as those of an old installation are: few
 * administrators and a group of more than half, a name that a third share and one that five have,
 * five locked users, actions that are half of the trail. A value is either common, of 5 % of the
 * rows at least, or rare, of a quarter of a percent at most. Each is scattered by a prime of its
 * own, so that no two of them go together.
 */
export const MANY = 100_000;

/* In a database of its own: the product's has no more tables than it makes itself. */
const NUMBERS = `CREATE DATABASE numbers;
	CREATE TABLE numbers.number (n INT UNSIGNED NOT NULL PRIMARY KEY);
	INSERT INTO numbers.number (n) WITH RECURSIVE digit AS
		(SELECT 0 AS d UNION ALL SELECT d + 1 FROM digit WHERE d < 9)
	SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
	FROM digit a, digit b, digit c, digit e, digit f`;

/* In no order of n. */
const SHUFFLED = '(n * 7919 MOD 100003)';

const NAME = `CASE WHEN n MOD 20000 = 77 THEN 'Zbigniew Quist' WHEN n MOD 3 = 0 THEN 'Anna Berg'
	ELSE CONCAT(ELT(1 + ${SHUFFLED} MOD 7, 'Dora', 'Hans', 'Ivan', 'Jana', 'Joe', 'Lea', 'Tom'),
		' ', ELT(1 + ${SHUFFLED} MOD 11, 'Horn', 'Kovac', 'Lang', 'Moss', 'Novak', 'Otto', 'Pohl',
			'Rossi', 'Silva', 'Toth', 'Vidal'), ' ', n MOD 1009) END`;

const DOMAIN = "ELT(1 + n MOD 4, 'example.com', 'example.com', 'example.org', 'example.net')";

const CREATED = `TIMESTAMP('2016-01-01') + INTERVAL (n * 7919 MOD 5000000) MINUTE`;

/* A fifth without a second factor, few with an app; nearly all have been here in the last years.
 * Two hundred chose Arabic or may come from some networks alone. */
const USERS = `INSERT INTO user (id, email, name, password, status, two_factor, mask_data, language,
		ip_allow_list, creator_id, created_at, last_sign_in_at)
	SELECT 1000 + n, CONCAT('u', n, '@', ${DOMAIN}), ${NAME}, '', n MOD 653 <> 3,
		IF(n MOD 659 = 5, 2, n MOD 5 <> 0), n MOD 661 = 9, IF(n MOD 491 = 61, 'ar',
			ELT(1 + n MOD 4, '', 'en', 'en', 'de')),
		IF(n MOD 487 = 67, '2001:db8::/32 10.0.0.0/8', ''),
		IF(n MOD 479 = 71, 1001, 1), ${CREATED},
		IF(n MOD 673 = 7, NULL, UTC_TIMESTAMP() - INTERVAL IF(n MOD 677 = 11, 4500,
			n * 31 MOD 700) DAY)
	FROM numbers.number`;

const GROUPS = `INSERT INTO user_group (id, name)
	SELECT 1000 + n, CONCAT(IF(n MOD 100 = 7, 'Zbigniew ', 'Branch '), n)
	FROM numbers.number WHERE n <= 1000`;

/* 66 administrators, 185 managers, 62 % and 43 % in the others, and a thousand branches. */
const MEMBERS = `INSERT INTO user_group_member (user_id, group_id)
	SELECT 1000 + n, 1 FROM numbers.number WHERE n MOD 1511 = 13
	UNION ALL SELECT 1000 + n, 2 FROM numbers.number WHERE n MOD 541 = 17
	UNION ALL SELECT 1000 + n, 3 FROM numbers.number WHERE n MOD 13 < 8
	UNION ALL SELECT 1000 + n, 4 FROM numbers.number WHERE n MOD 7 < 3
	UNION ALL SELECT 1000 + n, 1001 + n * 17 MOD 1000 FROM numbers.number WHERE n MOD 10 = 3`;

/* A tenth have mistyped, five are under a delay now. */
const ATTEMPTS = `INSERT INTO attempt (key_hash, user_id, failures, last_at, blocked_until)
	SELECT UNHEX(SHA2(n, 256)), 1000 + n, 3, UTC_TIMESTAMP(), IF(n MOD 20000 = 19,
		UTC_TIMESTAMP() + INTERVAL 1 DAY, UTC_TIMESTAMP()) FROM numbers.number WHERE n MOD 10 = 9`;

const CLIENTS = `INSERT INTO client (name, email, phone, country, status, manager_id, created_at)
	SELECT ${NAME}, CONCAT('c', n, '@', ${DOMAIN}), CONCAT(IF(n MOD 20000 = 99, '+99804',
			ELT(1 + n MOD 5, '+4930', '+4930', '+4420', '+4420', '+331')), 1000000 + n * 37),
		IF(n MOD 499 = 21, 'UA', ELT(1 + n MOD 7, 'DE', 'DE', 'DE', 'FR', 'FR', '', '')),
		n MOD 503 <> 23, CASE WHEN n MOD 1999 = 29 THEN 1029 WHEN n MOD 11 < 3 THEN 1003 END,
		${CREATED} FROM numbers.number`;

const ADDRESS = `IF(n MOD 541 = 31, CONCAT('2001:db8::', HEX(n)),
	CONCAT('10.', n MOD 17, '.', n MOD 61, '.', n MOD 251))`;

/* All of them live, two hundred for long and not used lately; who has most has two hundred. */
const SESSIONS = `INSERT INTO session (token_hash, user_id, user_email, created_at, last_used_at,
		remote_address, user_agent)
	SELECT UNHEX(SHA2(n, 256)), u.id, u.email,
		UTC_TIMESTAMP() - INTERVAL IF(n MOD 457 = 83, 38000, n * 7919 MOD 30000) SECOND,
		UTC_TIMESTAMP() - INTERVAL IF(n MOD 457 = 83, 7200, n * 31 MOD 600) SECOND, ${ADDRESS},
		IF(n MOD 467 = 73, 'Lynx', 'Firefox')
	FROM numbers.number JOIN user u
		ON u.id = IF(n MOD 499 = 37, 1037, 1001 + ${SHUFFLED} MOD ${MANY})`;

const AUDIT = `INSERT INTO audit (at, actor_id, action, result, target_type, target_id,
		remote_address, request_id)
	SELECT TIMESTAMP('2024-01-01') + INTERVAL n MINUTE, CASE WHEN n MOD 557 = 41 THEN 1041
			WHEN n MOD 7 < 2 THEN 1043 WHEN n MOD 7 < 6 THEN 1001 + n * 31 MOD ${MANY} END,
		CASE WHEN n MOD 499 = 43 THEN 'group.delete' WHEN n MOD 2 = 0 THEN 'session.sign_in'
			ELSE ELT(1 + n MOD 3, 'user.update', 'client.update', 'user.create') END,
		IF(n MOD 503 = 47, 'forbidden', 'ok'),
		CASE WHEN n MOD 499 = 43 THEN 'group' WHEN n MOD 10 = 4 THEN ''
			WHEN n MOD 6 = 1 THEN 'client' ELSE 'user' END,
		IF(n MOD 11 < 3, 1043, 1001 + n * 37 MOD ${MANY}), ${ADDRESS},
		LEFT(SHA2(n DIV 3, 256), 32) FROM numbers.number`;

/* A fifth are codes for one and the same user. Nothing waits to be sent. */
const MAIL = `INSERT INTO outbox (message_id, kind, user_id, priority, state, created_at,
		expires_at, next_at, settled_at, reason, smtp_code)
	SELECT UNHEX(LEFT(SHA2(n, 256), 32)), CASE WHEN n MOD 5 = 1 THEN 2 WHEN n MOD 499 = 53 THEN 3
			ELSE ELT(1 + n MOD 3, 2, 1, 4) END, CASE WHEN n MOD 5 = 1 THEN 1041
			WHEN n MOD 503 = 37 THEN 1037 ELSE 1001 + ${SHUFFLED} MOD ${MANY} END, 1,
		CASE WHEN n MOD 509 = 59 THEN 3 WHEN n MOD 2 = 1 THEN 4 ELSE 2 END,
		TIMESTAMP('2024-01-01') + INTERVAL n MINUTE, TIMESTAMP('2030-01-01'),
		TIMESTAMP('2024-01-01') + INTERVAL n MINUTE, TIMESTAMP('2024-01-01') + INTERVAL n MINUTE,
		'', IF(n MOD 463 = 79, 550, 250) FROM numbers.number`;

/* Each filter leaves a seventh, or a twentieth of the trail, and no two have a row in common. */
const APART = [`UPDATE user SET status = id MOD 7 <> 0, two_factor = id MOD 7 <> 1,
		mask_data = id MOD 7 = 2, created_at = UTC_TIMESTAMP(), language = 'en', creator_id = 1,
		ip_allow_list = '', last_sign_in_at = CASE id MOD 7
			WHEN 3 THEN NULL WHEN 4 THEN UTC_TIMESTAMP() - INTERVAL 4500 DAY
			ELSE UTC_TIMESTAMP() END WHERE id > 1000`,
'UPDATE user SET two_factor = 1, mask_data = 0 WHERE id <= 1000', // who looks
'DELETE FROM user_group_member WHERE group_id = 4',
'INSERT INTO user_group_member (user_id, group_id) SELECT id, 4 FROM user WHERE id MOD 7 = 5',
'DELETE FROM attempt', `INSERT INTO attempt (key_hash, user_id, failures, last_at, blocked_until)
	SELECT UNHEX(SHA2(id, 256)), id, 3, UTC_TIMESTAMP(), UTC_TIMESTAMP() + INTERVAL 1 DAY
	FROM user WHERE id MOD 7 = 6`,
`UPDATE client SET country = IF(id MOD 7 = 0, 'UA', 'DE'), status = id MOD 7 <> 1,
	manager_id = IF(id MOD 7 = 2, 1029, NULL)`,
`UPDATE session SET user_id = IF(id MOD 7 = 0, 1037, 1001), remote_address = IF(id MOD 7 = 1,
	'2001:db8::1', '10.0.0.1') WHERE user_id > 1000`,
`UPDATE outbox SET state = IF(id MOD 7 = 0, 3, 2), kind = IF(id MOD 7 = 1, 4, 1),
	user_id = IF(id MOD 7 = 2, 1037, NULL)`,
`UPDATE audit SET actor_id = IF(id MOD 20 = 0, 1041, NULL), action = IF(id MOD 20 = 1,
		'client.update', 'user.update'), target_type = IF(id MOD 20 = 1, 'client', 'user'),
	result = IF(id MOD 20 = 2, 'forbidden', 'ok'), target_id = IF(id MOD 20 = 3, 1777, 1043),
	remote_address = IF(id MOD 20 = 4, '2001:db8::1', '10.0.0.1'),
	at = IF(id MOD 20 = 5, TIMESTAMP('2024-03-11'), TIMESTAMP('2024-02-01'))`];

const WAITING = 300;

/* The last one first, and a tenth of them codes. They say nothing, so none is sent. */
const QUEUE = `INSERT INTO outbox (message_id, kind, user_id, priority, state, created_at,
		expires_at, next_at)
	SELECT UNHEX(LEFT(SHA2(${MANY} + n, 256), 32)), IF(n MOD 10 = 1, 2, 1), 1000 + n,
		IF(n MOD 10 = 1, 1, 5), 0, UTC_TIMESTAMP(), UTC_TIMESTAMP() + INTERVAL 1 DAY,
		UTC_TIMESTAMP() - INTERVAL n SECOND FROM numbers.number WHERE n <= ${WAITING};
	INSERT INTO outbox_payload (letter_id) SELECT id FROM outbox WHERE state = 0`;

const ROWS = [USERS, GROUPS, MEMBERS, ATTEMPTS, CLIENTS, SESSIONS, AUDIT, MAIL];

const TABLES = 'user, user_group, user_group_member, attempt, client, session, audit, outbox, ' +
	'user_word, client_word';

/** Loads all of it into an installation that is new, and lets the server count it once, at the end:
 * its plans are those of these rows, and do not change while somebody looks. */
export function loadSkewed(stack) {
	stack.sql(['SET GLOBAL innodb_stats_auto_recalc = OFF', 'SET unique_checks = 0',
		'SET foreign_key_checks = 0', NUMBERS, ...ROWS].join(';\n'));
	stack.admin(['words']);
	stack.sql(`ANALYZE TABLE ${TABLES}`);
}

/** Changes these rows so that no two filters have one in common. */
export function loadApart(stack) {
	stack.sql(['SET foreign_key_checks = 0', ...APART].join(';\n'));
	stack.sql(`ANALYZE TABLE ${TABLES}`);
}

/** Puts letters that are due. */
export function loadQueue(stack) {
	stack.sql(QUEUE);
}
