/*
 * What an installation of many years holds, as statements that make it of row numbers. Who and what
 * is drawn by SEED, skewed as life is: two loads of one size are the same, but for times that are
 * near to now.
 */
import { PLACES, written } from './names.mjs';

export const SEED = 2024;
export const STAFF = 64;

const ADMINISTRATORS = 16; // of the staff; the others are managers
const GROUPS = 50;
const PEOPLE = 65536; // each user and client is one of them

/** How many rows there are of each kind, for so many users. */
export const sizes = (rows) => ({ users: rows, clients: rows, audit: 5 * rows, letters: rows,
	waiting: Math.ceil(rows / 1000), sessions: Math.ceil(rows / 10) });

/** Numbers from 0 to 1 that follow each other (mulberry32). */
export function dice(seed) {
	let state = seed;

	return () => {
		state = state + 0x6D2B79F5 | 0;
		let mixed = Math.imul(state ^ state >>> 15, 1 | state);

		mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
		return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
	};
}

/* The place of somebody, as many of each as its share is. */
function placeOf(roll) {
	let left = roll() * 100;

	return PLACES.find(({ share }) => (left -= share) < 0);
}

/* One of the list, or two: of the first ones more often. */
function drawName(list, roll, { two, between }) {
	const draw = () => written(list[Math.floor(list.length * roll() ** 2)]);
	const first = draw();

	return roll() < two ? { ...first, shown: first.shown + between + draw().shown } : first;
}

/* One in twelve has two first names, one in twelve two surnames, as all have in Spain. */
function drawPerson(roll) {
	const { country, phone, ...names } = placeOf(roll);
	const spain = country === 'ES';
	const first = drawName(names.first, roll, { two: 1 / 12, between: ' ' });
	const last = drawName(names.last, roll,
		{ two: spain ? 1 : 1 / 12, between: spain ? ' ' : '-' });

	return [`${first.shown} ${last.shown}`, last.shown, `${first.address}.${last.address}`, country,
		phone];
}

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/* In a database of its own, which is dropped in the end: the product's has no table but its own. */
function peopleSql() {
	const roll = dice(SEED);
	const people = Array.from({ length: PEOPLE }, (_, at) =>
		`(${[at, ...drawPerson(roll).map(quoted)].join()})`);

	return `SET NAMES utf8mb4;
		CREATE OR REPLACE DATABASE bench;
		CREATE TABLE bench.person (i INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(200),
			last VARCHAR(100), address VARCHAR(100), country CHAR(2), phone VARCHAR(4))
			DEFAULT CHARSET utf8mb4;
		INSERT INTO bench.person VALUES ${people.join()}`;
}

const PRIME = 4294967291;

/* The salt as a number (FNV-1a). */
const hashed = (salt) => [...`${SEED} ${salt}`].reduce((hash, letter) =>
	Math.imul(hash ^ letter.charCodeAt(0), 16777619), 2166136261);

/* In SQL: a number from 0 to 1 that n and the salt decide, and its place in a list of so many whose
 * first ones are the frequent ones. */
const drawn = (salt) =>
	`(n * ${Math.floor(dice(hashed(salt))() * PRIME)} MOD ${PRIME} * ${1 / PRIME})`;
const rank = (salt, count) => `FLOOR(${count} * POW(${drawn(salt)}, 3))`;
const numbers = (count) => `(SELECT seq AS n FROM bench.seq_1_to_${count}) numbers`;

/* Of ten numbers one was given to somebody who is gone. */
const idOf = (n) => `(${n} + ${n} DIV 10)`;
const anybody = (salt, users) => idOf(`(1 + FLOOR(${users} * ${drawn(salt)}))`);
const staff = (salt) => idOf(`(1 + ${rank(salt, STAFF)})`);
const STAFF_IDS = `id <= ${STAFF + Math.floor(STAFF / 10)}`;

const WHO = `JOIN bench.person p ON p.i = FLOOR(${PEOPLE} * ${drawn('person')})`;
const CLIENT = `JOIN bench.person p ON p.i = FLOOR(${PEOPLE} * ${drawn('client')})`;

const DOMAIN = `ELT(1 + ${rank('domain', 6)}, 'example.com', 'example.org', 'example.net',
	'mail.example.com', 'firma.example.org', 'correo.example.net')`;

const at = (salt) =>
	`(TIMESTAMP('2016-01-01') + INTERVAL FLOOR(315000000 * ${drawn(salt)}) SECOND)`;

const ADDRESS = `IF(${drawn('net')} < 0.1, CONCAT('2001:db8::', LOWER(HEX(n MOD 65536))),
	CONCAT('10.', ${rank('net a', 200)}, '.', ${rank('net b', 200)}, '.', n MOD 251))`;

