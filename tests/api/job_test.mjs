/* A job over many requests: each row is dealt with once, whoever asks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { restartPrograms } from '../lib/examined.mjs';
import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const ASYNC = { Prefer: 'respond-async' };
const CSV = { 'Content-Type': 'text/csv' };

let stack;
let admin;

before(async () => {
	stack = await startStack();
	stack.sql('SET GLOBAL max_allowed_packet = 16777216'); // MySQL takes more by default
	await restartPrograms(stack);
	stack.sql(`INSERT INTO user_group (id, name) VALUES (60, 'Desk');
		INSERT INTO user_group_permission VALUES (60, 'clients.create'), (60, 'users.create'),
			(60, 'users.update');`);
	admin = await stack.signedIn();
});
after(() => stack.stop());

const number = (sql) => Number(stack.sql(sql)[0][0]);

async function begin(noun, csv, { client = admin, headers = {} } = {}) {
	return client.send('POST', `${noun}/import`, { body: csv,
		headers: { ...CSV, ...ASYNC, ...headers } });
}

const step = (id, client = admin) => client.post(`jobs/${id}/step`, {});
const isWiped = (id) => number(`SELECT (SELECT COUNT(*) FROM work_piece WHERE work_id = ${id})
	+ (SELECT COUNT(*) FROM work WHERE id = ${id} AND input IS NOT NULL)`) === 0;

/** Steps until nothing is left; gives the rows of all steps and the record. */
async function finish(id, client = admin) {
	const rows = [];

	for (const end = Date.now() + 180_000; Date.now() < end;) {
		const { status, body } = await step(id, client);

		assert.equal(status, 200);
		rows.push(...body.rows);
		if (body.job.state !== 'running') {
			return { rows, job: body.job };
		}
	}
	throw new Error('there is no end');
}

const clientsFile = (name, count) => `name,email\n${Array.from({ length: count }, (_, i) =>
	`${name}${i},${name}${i}@example.com\n`).join('')}`;
const usersFile = (name, count) => `email,groups\n${Array.from({ length: count }, (_, i) =>
	`${name}${i}@example.com,Support\n`).join('')}`;

test('a job is made at once, and each step deals with the next rows and says how far it is',
	async () => {
		const { status, body, headers } = await begin('clients', clientsFile('steps', 2450));

		assert.equal(status, 202);
		assert.match(headers.location, new RegExp(`/api/v1/jobs/${body.id}$`));
		assert.deepEqual([body.kind, body.state, body.position, body.total, body.head],
			['clients_import', 'running', 0, 2450, 'name,email']);
		const first = (await step(body.id)).body;

		assert.deepEqual([first.rows.length, first.job.position, first.job.state],
			[2000, 2000, 'running']);
		assert.deepEqual([first.rows[0].line, first.rows[0].changed], [2, true]);
		assert.equal(number(`SELECT SUM(LENGTH(input) - LENGTH(REPLACE(input, '\n', '')))
			FROM work_piece WHERE work_id = ${body.id}`), 450, 'what is done is wiped');
		const { rows, job } = await finish(body.id);

		assert.deepEqual([rows.length, job.state, job.done, job.failed],
			[450, 'finished', 2450, 0]);
		assert.equal(number("SELECT COUNT(*) FROM client WHERE name LIKE 'steps%'"), 2450);
		assert.ok(isWiped(body.id));
		assert.deepEqual((await step(body.id)).body.rows, []);
	});

test('a thousand users are imported, each with its row in the trail', async () => {
	const { body } = await begin('users', usersFile('thousand', 1000));
	const { rows, job } = await finish(body.id);

	assert.deepEqual([rows.length, job.done, job.failed], [1000, 1000, 0]);
	assert.equal(number(`SELECT COUNT(*) FROM audit JOIN user ON user.id = audit.target_id
		WHERE action = 'user.create' AND email LIKE 'thousand%'`), 1000);
	assert.equal(number(`SELECT COUNT(*) FROM user_group_member m JOIN user u ON u.id = m.user_id
		WHERE u.email LIKE 'thousand%' AND m.group_id = 3`), 1000);
});

