/* Clients as CSV, out and in; and a list of a hundred thousand. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';

import { startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const CSV = { 'Content-Type': 'text/csv' };
const MANY = 100_000;
/* What is said of a file in which nothing is unusual. */
const FILE = { encoding: 'utf-8', separator: ',', ignored: [], new: 0, changed: 0, same: 0 };

let stack;
let admin;
let masked;
let keys = 0;

before(async () => {
	/* A sanitizer keeps what was freed for a while, which is not what is measured below. */
	stack = await startStack({ env: { ASAN_OPTIONS: 'quarantine_size_mb=0' } });
	stack.sql(`INSERT INTO user_group (id, name) VALUES (50, 'Desk');
		INSERT INTO user_group_permission VALUES (50, 'clients.view'), (50, 'clients.create');`);
	admin = await stack.signedIn();
	masked = await stack.person('masked@example.com', { groups: ['Desk'], masked: true });
});
after(() => stack.stop());

/** Clients 1 to count, by SQL. */
function fill(count) {
	stack.sql(`DELETE FROM client;
		INSERT INTO client (id, name, email, phone, country, status, created_at)
		WITH RECURSIVE digit AS (SELECT 0 AS d UNION ALL SELECT d + 1 FROM digit WHERE d < 9)
		SELECT n, CONCAT('Name ', n MOD 1000), CONCAT('c', n, '@example.com'),
			CONCAT('+4930', 1000000 + n), ELT(1 + n MOD 3, 'DE', 'FR', ''), n MOD 2,
			TIMESTAMP('2024-01-01') + INTERVAL n MINUTE
		FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
			FROM digit a, digit b, digit c, digit e, digit f) numbers WHERE n <= ${count}`);
}

/** Rows of cells; good enough for what the export writes here. */
function cellsOf(text) {
	return text.trimEnd().split('\r\n').map((line) =>
		[...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)]
			.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain));
}

function send(csv, { dryRun = false, client = admin, key } = {}) {
	return client.send('POST', `clients/import?dry_run=${dryRun}`, { body: csv,
		headers: key ? { ...CSV, 'Idempotency-Key': key } : CSV });
}

const clientCount = () => Number(stack.sql('SELECT COUNT(*) FROM client')[0][0]);

test('an export of nothing is the line of names', async () => {
	fill(0);
	const { status, headers, text } = await admin.get('clients/export.csv');

	assert.equal(status, 200);
	assert.match(headers['content-type'], /^text\/csv; charset=utf-8/);
	assert.match(headers['content-disposition'],
		/^attachment; filename="clients-\d{4}-\d\d-\d\d\.csv"$/);
	assert.equal(text, '\uFEFFid,name,email,phone,country,status,manager,manager_email,'
		+ 'manager_name,created_at\r\n');
});

test('an export quotes what CSV needs quoted, and no cell is a formula', async () => {
	const names = ['a, b', 'He said "no"', '=1+1', '+1', '-1', '@x', "'=plain", 'Zoë', '5'];

	fill(0);
	for (const name of names) {
		await admin.post('clients', { name, phone: '+442079460018' });
	}
	const rows = cellsOf((await admin.get('clients/export.csv?sort=id')).text).slice(1);

	assert.deepEqual(rows.map(([, name]) => name), ['a, b', 'He said "no"', "'=1+1", "'+1", "'-1",
		"'@x", "''=plain", 'Zoë', '5']);
	assert.ok(rows.every(([, , , phone]) => phone === "'+442079460018"));
});

test('cells that begin with a tab or a line end are no formula either', async () => {
	fill(0);
	stack.sql(`INSERT INTO client (name, created_at) VALUES ('\t=1', NOW()), ('\r=1', NOW());`);
	const { text } = await admin.get('clients/export.csv?sort=id');

	assert.match(text, /,"'\t=1",/);
	assert.match(text, /,"'\r=1",/);
});

test('an export takes the filters and the order of the list', async () => {
	fill(10);
	const rows = cellsOf((await admin.get('clients/export.csv?status=enabled&sort=-name')).text);

	assert.deepEqual(rows.slice(1).map(([id]) => id), ['9', '7', '5', '3', '1']);
	assert.equal((await admin.get('clients/export.csv?sort=secret')).status, 400);
});