const AGENT = `ELT(1 + ${rank('agent', 4)},
	'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36',
	'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
	'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15')`;

/* A well-formed hash that no password is known to give. */
const NOBODY = "CONCAT('$argon2id$v=19$m=65536,t=2,p=1$', REPEAT('A', 22), '$', REPEAT('A', 43))";

/* A tenth are disabled, a fifth without a second factor; one in fifty never came, and few have not
 * been here in the last year. The staff sign in by password alone; every second one is masked. */
const usersSql = ({ users }) => `INSERT INTO user (id, email, name, password, status, two_factor,
		mask_data, language, creator_id, created_at, last_sign_in_at)
	SELECT ${idOf('n')}, CONCAT(p.address, n, '@', ${DOMAIN}), p.name, ${NOBODY},
		${drawn('status')} > 0.1, CASE WHEN ${drawn('factor')} < 0.2 THEN 0
			WHEN ${drawn('app')} < 0.05 THEN 2 ELSE 1 END, ${drawn('mask')} < 0.005,
		ELT(1 + ${rank('language', 4)}, '', 'de', 'en', 'es'), ${staff('creator')},
		${at('created')}, IF(${drawn('never')} < 0.02, NULL, UTC_TIMESTAMP() - INTERVAL
			FLOOR(94000000 * POW(${drawn('seen')}, 3)) SECOND)
	FROM ${numbers(users)} ${WHO};
	UPDATE user SET email = CONCAT('staff', id, '@example.com'), status = 1, two_factor = 0,
		mask_data = id MOD 2 WHERE ${STAFF_IDS}`;

const groupsSql = () => `INSERT INTO user_group (id, name)
	SELECT 4 + n, CONCAT(ELT(1 + n MOD 8, 'Sales', 'Support', 'Finance', 'Marketing', 'Legal',
		'Logistics', 'Partners', 'Training'), ' ', ELT(1 + n DIV 8, 'Germany', 'United Kingdom',
		'España', 'Polska', 'Türkiye', 'France')) FROM ${numbers(GROUPS - 4)};
	INSERT INTO user_group_permission (group_id, permission)
	SELECT 4 + n, 'clients.view' FROM ${numbers(GROUPS - 4)}`;

/* Each is in one, two thirds in a second one: most in the first few. */
const FIRST_GROUP = `${rank('group', GROUPS - 2)}`;
const membersSql = ({ users }) => `INSERT INTO user_group_member (user_id, group_id)
	SELECT user_id, 3 + (first + IF(k = 0, 0, 1 + step)) MOD ${GROUPS - 2} FROM (
		SELECT ${idOf('n')} AS user_id, ${FIRST_GROUP} AS first,
			${rank('second', GROUPS - 3)} AS step, ${drawn('two')} < 0.68 AS two
		FROM ${numbers(users)} WHERE n > ${STAFF}) m
		JOIN (SELECT 0 AS k UNION ALL SELECT 1) which ON k = 0 OR two;
	INSERT INTO user_group_member (user_id, group_id)
	SELECT id, IF(id <= ${ADMINISTRATORS}, 1, 2) FROM user WHERE ${STAFF_IDS};
	INSERT INTO admin_count (id, admins)
	SELECT 1, COUNT(*) FROM user_group_member WHERE group_id = 1`;

/* Half of them mistyped lately, fifty are under a delay. */
const attemptsSql = ({ users, sessions }) =>
	`INSERT INTO attempt (key_hash, user_id, failures, last_at, blocked_until)
	SELECT UNHEX(SHA2(CONCAT('attempt', n), 256)), ${anybody('attempt', users)}, 3, UTC_TIMESTAMP(),
		UTC_TIMESTAMP() + INTERVAL IF(n <= 50, 30, 0) DAY FROM ${numbers(Math.ceil(sessions / 4))}`;

const sessionsSql = ({ users, sessions }) => `INSERT INTO session (token_hash, user_id, user_email,
		created_at, last_used_at, remote_address, user_agent)
	SELECT UNHEX(SHA2(CONCAT('session', n), 256)), u.id, u.email,
		UTC_TIMESTAMP() - INTERVAL FLOOR(500000 * ${drawn('since')}) SECOND,
		UTC_TIMESTAMP() - INTERVAL FLOOR(40000 * ${drawn('used')}) SECOND, ${ADDRESS}, ${AGENT}
	FROM ${numbers(sessions)} JOIN user u ON u.id = ${anybody('session', users)}`;

