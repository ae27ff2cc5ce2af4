/* What a process tells of itself: numbers that grow with what happens, and nothing of anybody. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { parseExposition } from '../lib/exposition.mjs';
import { ADMIN_EMAIL, startStack } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

let stack;

before(async () => (stack = await startStack()));
after(() => stack.stop());

async function scrape() {
	const { status, headers, text } = await stack.client().get('metrics');

	assert.equal(status, 200);
	assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
	return parseExposition(text);
}

/** How much a number has grown while something was done. */
async function growth(sample, act) {
	const first = (await scrape()).samples.get(sample);

	assert.notEqual(first, undefined, `${sample} is there from the beginning`);
	await act();
	return (await scrape()).samples.get(sample) - first;
}

test('families are ours, counters end in total, times are in seconds', async () => {
	for (const [name, type] of (await scrape()).types) {
		assert.match(name, /^(backoffice|process)_/);
		assert.equal(name.endsWith('_total'), type === 'counter', name);
		assert.equal(name.endsWith('_duration_seconds'), type === 'histogram', name);
	}
});

test('the buckets of every histogram rise to its count', async () => {
	const { samples } = await scrape();
	let histograms = 0, last = 0;

	for (const [sample, value] of samples) {
		if (sample.includes('_bucket{')) {
			assert.ok(value >= last, sample);
			last = value;
		}
		if (sample.includes('_count{')) {
			assert.equal(value, last, sample);
			histograms++;
			last = 0;
		}
	}
	assert.ok(histograms > 50);
});

test('a sign-in is counted by what it came to', async () => {
	assert.equal(await growth('backoffice_sign_ins_total{result="signed_in"}',
		() => stack.signedIn()), 1);
	assert.equal(await growth('backoffice_sign_ins_total{result="refused"}',
		() => stack.client().post('session', { email: 'nobody@example.com', password: 'x' })), 1);
});

test('a refusal is counted by its code', async () => {
	assert.equal(await growth('backoffice_refusals_total{code="unauthenticated"}',
		() => stack.client().get('users')), 1);
	assert.equal(await growth('backoffice_refusals_total{code="not_found"}',
		() => stack.client().get('nowhere')), 1);
});

test('a request is timed under the path of its route, never under an id', async () => {
	const admin = await stack.signedIn();
	const sample = 'backoffice_requests_duration_seconds_count'
		+ '{method="GET",route="/api/v1/users/{id}"}';

	assert.equal(await growth(sample, () => admin.get('users/1')), 1);
	assert.equal([...(await scrape()).samples.keys()].filter((name) => /users\/[0-9]/.test(name))
		.length, 0);
});

test('a try before the delay is over is counted', async () => {
	const impatient = async () => {
		for (let i = 0; i < 12; i++) {
			await stack.client().post('session', { email: 'late@example.com', password: 'x' });
		}
	};

	assert.ok(await growth('backoffice_delays_total{}', impatient) > 0);
});

test('letters that wait are counted, with the age of the oldest', async () => {
	await until(() => stack.sql('SELECT COUNT(*) FROM outbox WHERE state < 2')[0][0] === '0');
	stack.sql(`INSERT INTO outbox (message_id, kind, priority, state, created_at, expires_at,
		next_at) VALUES (REPEAT('w', 16), 3, 1, 0, UTC_TIMESTAMP(6) - INTERVAL 1 HOUR,
		UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`);
	const { samples } = await scrape();

	stack.sql('DELETE FROM outbox WHERE message_id = REPEAT(\'w\', 16)');
	assert.equal(samples.get('backoffice_mail_letters{state="queued"}'), 1);
	const age = samples.get('backoffice_mail_oldest_unsent_seconds{}');
	assert.ok(age >= 3600 && age < 3700, `${age}`);
});

