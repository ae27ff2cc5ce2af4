/*
 * The floor of a new user who is mailed a link: what the product asks of the database for one, by a
 * client without HTTP that computes nothing. What is new in each stands as an expression, and links
 * of the trail go to a head of their own, which nobody verifies.
 */
const HEAD = "'floor'";
const NAMED = 'new.floor.';
const NEW = `CONCAT('${NAMED}', UUID_SHORT(), '@example.com')`;
const HOURS = 'UTC_TIMESTAMP(6) + INTERVAL 72 HOUR';
const AFTER = `{"id":1000001,"email":"new.floor.100000000000000@example.com","name":"Nora Neu",
	"status":"enabled","two_factor":"email","mask_data":false,"language":"","created_at":
	"2026-01-01T00:00:00.000Z","last_sign_in_at":null,"groups":[{"id":3,"name":"Support"}]}`;

/* A letter that is sealed takes about so many bytes. */
const LETTER = 600;

/* Who they are is the last number that an index gave: of the user, of the letter, of the entry. */
const ID = 'LAST_INSERT_ID()';

/**
 * The statements of one, in the order of the product.
 * @param {string} token of whoever creates
 */
export function madeStatements(token) {
	return [
		`SELECT s.id, s.user_id, s.created_at, s.last_used_at, s.proved_at, e.epoch FROM session s
			JOIN authz_epoch e ON e.id = 1 WHERE s.token_hash = X'${token}'`,
		'START TRANSACTION',
		`UPDATE authz_epoch SET uses = uses + 1 WHERE id = 2 + CONNECTION_ID() % 32 AND epoch >= 0`,
		`INSERT INTO user (email, name, status, two_factor, mask_data, language, creator_id,
			created_at, ip_allow_list, version, password, password_must_change,
			password_expires_at) VALUES (${NEW}, 'Nora Neu', 1, 1, 0, '', 1, UTC_TIMESTAMP(6), '',
			1, '!', 0, NULL)`,
		`INSERT INTO user_word (word, id) VALUES ('nora neu', ${ID}), ('neu nora', ${ID}),
			('@example.com', ${ID}), (${NEW}, ${ID})`,
		`INSERT INTO user_group_member (user_id, group_id) VALUES (${ID}, 3)`,
		'SELECT name, email FROM user WHERE id = 1',
		`INSERT INTO password_link (user_id, kind, token_hash, created_at, expires_at)
			VALUES (${ID}, 1, RANDOM_BYTES(32), UTC_TIMESTAMP(6), ${HOURS})`,
		`INSERT INTO outbox (message_id, kind, user_id, priority, recipient, created_at, expires_at,
			next_at) VALUES (RANDOM_BYTES(16), 4, ${ID}, 5, ${NEW}, UTC_TIMESTAMP(6), ${HOURS},
			UTC_TIMESTAMP(6))`,
		`INSERT INTO outbox_payload (letter_id, payload) VALUES (${ID}, RANDOM_BYTES(${LETTER}))`,
		`SELECT seq, hash, first_id, seal FROM audit_head WHERE node = ${HEAD} FOR UPDATE`,
		`INSERT INTO audit (at, actor_id, action, result, target_type, target_id, remote_address,
			user_agent, request_id, before_json, after_json) VALUES (UTC_TIMESTAMP(6), 1,
			'user.create', 'ok', 'user', ${ID}, '127.0.0.1', '', HEX(RANDOM_BYTES(16)), NULL,
			'${AFTER}')`,
		`INSERT INTO audit_chain (node, seq, audit_id, hash) SELECT node, seq + 1, ${ID},
			RANDOM_BYTES(32) FROM audit_head WHERE node = ${HEAD}`,
		`UPDATE audit_head SET seq = seq + 1, hash = RANDOM_BYTES(32), seal = RANDOM_BYTES(32)
			WHERE node = ${HEAD}`,
		'COMMIT',
	].map((one) => one.replace(/\s+/g, ' '));
}

/** The head for their links: a statement for whoever may put it. */
export const HEAD_OF_MADE = `INSERT IGNORE INTO audit_head (node, seq, hash, first_id, seal)
	VALUES (${HEAD}, 0, REPEAT('0', 32), 1, REPEAT('0', 32))`;

/** Their letters, which no key opens, do not wait: a statement for whoever sends all that do. */
export const LETTERS_OF_MADE_END = `UPDATE outbox SET state = 5 WHERE state IN (0, 1)
	AND recipient LIKE '${NAMED}%'`;