test('a file that is longer than what the database takes at once is imported', async () => {
	const row = (i) => `Long ${i},${'x'.repeat(10_000)}\n`;
	const csv = `name,reason\n${Array.from({ length: 2200 }, (_, i) => row(i)).join('')}`;

	assert.ok(csv.length > number('SELECT @@max_allowed_packet'));
	const { body } = await begin('clients', csv);
	const { job } = await finish(body.id);

	assert.deepEqual([job.done, job.failed], [2200, 0]);
	assert.equal(number("SELECT COUNT(*) FROM client WHERE name LIKE 'Long %'"), 2200);
	assert.ok(isWiped(body.id));
});

test('rows that are refused are told of, however many and wherever in the file', async () => {
	const csv = `name,email\n${Array.from({ length: 1700 }, (_, i) =>
		i % 2 ? `Good${i},\n` : `Bad${i},${'nope '.repeat(100)}\n`).join('')}`;
	const { body } = await begin('clients', csv);

	await finish(body.id);
	const { body: whole } = await admin.get(`jobs/${body.id}`);

	assert.deepEqual([whole.done, whole.failed], [850, 850]);
	assert.deepEqual(whole.refused.map(({ line }) => line),
		Array.from({ length: 850 }, (_, i) => 2 + 2 * i));
});

test('two tabs that step at once do each row exactly once', async () => {
	const other = await stack.signedIn();
	const { body } = await begin('users', usersFile('tabs', 600));
	const [a, b] = await Promise.all([finish(body.id), finish(body.id, other)]);
	const lines = [...a.rows, ...b.rows].map(({ line }) => line).sort((x, y) => x - y);

	assert.deepEqual(lines, Array.from({ length: 600 }, (_, i) => i + 2));
	assert.equal(number("SELECT COUNT(*) FROM user WHERE email LIKE 'tabs%'"), 600);
	assert.equal(number(`SELECT done FROM work WHERE id = ${body.id}`), 600);
});

test('a step does not wait for another one that is at the same rows', async () => {
	const { body } = await begin('users', usersFile('busy', 3));
	const other = stack.sqlSession();

	await other.run(`BEGIN; SELECT id FROM work WHERE id = ${body.id} FOR UPDATE;`);
	const { status, body: busy } = await step(body.id);

	assert.deepEqual([status, busy.rows, busy.job.state, busy.job.position],
		[200, [], 'running', 0]);
	await other.end();
	assert.equal((await finish(body.id)).job.done, 3);
});

test('what is cancelled in the middle stays as far as it is, and forgets the rest', async () => {
	const { body } = await begin('clients', clientsFile('half', 2100));

	await step(body.id);
	assert.equal((await admin.delete(`jobs/${body.id}`)).status, 204);
	const { body: late } = await step(body.id);

	assert.deepEqual([late.job.state, late.job.position, late.rows], ['cancelled', 2000, []]);
	assert.equal(number("SELECT COUNT(*) FROM client WHERE name LIKE 'half%'"), 2000);
	assert.ok(isWiped(body.id));
	assert.equal((await admin.delete(`jobs/${body.id}`)).status, 204);
	assert.equal((await admin.get(`jobs/${body.id}`)).status, 404);
});

test('a right that is taken away ends the job where it is', async () => {
	const desk = await stack.person('desk@example.com', { groups: ['Desk'] });
	const { body } = await begin('clients', clientsFile('right', 2100), { client: desk });

	await step(body.id, desk);
	stack.sql(`DELETE FROM user_group_permission WHERE group_id = 60
		AND permission = 'clients.create'; UPDATE authz_epoch SET epoch = epoch + 1`);
	const refused = await step(body.id, desk);

	stack.sql(`INSERT INTO user_group_permission VALUES (60, 'clients.create');
		UPDATE authz_epoch SET epoch = epoch + 1`);
	assert.deepEqual([refused.status, refused.body.missing], [403, 'clients.create']);
	assert.equal(number("SELECT COUNT(*) FROM client WHERE name LIKE 'right%'"), 2000);
	assert.equal((await finish(body.id, desk)).job.done, 2100);
});