test('the release, and what the process takes, go by the names that are usual', async () => {
	const { samples } = await scrape();
	const version = (await readFile('CHANGELOG.md', 'utf8')).match(/^## ([0-9.]+)/m)[1];

	assert.ok([...samples.keys()].some((sample) => sample.startsWith('backoffice_build_info{')
		&& sample.includes(`version="${version}"`)));
	for (const name of ['cpu_seconds_total', 'resident_memory_bytes', 'open_fds', 'max_fds']) {
		assert.ok(samples.get(`process_${name}{}`) > 0, name);
	}
	assert.ok(Math.abs(samples.get('process_start_time_seconds{}') - Date.now() / 1000) < 3600);
});

test('letters that came to an end are counted by how, and by the last code', async () => {
	const settle = (state, code, ago) => stack.sql(`INSERT INTO outbox (message_id, kind, priority,
		state, smtp_code, created_at, expires_at, next_at, settled_at)
		VALUES (RANDOM_BYTES(16), 3, 1, ${state}, ${code}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
		UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) - INTERVAL ${ago} MINUTE)`);

	settle(2, 251, 1);
	settle(3, 550, 1);
	settle(3, 550, 2);
	settle(3, 550, 60);
	const { samples } = await scrape();

	assert.equal(samples.get('backoffice_mail_settled_letters{state="sent",code="251"}'), 1);
	assert.equal(samples.get('backoffice_mail_settled_letters{state="failed",code="550"}'), 2);
});

test('who is signed in is counted, and how old the newest row of the trail is told', async () => {
	assert.equal(await growth('backoffice_sessions{}', () => stack.signedIn()), 1);
	const age = (await scrape()).samples.get('backoffice_audit_age_seconds{}');

	assert.ok(age >= 0 && age < 60, `${age}`);
});

test('a connection to the database that was lost and opened again is counted', async () => {
	const lose = async () => {
		for (const [id] of stack.sql(`SELECT id FROM information_schema.processlist
			WHERE user = 'backoffice_web'`)) {
			stack.sql(`KILL ${id}`);
		}
		await until(async () => (await stack.client().get('health')).status === 200);
	};

	assert.ok(await growth('backoffice_database_reconnects_total{}', lose) > 0);
	const { samples } = await scrape();
	assert.equal(samples.get('backoffice_database_up{}'), 1);
	assert.ok(samples.get('backoffice_database_connections{}') > 0);
	assert.ok(Math.abs(samples.get('backoffice_clock_skew_seconds{}')) < 60);
});

test('what the alerts and the dashboard look at is told', async () => {
	const { types } = await scrape();
	const text = await readFile('fcgi/dist/watch/alerts.yml', 'utf8')
		+ await readFile('fcgi/dist/watch/dashboard.json', 'utf8');
	const names = text.match(/\b(backoffice|process)_[a-z_]+/g);

	assert.ok(names.length > 20);
	for (const name of names) {
		assert.ok(types.has(name) || types.has(name.replace(/_(bucket|sum|count)$/, '')), name);
	}
	const problems = await readFile('fcgi/rule/problem.def', 'utf8');

	for (const [, codes] of text.matchAll(/code=~?\\?"([a-z_|]+)\\?"/g)) {
		for (const code of codes.split('|')) {
			assert.ok(problems.includes(`"${code}"`), code);
		}
	}
});

test('nothing in it is of anybody', async () => {
	const { text } = await stack.client().get('metrics');

	assert.ok(!text.includes(ADMIN_EMAIL));
	assert.ok(!text.includes('@'));
	assert.ok(!text.includes('127.0.0.1'));
});

test('health and metrics are not for somebody who comes through a proxy', async () => {
	for (const path of ['metrics', 'health']) {
		for (const header of ['X-Forwarded-For', 'Forwarded']) {
			const { status } = await stack.client().get(path, { [header]: 'for=203.0.113.7' });

			assert.equal(status, 403, `${path} with ${header}`);
		}
		assert.equal((await stack.client().get(path)).status, 200);
	}
});
