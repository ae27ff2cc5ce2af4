/*
 * Clients that a provider keeps in a table of another shape: a view of the name client takes the
 * table's place. One view is made of expressions and can only be read; the other one renames
 * columns and takes every change.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { printed } from '../lib/contract.mjs';
import { startStack } from '../lib/stack.mjs';

const CUSTOMERS = `
	CREATE TABLE crm_customers (
		customer_no INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
		first_name VARCHAR(80) NOT NULL, last_name VARCHAR(80) NOT NULL,
		mail VARCHAR(200) NULL, tel VARCHAR(40) NULL, land CHAR(3) NULL,
		active ENUM('y', 'n') NOT NULL DEFAULT 'y',
		since TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
	) DEFAULT CHARSET=latin1;
	INSERT INTO crm_customers (customer_no, first_name, last_name, mail, tel, land, active, since)
	VALUES (7, 'Ada', 'Lovelace', 'Ada@Example.com', '+44 20 7946 0018', 'GBR', 'y', '2020-01-01'),
		(9, 'Zoë', 'Ångström', NULL, NULL, NULL, 'n', '2021-01-01'),
		(12, 'Bob', 'Smith', 'bob@example.com', '+1 212 555 0137', 'USA', 'y', '2022-01-01');`;

/* Words of the view itself: of what collation they are says, without CONVERT, who made it. */
const ISO = "CONVERT(CASE land WHEN 'GBR' THEN 'GB' WHEN 'USA' THEN 'US' ELSE '' END"
	+ " USING utf8mb4)";

/* As the manual page shows it, made in a session whose collation is not that of the programs. */
const TO_READ = `SET NAMES utf8mb4 COLLATE utf8mb4_unicode_520_ci;
	CREATE VIEW client AS SELECT
	customer_no AS id,
	CONVERT(CONCAT(first_name, ' ', last_name) USING utf8mb4) AS name,
	CAST(LOWER(COALESCE(mail, '')) AS BINARY) AS email,
	CONVERT(REPLACE(COALESCE(tel, ''), ' ', '') USING utf8mb4) AS phone,
	${ISO} AS country,
	CASE active WHEN 'y' THEN 1 ELSE 0 END AS status,
	CAST(NULL AS UNSIGNED) AS manager_id,
	CAST(since AS DATETIME(6)) AS created_at,
	1 AS version
	FROM crm_customers`;

/* Without any CONVERT. Words of the view alone have the collation of the session that made it;
 * those of the table are in its character set, which does not have all letters. */
const BARE = {
	'words of its own, of another collation': `SET NAMES utf8mb4 COLLATE utf8mb4_spanish_ci;
		CREATE VIEW client AS SELECT
		customer_no AS id,
		CASE customer_no WHEN 7 THEN 'Ada Lovelace' WHEN 9 THEN 'Zoë Ångström'
			ELSE 'Bob Smith' END AS name,
		CASE customer_no WHEN 7 THEN 'ada@example.com' WHEN 9 THEN '' ELSE 'bob@example.com'
			END AS email,
		CASE customer_no WHEN 7 THEN '+442079460018' WHEN 9 THEN '' ELSE '+12125550137' END
			AS phone,
		CASE land WHEN 'GBR' THEN 'GB' WHEN 'USA' THEN 'US' ELSE '' END AS country,
		CASE active WHEN 'y' THEN 1 ELSE 0 END AS status,
		CAST(NULL AS UNSIGNED) AS manager_id, CAST(since AS DATETIME(6)) AS created_at,
		1 AS version
		FROM crm_customers`,
	'columns in another character set': `CREATE VIEW client AS SELECT
		customer_no AS id, CONCAT(first_name, ' ', last_name) AS name,
		LOWER(COALESCE(mail, '')) AS email, REPLACE(COALESCE(tel, ''), ' ', '') AS phone,
		COALESCE(LEFT(land, 2), '') AS country, CASE active WHEN 'y' THEN 1 ELSE 0 END AS status,
		CAST(NULL AS UNSIGNED) AS manager_id, CAST(since AS DATETIME(6)) AS created_at,
		1 AS version
		FROM crm_customers`,
};

const TO_WRITE = `
	CREATE TABLE crm_people (
		person_no BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
		full_name VARCHAR(200) NOT NULL, mail VARBINARY(254) NOT NULL, tel VARCHAR(32) NOT NULL,
		land CHAR(2) NOT NULL, active TINYINT UNSIGNED NOT NULL, owner BIGINT UNSIGNED NULL,
		since DATETIME(6) NOT NULL, edition BIGINT UNSIGNED NOT NULL DEFAULT 1,
		segment VARCHAR(20) NOT NULL DEFAULT 'none'
	) DEFAULT CHARSET=utf8mb4;
	INSERT INTO crm_people (person_no, full_name, mail, tel, land, active, since)
	VALUES (40, 'Ada Lovelace', 'ada@example.com', '+442079460018', 'GB', 1, '2020-01-01');
	CREATE VIEW client AS SELECT person_no AS id, full_name AS name, mail AS email, tel AS phone,
		land AS country, active AS status, owner AS manager_id, since AS created_at,
		edition AS version FROM crm_people`;