/* One in ten is a company. One in three has somebody who looks after them. */
const clientsSql = ({ clients }) => `INSERT INTO client (id, name, email, phone, country, status,
		manager_id, created_at)
	SELECT ${idOf('n')}, IF(${drawn('firm')} < 0.1, CONCAT(p.last, ' ',
			ELT(1 + ${rank('form', 5)}, 'GmbH', 'Ltd', '& Sons', 'S.L.', 'Sp. z o.o.')), p.name),
		CONCAT(p.address, '.', n, '@', ${DOMAIN}),
		CONCAT(p.phone, 100000000 + n * 7919 * 104729 MOD 899999963),
		IF(${drawn('island')} < 0.005, 'MT', p.country),
		${drawn('status')} > 0.05, IF(${drawn('managed')} < 0.33, ${staff('manager')}, NULL),
		${at('created')} FROM ${numbers(clients)} ${CLIENT}`;

/* In the order in which it happened. A fifth were done by the staff, a fifth say what changed. */
const auditSql = ({ users, audit }) => `INSERT INTO audit (at, actor_id, action, result,
		target_type, target_id, remote_address, user_agent, request_id, before_json, after_json)
	SELECT TIMESTAMP('2016-01-01') + INTERVAL n * ${Math.floor(315e6 / audit)} SECOND, CASE
			WHEN kind = 9 THEN NULL WHEN kind < 5 THEN target ELSE ${staff('actor')} END,
		ELT(1 + kind, 'session.sign_in', 'session.sign_in', 'session.sign_in', 'session.sign_in',
			'session.sign_out', 'client.update', 'user.update', 'client.create', 'user.create',
			'session.sign_in'), CASE WHEN kind = 9 THEN 'sign_in_failed'
			WHEN ${drawn('refused')} < 0.001 THEN 'forbidden' ELSE 'ok' END,
		IF(kind IN (5, 7), 'client', 'user'), target, ${ADDRESS}, ${AGENT},
		LEFT(MD5(n), 16), IF(kind = 6, '{"status":"enabled"}', NULL),
		IF(kind = 6, '{"status":"disabled"}', NULL)
	FROM (SELECT n, FLOOR(10 * ${drawn('kind')}) AS kind, ${anybody('target', users)} AS target
		FROM ${numbers(audit)}) event`;

/* Of all kinds, most of them codes, and each settled but one in 2,000 that failed. */
const lettersSql = ({ users, letters }) => `INSERT INTO outbox (id, message_id, kind, user_id,
		priority, state, created_at, expires_at, next_at, attempts, smtp_code, settled_at,
		recipient, reply)
	SELECT n, UNHEX(MD5(CONCAT('letter', n))), ELT(1 + ${rank('kind', 4)}, 2, 1, 4, 5), u.id, 5,
		IF(n MOD 2000 = 7, 3, 2), at, at, at, 1, 250, at, u.email, '250 2.0.0 Ok: queued'
	FROM (SELECT n, TIMESTAMP('2016-01-01') + INTERVAL n * ${Math.floor(315e6 / letters)} SECOND
		AS at FROM ${numbers(letters)}) letter JOIN user u ON u.id = ${anybody('letter', users)};
	INSERT INTO outbox_payload (letter_id) SELECT id FROM outbox`;

/* Not before next month. */
const waitingSql = ({ users, letters, waiting }) => `INSERT INTO outbox (id, message_id, kind,
		user_id, priority, state, created_at, expires_at, next_at)
	SELECT ${letters} + n, UNHEX(MD5(CONCAT('waiting', n))), 4, ${anybody('waiting', users)}, 5, 0,
		UTC_TIMESTAMP(), UTC_TIMESTAMP() + INTERVAL 60 DAY, UTC_TIMESTAMP() + INTERVAL 30 DAY
	FROM ${numbers(waiting)};
	INSERT INTO outbox_payload (letter_id) SELECT id FROM outbox WHERE state = 0`;

/* What is loaded of each kind, in this order. */
const KINDS = { groups: groupsSql, users: usersSql, members: membersSql, attempts: attemptsSql,
	sessions: sessionsSql, clients: clientsSql, letters: lettersSql, waiting: waitingSql,
	audit: auditSql };

/** What only the growth of the users asks for. */
export const USERS_ONLY = ['groups', 'users', 'members'];

/**
 * The statements, by name, in their order.
 * @param {number} rows users
 * @param {string[]} [kinds] all of them unless they are named
 * @returns {[string, string][]}
 */
export function statements(rows, kinds = Object.keys(KINDS)) {
	return [['people', peopleSql()], ...kinds.map((kind) => [kind, KINDS[kind](sizes(rows))]),
		['end', 'DROP DATABASE bench; ANALYZE TABLE ' + TABLES]];
}

const TABLES = 'user, user_group, user_group_member, attempt, client, session, audit, outbox';