test('a masked export holds masks, and is not sorted or filtered by what they hide', async () => {
	fill(10);
	const { text } = await masked.get('clients/export.csv?country=FR');
	const rows = cellsOf(text).slice(1);

	assert.equal(rows.length, 4);
	assert.ok(rows.every(([, name, email, phone]) => name === '*****' && email === '*****@*****'
		&& phone === '*****'));
	assert.doesNotMatch(text, /Name|example|4930/);
	for (const query of ['sort=name', 'email=c1', 'phone=4930']) {
		const { status, body } = await masked.get(`clients/export.csv?${query}`);

		assert.equal(status, 403);
		assert.deepEqual(Object.values(body.errors), ['field.masked']);
	}
});

test('an export is noted with the names of its filters, not with what they look for', async () => {
	fill(10);
	await admin.get('clients/export.csv?email=c1%40example');
	assert.deepEqual(stack.sql(`SELECT actor_id, after_json FROM audit
		WHERE action = 'clients.export' ORDER BY id DESC LIMIT 1`),
	[['1', '{"filters":["email"],"masked":false}']]);
});

test('what was exported can be imported again', async () => {
	fill(0);
	await admin.post('clients', { name: '=cmd', email: 'x@example.com', phone: '+442079460018',
		country: 'GB', status: 'disabled', manager: 1 });
	const { text } = await admin.get('clients/export.csv');

	fill(0);
	const { status, body } = await send(text);

	assert.equal(status, 200);
	const copy = (await admin.get(`clients/${body.rows[0].id}`)).body;

	assert.deepEqual([copy.name, copy.phone, copy.status, copy.manager.id],
		['=cmd', '+442079460018', 'disabled', 1]);
});

test('an import says for each row what became of it', async () => {
	fill(0);
	const { status, body } = await send('\uFEFFname,email,phone,country,status\r\n'
		+ 'Ada,ada@example.com,+442079460018,GB,enabled\r\n'
		+ '\r\n'
		+ '"Two\r\nlines",a@example.com,,,\r\n'
		+ ',nope,123,Atlantis,maybe\r\n'
		+ 'wide,,,,,row\r\n'
		+ 'Bob,,,,\r\n');

	assert.equal(status, 200);
	assert.deepEqual(body, { ...FILE, dry_run: false, good: 2, new: 2, refused: 3, rows: [
		{ line: 2, id: body.rows[0].id, deed: 'new', errors: {} },
		{ line: 4, id: null, deed: 'refused', errors: { name: 'name.characters' } },
		{ line: 6, id: null, deed: 'refused', errors: { name: 'name.required',
			email: 'email.format', phone: 'phone.too_short', country: 'country.format',
			status: 'status.unknown' } },
		{ line: 7, id: null, deed: 'refused', errors: { row: 'csv.cells' } },
		{ line: 8, id: body.rows[4].id, deed: 'new', errors: {} },
	] });
	assert.equal((await admin.get(`clients/${body.rows[0].id}`)).body.email, 'ada@example.com');
	assert.equal((await admin.get(`clients/${body.rows[4].id}`)).body.status, 'enabled');
	assert.equal(clientCount(), 2);
});

test('a dry run says the same and changes nothing', async () => {
	fill(0);
	const { body } = await send('name,email\nAda,ada@example.com\nBob,nope\n', { dryRun: true });

	assert.deepEqual(body, { ...FILE, dry_run: true, good: 1, new: 1, refused: 1, rows: [
		{ line: 2, id: null, deed: 'new', errors: {} },
		{ line: 3, id: null, deed: 'refused', errors: { email: 'email.format' } },
	] });
	assert.equal(clientCount(), 0);
	assert.deepEqual(stack.sql(`SELECT id FROM audit WHERE action = 'client.create'
		AND at > UTC_TIMESTAMP(6) - INTERVAL 0 SECOND`), []);
});

test('unknown, repeated and missing columns are named', async () => {
	const { status, body } = await send('mail,phone,Phone,version\nx,y,z,1\n');

	assert.equal(status, 422);
	assert.deepEqual(body.errors, { mail: 'unknown', phone: 'csv.repeated', version: 'unknown',
		name: 'csv.missing' });
});