let stack;
let admin;
let masked;

before(async () => {
	stack = await startStack();
	stack.addUser('masked@example.com', { groups: ['Managers'], masked: true });
});
after(() => stack.stop());

/** Puts a view in the table's place, as a provider does, and starts the programs anew. */
async function replaceBy(sql) {
	stack.sql(sql);
	await stack.halt();
	stack = await startStack({ data: stack.data });
	admin = await stack.signedIn();
	masked = await stack.signedIn('masked@example.com');
}

const idsOf = async (query, client = admin) =>
	(await client.get(`clients?${query}`)).body.items.map(({ id }) => id);

/** The rows are as the view has them, in each order, and each filter leaves the right ones. */
async function listsAndFilters() {
	assert.deepEqual(await idsOf(''), [12, 9, 7]);
	for (const [sort, ids] of Object.entries({ name: [7, 12, 9], email: [9, 7, 12],
		phone: [9, 12, 7], country: [9, 7, 12], status: [9, 7, 12], created_at: [7, 9, 12] })) {
		assert.deepEqual(await idsOf(`sort=${sort}`), ids, sort);
		assert.deepEqual(await idsOf(`sort=-${sort}`), ids.toReversed(), sort);
	}
	for (const [filter, ids] of Object.entries({ 'name=love': [7], 'email=example': [12, 7],
		'phone=555': [12], 'country=GB': [7], 'status=disabled': [9], 'manager=1': [],
		'id=9': [9], 'name=%D0%B4': [], 'phone=%F0%9F%98%80': [], 'country=%CE%A9': [],
		'name=%C3%85ng': [9], 'country=GB&sort=country': [7] })) {
		assert.deepEqual(await idsOf(filter), ids, filter);
	}
}

/** What somebody types is found where it begins a name, an address or a number. */
async function findsBeginnings() {
	for (const [typed, ids] of Object.entries({ 'ada l': [7], 'ADA': [7], 'bob@': [12],
		'Bob@EX': [12], '+44 20 79': [7], 'love': [], 'Zo%C3%AB': [9], '555': [],
		'%D0%B4': [] })) {
		const { body } = await admin.get(`clients?q=${typed.replaceAll('+', '%2B')
			.replaceAll(' ', '%20')}`);

		assert.deepEqual(body.items.map(({ id }) => id), ids, typed);
		assert.equal(body.page.found_by, 'beginnings');
		assert.equal(body.page.total, ids.length);
	}
	assert.deepEqual(await idsOf('q=a&sort=-name&status=enabled'), [7]);
}

/** Pages follow each other without a gap. */
async function walksPages() {
	for (const sort of ['name', 'email', 'phone', 'country', 'status', 'created_at', 'id']) {
		const seen = [];
		let cursor = '';

		do {
			const { body } = await admin.get(`clients?size=1&sort=${sort}${cursor}`);

			seen.push(...body.items.map(({ id }) => id));
			cursor = body.page.next && `&after=${encodeURIComponent(body.page.next)}`;
		} while (cursor);
		assert.deepEqual(seen, await idsOf(`sort=${sort}`), sort);
	}
}

/** What a filter of the list may be asked for, by what the document says of it. */
function valuesOf({ type, format, enum: words }) {
	return type === 'integer' ? ['1'] : type === 'boolean' ? ['true'] : words ? [words[0]]
		: format === 'date-time' ? ['2021-06-01T00:00:00Z']
			: ['GB', 'a', '%C3%A9', '%D0%B4', '%F0%9F%98%80'];
}

/** Every filter in every order, by the document, answers. */
async function answersWhatever() {
	const { parameters } = printed().paths['/clients'].get;
	const sorts = parameters.find(({ name }) => name === 'sort').schema.enum;
	const filters = parameters.filter(({ name }) =>
		!['sort', 'size', 'after', 'before', 'offset', 'count'].includes(name));

	assert.ok(sorts.length > 5 && filters.length > 8);
	for (const sort of sorts) {
		for (const { name, schema } of filters) {
			for (const value of valuesOf(schema)) {
				const query = `sort=${sort}&size=1&${name}=${value}`;
				const { status, body } = await admin.get(`clients?${query}`);

				assert.ok(status === 200 || (status === 400 && name === 'q'), `${query} ${status}`);
				if (body.page?.next) {
					const next = encodeURIComponent(body.page.next);

					assert.equal((await admin.get(`clients?${query}&after=${next}`)).status, 200,
						query);
				}
			}
		}
	}
}

