/* People are created and edited through one node of a cluster while rights are changed through the
 * others: what was acknowledged is there, once and whole, and nothing else is. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD } from '../lib/stack.mjs';
import { surely } from '../lib/surely.mjs';
import { disturbed, LONG, ONE_PRIMARY, startCluster } from './cluster.mjs';

const EACH = LONG ? 100 : 12; // users that each of three people creates, and edits
const PEOPLE = [1, 2, 3];

let cluster;

before(async () => {
	if (!ONE_PRIMARY) {
		cluster = await startCluster({ settings: '[session]\nproof = 60\n' });
	}
});
after(() => cluster?.stop());

const emailOf = (person, i) => `acknowledged-${person}-${i}@example.com`;

/* Each change is sent until it is not put off; done already by then, it would be refused. */
async function createAndEdit(client, person) {
	for (let i = 0; i < EACH; i++) {
		const created = await surely(() => client.post('users', { email: emailOf(person, i),
			password: PASSWORD, groups: [3], send_to_email: true }));

		assert.equal(created.status, 201, `a user cannot be created: ${created.text}`);
		const edited = await surely(() => client.patch(`users/${created.body.id}`,
			{ name: 'Edited', groups: [] }, { 'If-Match': created.headers.etag }));

		assert.equal(edited.status, 200, `an acknowledged user cannot be edited: ${edited.text}`);
	}
}

/* Rights of a group, given and taken through the second host for as long as the work goes on. */
async function whileRightsChange(work) {
	const client = await cluster.hosts[1].signedIn();
	let over = false;
	let changes = 0;

	async function change() {
		while (!over) {
			const permissions = ['users.view', ...(changes % 2 ? [] : ['audit.view'])];
			const { status, text } = await surely(() =>
				client.patch('groups/4', { permissions }, { 'If-Match': '*' }));

			assert.equal(status, 200, text);
			changes++;
		}
	}
	await Promise.all([work().finally(() => (over = true)), change()]);
	return changes;
}

/* Email, version, name, groups, letters, and rows of the trail: created, edited. */
const FOUND = `SELECT u.email, u.version, u.name,
	(SELECT COUNT(*) FROM user_group_member WHERE user_id = u.id),
	(SELECT COUNT(*) FROM outbox WHERE user_id = u.id AND kind = 1),
	(SELECT COUNT(*) FROM audit WHERE target_type = 'user' AND target_id = u.id
		AND action = 'user.create' AND result = 'ok'),
	(SELECT COUNT(*) FROM audit WHERE target_type = 'user' AND target_id = u.id
		AND action = 'user.update' AND result = 'ok')
	FROM user u WHERE u.email LIKE 'acknowledged-%' ORDER BY u.id`;

/* What was left behind by users that are not there. */
const LEFT_OVERS = `SELECT
	(SELECT COUNT(*) FROM outbox WHERE user_id IS NULL),
	(SELECT COUNT(*) FROM audit WHERE action = 'user.create'
		AND target_id NOT IN (SELECT id FROM user))`;

function assertNobodyIsLost(emails) {
	const acknowledged = PEOPLE.flatMap((person) =>
		Array.from({ length: EACH }, (_, i) => emailOf(person, i)));
	const lost = acknowledged.filter((email) => !emails.includes(email));

	assert.equal(lost.length, 0, `an acknowledged user is lost: ${lost}`);
	assert.equal(emails.length, acknowledged.length);
}

test('users created and edited against changes of rights from other nodes are there, whole',
	{ skip: ONE_PRIMARY }, async (t) => {
		const client = await cluster.hosts[0].signedIn();
		const session = cluster.session(t, 3);
		const earlier = cluster.conflicts();

		cluster.settle();
		const changes = await whileRightsChange(() => disturbed(session, () =>
			Promise.all(PEOPLE.map((person) => createAndEdit(client, person)))));
		const conflicts = cluster.conflicts() - earlier;
		const found = cluster.sql(FOUND);

		t.diagnostic(`${found.length} users, ${changes} changes of rights through the other ` +
			`host, ${conflicts} certification conflicts`);
		assertNobodyIsLost(found.map(([email]) => email));
		for (const [email, ...parts] of found) {
			assert.deepEqual(parts, ['2', 'Edited', '0', '1', '1', '1'],
				`an acknowledged user is not whole: ${email}`);
		}
		assert.deepEqual(cluster.sql(LEFT_OVERS), [['0', '0']]);
		assert.ok(conflicts > 0);
		cluster.hosts[0].admin(['audit', 'verify']);
	});

test('what an import has written is numbered as the nodes number it', { skip: ONE_PRIMARY },
	async () => {
		const client = await cluster.hosts[0].signedIn();
		const emails = Array.from({ length: 700 }, (_, i) => `imported${i}@example.com`);
		const { status, body, text } = await client.send('POST', 'users/import', {
			body: `email,groups,send_link\n${emails.map((email) =>
				`${email},Support,true\n`).join('')}`, headers: { 'Content-Type': 'text/csv' } });

		assert.equal(status, 200, text);
		assert.deepEqual(cluster.sql(`SELECT u.id, u.email,
			(SELECT COUNT(*) FROM user_group_member WHERE user_id = u.id),
			(SELECT COUNT(*) FROM outbox o JOIN outbox_payload p ON p.letter_id = o.id
				WHERE o.user_id = u.id AND o.recipient = u.email),
			(SELECT COUNT(*) FROM audit WHERE target_id = u.id AND target_type = 'user')
			FROM user u WHERE u.email LIKE 'imported%' ORDER BY u.id`),
		body.rows.map(({ id }, i) => [String(id), emails[i], '1', '1', '1']));
		cluster.hosts[0].admin(['audit', 'verify']);
	});