test('columns come in any order, and the reasons of an earlier refusal are skipped', async () => {
	const { body } = await send('reason,EMAIL,name\nwas wrong,ada@example.com,Ada\n');

	assert.equal(body.good, 1);
	assert.equal((await admin.get(`clients/${body.rows[0].id}`)).body.email, 'ada@example.com');
});

test('what is no table is refused as a whole, with the line', async () => {
	const keyOf = async (csv) => {
		const { errors, line } = (await send(csv)).body;

		return line ? `${errors.file} ${line}` : errors.file;
	};

	assert.equal(await keyOf(''), 'csv.empty');
	assert.equal(await keyOf('\n\nna"me\nx\n'), 'csv.format 3');
	assert.equal(await keyOf(`name\n\n${'x'.repeat(1 << 20)}\n`), 'csv.format 3');
	assert.equal(await keyOf(`${'a,'.repeat(257)}\n`), 'csv.format 1');
	assert.equal(await keyOf('PK\x03\x04 and so on'), 'csv.workbook');
	assert.equal(await keyOf(`name\n${'x\n'.repeat(100_001)}`), 'csv.too_many_rows');
	assert.equal((await admin.post('clients/import', { name: 'x' })).status, 415);
	const { status } = await admin.send('POST', 'clients/import?dry=1',
		{ body: 'name\n', headers: CSV });

	assert.equal(status, 400);
});

test('64 mebibytes are taken here, more are refused, and elsewhere 64 KiB stay the most',
	async () => {
		const row = 'x'.repeat((1 << 20) - 1);
		const wide = (rows) => `name\n${`${row}\n`.repeat(rows)}`;

		assert.equal((await send(wide(63), { dryRun: true })).status, 200);
		const { status, body } = await send(wide(64), { dryRun: true });

		assert.equal(status, 413);
		assert.equal(body.code, 'too_large');
		assert.equal((await admin.post('clients', { name: 'x'.repeat(65_536) })).status, 413);
	});

test('an import of many rows is whole, and the same one again changes nothing', async () => {
	fill(0);
	const key = `import ${keys += 1}`;
	const csv = `name,email\n${Array.from({ length: 1200 }, (_, i) => `N${i},n${i}@example.com\n`)
		.join('')}`;
	const { body } = await send(csv, { key });

	assert.equal(body.good, 1200);
	assert.equal(new Set(body.rows.map(({ id }) => id)).size, 1200);
	const again = await send(csv, { key });

	assert.equal(again.status, 409);
	assert.deepEqual(again.body.errors, { file: 'csv.imported' });
	assert.equal(clientCount(), 1200);
});

test('a batch that fails is told row by row, and what was saved before it stays', async () => {
	fill(0);
	stack.sql("ALTER TABLE client ADD CONSTRAINT no_n1100 CHECK (name <> 'N1100')");
	const csv = `name\n${Array.from({ length: 1200 }, (_, i) => `N${i}\n`).join('')}`;
	const { status, body } = await send(csv);

	stack.sql('ALTER TABLE client DROP CONSTRAINT no_n1100');
	assert.equal(status, 200);
	assert.equal(body.good, 1000);
	assert.equal(clientCount(), 1000);
	assert.deepEqual(body.rows[1000], { line: 1002, id: null, deed: 'refused',
		errors: { row: 'csv.not_saved' } });
	assert.deepEqual(body.rows[1199].errors, { row: 'csv.not_saved' });
});

test('the same file at once, many times over, makes each client once', async () => {
	fill(0);
	const csv = `name,email\n${Array.from({ length: 40 }, (_, i) =>
		`N${i},once${i}@example.com\n`).join('')}`;
	const answers = await Promise.all(Array.from({ length: 12 }, () => send(csv)));
	const said = (deed) => answers.reduce((sum, { body }) => sum + body[deed], 0);

	assert.deepEqual(answers.map(({ status }) => status), Array(12).fill(200));
	assert.equal(clientCount(), 40);
	assert.deepEqual(['new', 'same', 'changed', 'refused'].map(said), [40, 11 * 40, 0, 0]);
});

test('managers are checked, and are for those who may see users', async () => {
	const { body } = await send('name,manager\nA,1\nB,999\nC,x\nD,\n', { dryRun: true });

	assert.deepEqual(body.rows.map(({ errors }) => errors.manager),
		[undefined, 'manager.unknown', 'manager.format', undefined]);
	const refused = await send('name,manager\nA,1\n', { client: masked });

	assert.equal(refused.status, 403);
	assert.equal(refused.body.missing, 'users.view');
});

