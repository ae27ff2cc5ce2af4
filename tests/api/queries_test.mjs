/*
 * Every parameter of every list, export and other GET is tried with whatever text a reader, a
 * script or another alphabet may bring: a good answer or 400, never a fault of ours. The parameters
 * are those of the OpenAPI document, so that a new filter is walked by itself.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { printed } from '../lib/contract.mjs';
import { startStack } from '../lib/stack.mjs';

/* As they stand in a query string, and what is right: 200, or a refusal of what is no such text. */
const TEXTS = {
	'Greek': ['%CE%A9', 200],
	'an Arabic letter': ['%D9%85%D9%84%D9%83', 200],
	'an Arabic name': ['%D9%85%D8%B1%D9%8A%D9%85', 200],
	'an emoji': ['%F0%9F%98%80', 200],
	'a letter and its accent apart': ['e%CC%81', 200],
	'a percent sign': ['%25', 200],
	'an underscore': ['_', 200],
	'the escape of LIKE': ['!', 200],
	'a quotation mark': ["'", 200],
	'a backslash': ['%5C', 200],
	'a comment of SQL': ['%2D%2D%20', 200],
	'one byte that is no letter': ['%FF', 400],
	'an overlong slash': ['%C0%AF', 400],
	'half of a surrogate pair': ['%ED%A0%BD', 400],
	'beyond Unicode': ['%F5%80%80%80', 400],
	'NUL': ['%00', 400],
	'NUL in the middle': ['a%00b', 400],
	'a control character': ['%01', 400],
	'three kilobytes': ['a'.repeat(3072), 400],
	'ten kilobytes, which nginx does not let through': ['a'.repeat(10240), 414],
	'nothing': ['', 400],
	'spaces': ['%20%20', 400],
	'a broken escape': ['%4', 400],
};

/* Nobody has a word of these. */
const WORDLESS = ['an emoji', 'a percent sign', 'an underscore', 'the escape of LIKE',
	'a quotation mark', 'a backslash', 'a comment of SQL'];

const NUMBERS = ['0', '-1', '01', '1.5', '1e3', '+1', 'x', '9223372036854775807',
	'9223372036854775808', '18446744073709551615', '18446744073709551616', '9'.repeat(30),
	'%D9%A1', '999999999999999999', ''];

const TIMES = ['0001-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '1970-01-01T00:00:01Z',
	'9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59-23:59', '10000-01-01T00:00:00Z',
	'2026-02-30T00:00:00Z', '2026-11-28T24:00:00Z', '2026-11-28T23:59:60Z', '2026-11-28', 'x', ''];

let stack;
let admin;

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn();
});
after(() => stack.stop());

/** Paths of GET with the parameters that they take, but for those that only this host may ask. */
const operations = Object.entries(printed().paths)
	.filter(([path, { get }]) => get?.parameters && !['/health', '/metrics'].includes(path))
	.map(([path, { get }]) => ({ path: path.slice(1).replaceAll(/\{\w+\}/g, '1'),
		parameters: get.parameters.filter((parameter) => parameter.in === 'query') }))
	.filter(({ parameters }) => parameters.length > 0);

const lists = operations.filter(({ path }) => path !== 'gate' && !path.startsWith('mail/preview'));

/** Names of parameters that a schema describes so. */
const namesOf = ({ parameters }, is) => parameters.filter(({ schema }) => is(schema))
	.map(({ name }) => name);

const isText = ({ type, format, enum: words }) => type === 'string' && !format && !words;

const isChoice = ({ type, enum: words }) => type === 'boolean' || words;

/** Sends one and holds the answer to be none of ours. */
async function ask(path) {
	const answer = await admin.get(path);

	assert.ok(answer.status < 500, `${path.slice(0, 200)}: ${answer.status}`);
	return answer;
}

test('there are lists and filters to be walked', () => {
	const texts = operations.flatMap((operation) => namesOf(operation, isText));

	assert.ok(operations.length >= 10, String(operations.length));
	assert.ok(texts.length >= 20, String(texts.length));
});

for (const [what, [text, right]] of Object.entries(TEXTS)) {
	test(`${what} in any text filter of any list: ${right}`, async () => {
		for (const list of lists) {
			for (const name of namesOf(list, isText)) {
				const { status, body } = await ask(`${list.path}?${name}=${text}`);
				const refused = name === 'after' || name === 'before' ||
					(name === 'q' && WORDLESS.includes(what));

				assert.equal(status, refused && right === 200 ? 400 : right,
					`${list.path} ${name}`);
				assert.ok(status !== 200 || !body || body.items);
				assert.deepEqual(status === 400 ? Object.keys(body.errors) : [name], [name]);
			}
		}
	});
}

test('text that no row can hold finds nothing, and says so as any other would', async () => {
	for (const path of ['audit?action=', 'audit?result=', 'audit?target_type=',
		'audit?remote_address=', 'sessions?remote_address=', 'users/1/sessions?remote_address=']) {
		const { status, body } = await ask(`${path}%D0%B4`);

		assert.deepEqual([status, body.items, body.page.total], [200, [], 0], path);
	}
});

test('the trail of an export has what was looked for as it was written', async () => {
	assert.equal((await ask('audit/export.jsonl?action=%D0%B4')).text, '');
	const [[json]] = stack.sql("SELECT after_json FROM audit WHERE action = 'audit.export' "
		+ 'ORDER BY id DESC LIMIT 1');

	assert.deepEqual(JSON.parse(json), { action: 'д' });
});

test('a number at either end, or none at all, is answered or refused', async () => {
	for (const operation of operations) {
		for (const name of namesOf(operation, ({ type }) => type === 'integer')) {
			for (const number of NUMBERS) {
				await ask(`${operation.path}?${name}=${number}`);
			}
		}
	}
});

test('a time at either end of the calendar is answered or refused', async () => {
	for (const operation of operations) {
		for (const name of namesOf(operation, ({ format }) => format === 'date-time')) {
			for (const time of TIMES) {
				await ask(`${operation.path}?${name}=${encodeURIComponent(time)}`);
			}
		}
	}
});

test('words and flags are theirs alone, and none is empty', async () => {
	for (const operation of operations) {
		for (const name of namesOf(operation, isChoice)) {
			for (const word of ['', '%00', 'TRUE', '1', '%D0%B4', 'a'.repeat(3000)]) {
				assert.equal((await ask(`${operation.path}?${name}=${word}`)).status, 400,
					`${operation.path} ${name}=${word.slice(0, 20)}`);
			}
		}
	}
});

test('an id in a path is a record, none, or no path', async () => {
	const paths = Object.keys(printed().paths).filter((path) => path.includes('{'));

	for (const path of paths) {
		for (const number of NUMBERS.filter((text) => text !== '' && !text.startsWith('%'))) {
			const { status } = await ask(path.slice(1).replaceAll(/\{\w+\}/g, number));

			assert.ok([404, 405, 200].includes(status), `${path} ${number}: ${status}`);
		}
	}
});