test('nobody grants above themselves, also when they could at the beginning', async () => {
	const giver = await stack.person('giver@example.com', { groups: ['Desk', 'Managers'] });
	const { body } = await begin('users', 'email,groups\ngiven1@example.com,Managers\n',
		{ client: giver });

	stack.sql(`DELETE m FROM user_group_member m JOIN user u ON u.id = m.user_id
		WHERE u.email = 'giver@example.com' AND m.group_id = 2;
		UPDATE authz_epoch SET epoch = epoch + 1`);
	const { rows } = await finish(body.id, giver);

	assert.deepEqual(rows[0].errors, { groups: 'groups.above_yours' });
	assert.equal(number("SELECT COUNT(*) FROM user WHERE email LIKE 'given%'"), 0);
});

test('refused rows are kept with their reasons and their text, and taken away with the job',
	async () => {
		const { body } = await begin('clients',
			'\uFEFFname,email\r\nGood,good@example.com\r\n\r\n"Bad,\r\nvery",nope\r\nLast,x');

		await finish(body.id);
		const { body: whole } = await admin.get(`jobs/${body.id}`);

		assert.deepEqual([whole.done, whole.failed, whole.head], [1, 2, 'name,email']);
		assert.deepEqual(whole.refused.map(({ line, errors, text }) => [line, errors, text]), [
			[4, { name: 'name.characters', email: 'email.format' }, '"Bad,\r\nvery",nope\r\n'],
			[6, { email: 'email.format' }, 'Last,x'],
		]);
	});

test('what in a cell is wrong is kept with the reason', async () => {
	const { body } = await begin('users', 'email,groups\nodd@example.org,Support|Salez\n');

	await finish(body.id);
	const [{ errors, said }] = (await admin.get(`jobs/${body.id}`)).body.refused;

	assert.deepEqual([errors, said], [{ groups: 'groups.unknown' }, { groups: 'Salez' }]);
});

test('a row that the database refuses holds the others of its batch not up', async () => {
	stack.sql("ALTER TABLE client ADD CONSTRAINT no_poison7 CHECK (name <> 'poison7')");
	const { body } = await begin('clients', clientsFile('poison', 20));
	const { rows, job } = await finish(body.id);

	stack.sql('ALTER TABLE client DROP CONSTRAINT no_poison7');
	assert.deepEqual([job.done, job.failed], [19, 1]);
	assert.deepEqual(rows[7].errors, { row: 'csv.not_saved' });
	assert.equal(number("SELECT COUNT(*) FROM client WHERE name LIKE 'poison%'"), 19);
});

test('a change of more than one request takes is done in steps, refusals and all', async () => {
	stack.sql(`INSERT INTO user (email, name, password, created_at) VALUES ${Array.from(
		{ length: 120 }, (_, i) => `('bulk${i}@example.org', '', '', NOW())`)}`);
	const { body } = await admin.send('POST', 'users/bulk', { headers: ASYNC,
		body: { filter: { email: 'bulk' }, set: { status: 'disabled' } } });

	assert.deepEqual([body.kind, body.total, body.set],
		['users_bulk', 120, { status: 'disabled' }]);
	assert.equal((await step(body.id)).body.job.position, 50);
	stack.sql("DELETE FROM user WHERE email = 'bulk119@example.org'");
	const { job } = await finish(body.id);

	assert.deepEqual([job.done, job.failed], [119, 1]);
	assert.equal(number(`SELECT COUNT(*) FROM user WHERE status = 0
		AND email LIKE 'bulk%example.org'`), 119);
});

test('a refused row of a bulk change is named and noted in the trail', async () => {
	const { body } = await admin.send('POST', 'users/bulk', { headers: ASYNC,
		body: { ids: [1], set: { status: 'disabled' } } });
	const { rows } = await finish(body.id);

	assert.deepEqual(rows.map(({ id, name, changed, errors }) => [id, name, changed, errors]),
		[[1, 'admin@example.com', false, { row: 'status.self' }]]);
	assert.deepEqual(stack.sql(`SELECT result FROM audit WHERE action = 'user.update'
		AND target_id = 1 ORDER BY id DESC LIMIT 1`), [['status.self']]);
});