test('a masked viewer may import, and reads nothing back', async () => {
	const { status, text } = await send('name,email\nAda,ada@example.com\nAda,nope\n',
		{ client: masked });

	assert.equal(status, 200);
	assert.doesNotMatch(text, /ada/i);
});

test('each imported client has its row in the trail', async () => {
	const { body } = await send('name\nTrailed\n');

	assert.deepEqual(stack.sql(`SELECT actor_id FROM audit WHERE action = 'client.create'
		AND target_type = 'client' AND target_id = ${body.rows[0].id}`), [['1']]);
});

/** Walks pages by their cursors; gives the ids seen. */
async function walk(query, pages) {
	const ids = [];
	let cursor = '';

	for (let page = 0; page < pages; page += 1) {
		const { status, body } = await admin.get(`clients?size=200&${query}${cursor}`);

		assert.equal(status, 200);
		ids.push(...body.items.map(({ id }) => id));
		if (!body.page.next) {
			break;
		}
		cursor = `&after=${encodeURIComponent(body.page.next)}`;
	}
	return ids;
}

test('one client is a list of one', async () => {
	fill(1);
	const { body } = await admin.get('clients');

	assert.deepEqual(body.items.map(({ id }) => id), [1]);
	assert.deepEqual(body.page, { size: 50, next: null, prev: null, total: 1, total_exact: true });
});

test('a hundred thousand clients are walked, sorted and searched page by page', async () => {
	fill(MANY);
	const { body } = await admin.get('clients');

	assert.deepEqual([body.items[0].id, body.page.total, body.page.total_exact],
		[MANY, 10_000, false]);
	assert.deepEqual(await walk('sort=id', 5), Array.from({ length: 1000 }, (_, i) => i + 1));
	for (const sort of ['name', '-email', 'phone', 'country', '-status', 'created_at']) {
		const ids = await walk(`sort=${sort}`, 4);

		assert.equal(new Set(ids).size, 800, sort);
	}
	assert.deepEqual(await walk('sort=email&email=c99999', 9), [99_999]);
	assert.equal((await walk('sort=-name&name=Name+777', 9)).length, 100);
	assert.equal((await walk('phone=4930&country=FR', 2)).length, 400);
});

/** Peak of the memory that the program has used, in KiB. */
function peak() {
	const status = readFileSync(`/proc/${stack.pid('fcgi')}/status`, 'utf8');

	return Number(status.match(/^VmHWM:\s+(\d+)/m)[1]);
}

test('an export of a hundred thousand is whole and in order, and needs no memory for all',
	async () => {
		const base = peak();
		const { text } = await admin.get('clients/export.csv?sort=id');
		const ids = cellsOf(text).slice(1).map(([id]) => Number(id));

		assert.deepEqual(ids, Array.from({ length: MANY }, (_, i) => i + 1));
		assert.ok(text.length > 8_000_000);
		assert.ok(peak() - base < 4000, `${peak() - base} KiB more`);
		for (const query of ['sort=-name&status=enabled', 'sort=country&status=enabled']) {
			const some = cellsOf((await admin.get(`clients/export.csv?${query}`)).text).slice(1);

			assert.equal(new Set(some.map(([id]) => id)).size, MANY / 2);
		}
	});

const WAITS = process.env.DB_SERVER === 'mysql' &&
	'a table is renamed there when the export is over';

test('an export that breaks off does not end like a whole one', { skip: WAITS }, async () => {
	const Cookie = [...admin.jar].map(([name, value]) => `${name}=${value}`).join('; ');
	const broken = await new Promise((resolve) => {
		const url = new URL('api/v1/clients/export.csv', stack.url);

		request(url, { headers: { Cookie } }, (answer) => {
			answer.once('data', () => stack.sql('RENAME TABLE client TO client_away'));
			answer.on('error', () => resolve(true));
			answer.on('end', () => resolve(!answer.complete));
			answer.resume();
		}).end();
	});

	stack.sql('RENAME TABLE client_away TO client');
	assert.ok(broken);
	await until(async () => (await admin.get('clients')).status === 200);
});
