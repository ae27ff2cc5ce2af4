/* What people do while parts fail, and what must be left of it. */
import assert from 'node:assert/strict';

import { PASSWORD } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

/* What a request may be answered with while its part of the house is away. */
const PASSING = new Set([502, 503]);

const PATIENCE = 300; // seconds
export const LINE_MAX = 2000; // milliseconds that a line may stand still: fcgi/http/lane.c

export function assertUnavailable({ status, headers, body }) {
	assert.equal(status, 503);
	assert.equal(headers['content-type'], 'application/problem+json');
	assert.ok(Number(headers['retry-after']) > 0);
	assert.equal(body.code, 'unavailable');
}

export function newUser(name) {
	return { email: `${name}@fault.example`, password: PASSWORD, groups: [2], send_to_email: true };
}

/**
 * Repeats the very same request until it is answered for good; gives all its answers, each with the
 * milliseconds that it took.
 */
export async function createSurely(client, name) {
	const answers = [];

	await until(async () => {
		const begun = Date.now();
		const answer = await client.post('users', newUser(name), { 'Idempotency-Key': name });

		answers.push({ ...answer, took: Date.now() - begun });
		return !PASSING.has(answer.status);
	}, PATIENCE);
	return answers;
}

/** Whether somebody waited in line so long that they were told to come again: a busy machine. */
const wasInLine = ({ status, took }) => status === 503 && took >= LINE_MAX;

/**
 * People create users, each request repeated until it is answered, for as long as the disturbance
 * runs. Gives the names of the users and every status that was seen, but for those that were too
 * long in line for a thread that hashes.
 */
export async function createUnder(client, prefix, disturbance) {
	const names = [];
	const statuses = new Set();
	let over = false;

	async function person(number) {
		for (let i = 0; !over; i++) {
			const name = `${prefix}-${number}-${i}`;
			const answers = await createSurely(client, name);

			names.push(name);
			answers.filter((answer) => !wasInLine(answer))
				.forEach(({ status }) => statuses.add(status));
			assert.equal(answers.at(-1).status, 201, answers.at(-1).text);
			assert.equal(answers.at(-1).body.email, newUser(name).email);
		}
	}

	await Promise.all([...[1, 2, 3, 4, 5, 6].map(person),
		disturbance(names).finally(() => (over = true))]);
	return { names, statuses };
}

/* Every user with the number of its memberships, letters, audit rows and answered keys. */
const PARTS_OF_USERS = `SELECT u.email,
	(SELECT COUNT(*) FROM user_group_member WHERE user_id = u.id),
	(SELECT COUNT(*) FROM outbox WHERE user_id = u.id AND kind = 1),
	(SELECT COUNT(*) FROM audit WHERE target_type = 'user' AND target_id = u.id
		AND action = 'user.create'),
	(SELECT COUNT(*) FROM idempotency WHERE record_id = u.id)
	FROM user u WHERE u.email LIKE '%@fault.example'`;

/* What was left behind by users that are not there. */
const LEFT_OVERS = `SELECT
	(SELECT COUNT(*) FROM outbox WHERE user_id IS NULL),
	(SELECT COUNT(*) FROM audit WHERE action = 'user.create'
		AND target_id NOT IN (SELECT id FROM user)),
	(SELECT COUNT(*) FROM idempotency WHERE record_id NOT IN (SELECT id FROM user))`;

/** Exactly these users are there, once each, with all that belongs to them and nothing more. */
export function assertWhole(stack, names) {
	const found = new Map(stack.sql(PARTS_OF_USERS).map(([email, ...counts]) => [email, counts]));
	const expected = new Set(names.map((name) => newUser(name).email));

	assert.deepEqual([...expected].filter((email) => !found.has(email)), [], 'lost users');
	assert.deepEqual([...found.keys()].filter((email) => !expected.has(email)), [], 'other users');
	for (const [email, counts] of found) {
		assert.deepEqual(counts, ['1', '1', '1', '1'], email);
	}
	assert.deepEqual(stack.sql(LEFT_OVERS), [['0', '0', '0']]);
}