test('the same request again makes no job again', async () => {
	const headers = { 'Idempotency-Key': 'job once' };
	const first = await begin('clients', clientsFile('once', 3), { headers });
	const again = await begin('clients', clientsFile('once', 3), { headers });

	assert.deepEqual([again.status, again.body.id], [202, first.body.id]);
});

test('a job is for whoever asked for it, and for nobody else', async () => {
	const { body } = await begin('clients', clientsFile('mine', 3));
	const other = await stack.person('other@example.com', { groups: ['Desk'] });

	for (const { status } of [await other.get(`jobs/${body.id}`), await step(body.id, other),
		await other.delete(`jobs/${body.id}`)]) {
		assert.equal(status, 404);
	}
	assert.deepEqual((await other.get('jobs')).body.items, []);
	assert.deepEqual((await other.get('session')).body.jobs, []);
	assert.ok((await admin.get('jobs')).body.items.some(({ id }) => id === body.id));
	assert.ok((await admin.get('session')).body.jobs.some(({ id }) => id === body.id));
	await finish(body.id);
});

test('nobody has more than twenty jobs under way', async () => {
	const desk = await stack.person('busy@example.com', { groups: ['Desk'] });

	for (let i = 0; i < 20; i += 1) {
		assert.equal((await begin('clients', 'name\nx\n', { client: desk })).status, 202);
	}
	const { status, body } = await begin('clients', 'name\nx\n', { client: desk });

	assert.deepEqual([status, body.errors], [422, { job: 'job.too_many' }]);
});

test('a file without rows, or with wrong columns, and a filter without hits are refused at once',
	async () => {
		assert.deepEqual((await begin('clients', 'name\n')).body.errors, { file: 'csv.empty' });
		assert.deepEqual((await begin('clients', 'mail\nx\n')).body.errors,
			{ mail: 'unknown', name: 'csv.missing' });
		const { body } = await admin.send('POST', 'users/bulk', { headers: ASYNC,
			body: { filter: { email: 'nobody.here' }, set: { status: 'disabled' } } });

		assert.deepEqual(body.errors, { ids: 'ids.required' });
	});

test('a job goes on where it was after a restart, which sweeps away what nobody has gone on with',
	async () => {
		const left = await begin('clients', clientsFile('left', 3));
		const old = await begin('clients', clientsFile('old', 3));
		const { body } = await begin('users', usersFile('restart', 1500));

		await finish(old.body.id);
		await step(body.id);
		stack.sql(`UPDATE work SET updated_at = UTC_TIMESTAMP(6) - INTERVAL 25 HOUR
			WHERE id IN (${left.body.id}, ${old.body.id})`);
		await stack.halt();
		stack = await startStack({ data: stack.data });
		admin = await stack.signedIn();
		assert.equal((await finish(body.id)).job.done, 1500);
		assert.equal(number("SELECT COUNT(*) FROM user WHERE email LIKE 'restart%'"), 1500);
		await until(async () => (await admin.get(`jobs/${old.body.id}`)).status === 404);
		assert.equal((await admin.get(`jobs/${left.body.id}`)).body.state, 'expired');
		assert.ok(isWiped(left.body.id));
	});

test('what is swept away does not wait for a job that is being gone on with', async () => {
	const left = await begin('clients', clientsFile('ended', 3));
	const { body } = await begin('clients', clientsFile('held', 3));
	const other = stack.sqlSession();

	stack.sql(`UPDATE work SET updated_at = UTC_TIMESTAMP(6) - INTERVAL 25 HOUR
		WHERE id = ${left.body.id}`);
	await other.run(`BEGIN; SELECT id FROM work WHERE id = ${body.id} FOR UPDATE;
		SELECT position FROM work_piece WHERE work_id = ${body.id} FOR UPDATE;`);
	await restartPrograms(stack);
	await until(async () => (await admin.get(`jobs/${left.body.id}`)).body.state === 'expired');
	await until(() => isWiped(left.body.id));
	await other.end();
	assert.equal((await finish(body.id)).job.done, 3);
});