test('over a view of expressions the program starts, and lists, sorts, filters and shows',
	async () => {
		await replaceBy(`${CUSTOMERS} DROP TABLE client; ${TO_READ}`);
		await listsAndFilters();
		const { body } = await admin.get('clients/7');

		assert.deepEqual(body, { id: 7, name: 'Ada Lovelace', email: 'ada@example.com',
			phone: '+442079460018', country: 'GB', status: 'enabled', manager: null,
			created_at: '2020-01-01T00:00:00.000Z', version: 1, masked: false,
			may: ['update', 'delete'] });
	});

test('of a view is found what begins with the text, and the answer says so', async () => {
	await findsBeginnings();
	assert.deepEqual(stack.admin(['words']).stdout.match(/clients: .*/)[0],
		'clients: 0 looked through, 0 mended');
});

test('pages over a view are walked without a gap', () => walksPages());

test('a masked viewer sees masks over a view, finds by the whole value, and exports', async () => {
	const { body, text } = await masked.get('clients');

	assert.equal(body.items[0].name, '*****');
	assert.doesNotMatch(text, /Ada|Bob|example/);
	assert.equal((await masked.post('clients/lookup', { email: 'ada@example.com' })).body.id, 7);
	assert.equal((await masked.post('clients/lookup', { phone: '+12125550137' })).body.id, 12);
	assert.match((await masked.get('clients/export.csv')).text, /\r\n12,\*{5},\*{5}@/);
});

test('a view that takes no changes says so, and nothing is half done', async () => {
	const answers = [
		await admin.post('clients', { name: 'New' }),
		await admin.patch('clients/7', { name: 'Other' }),
		await masked.patch('clients/7', { country: 'FR' }),
		await admin.send('POST', 'clients/import', { body: 'name\nNew\n',
			headers: { 'Content-Type': 'text/csv' } }),
	];

	for (const { status, body } of answers) {
		assert.equal(status, 409);
		assert.equal(body.code, 'read_only');
	}
	assert.deepEqual(await idsOf(''), [12, 9, 7]);
	assert.deepEqual(stack.sql("SELECT id FROM audit WHERE action LIKE 'client.%'"), []);
});

test('a view that may not be written by its grants says the same', async () => {
	stack.sql('REVOKE INSERT, UPDATE, DELETE ON client FROM backoffice_web@localhost');
	const { status, body } = await admin.delete('clients/7');

	stack.sql('GRANT INSERT, UPDATE, DELETE ON client TO backoffice_web@localhost');
	assert.equal(status, 409);
	assert.equal(body.code, 'read_only');
	assert.equal((await admin.get('clients/7')).status, 200);
});

for (const [what, view] of Object.entries(BARE)) {
	test(`a view of ${what} is listed, filtered, searched and looked up in as any other`,
		async () => {
			await replaceBy(`DROP VIEW client; ${view}`);
			await listsAndFilters();
			await findsBeginnings();
			await walksPages();
			await answersWhatever();
			for (const whom of [{ email: 'ada@example.com' }, { phone: '+442079460018' }]) {
				assert.equal((await masked.post('clients/lookup', whom)).body.id, 7);
			}
		});
}

test('over a view that renames columns everything works', async () => {
	await replaceBy(`DROP VIEW client; ${TO_WRITE}`);
	assert.deepEqual(await idsOf('name=ada&sort=email'), [40]);
	const { status, body } = await admin.post('clients', { name: 'New', email: 'new@example.com',
		manager: 1 });

	assert.equal(status, 201);
	assert.equal(body.id, 41);
	assert.equal(body.manager.id, 1);
	assert.equal((await admin.patch('clients/41', { name: 'Newer' })).body.name, 'Newer');
	assert.equal((await masked.patch('clients/41', { country: 'FR' })).status, 200);
	const stale = await admin.patch('clients/41', { name: 'Old' }, { 'If-Match': '"1"' });

	assert.equal(stale.status, 412);
	const { body: imported } = await admin.send('POST', 'clients/import', {
		body: 'name\nFrom a file\n', headers: { 'Content-Type': 'text/csv' } });

	assert.equal(imported.rows[0].id, 42);
	assert.equal((await admin.delete('clients/42')).status, 204);
	assert.deepEqual(stack.sql('SELECT full_name, land, owner, edition, segment FROM crm_people'),
		[['Ada Lovelace', 'GB', 'NULL', '1', 'none'], ['Newer', 'FR', '1', '3', 'none']]);
});

test('a client that other tables of the provider refer to is not deleted', async () => {
	stack.sql(`CREATE TABLE crm_orders (id INT PRIMARY KEY, person BIGINT UNSIGNED NOT NULL,
			FOREIGN KEY (person) REFERENCES crm_people (person_no));
		INSERT INTO crm_orders VALUES (1, 40)`);
	const { status, body } = await admin.delete('clients/40');

	assert.equal(status, 409);
	assert.equal(body.code, 'in_use');
});
