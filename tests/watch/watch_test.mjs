/* What watches the product from outside: a real Prometheus reads a real program, by our rules. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startFragileStack } from '../fault/parts.mjs';
import { manualOf } from '../lib/manual.mjs';
import { withPort } from '../lib/port.mjs';
import { until } from '../lib/until.mjs';

const ALERTS = 'fcgi/dist/watch/alerts.yml';
const TRIED = 'tests/watch/alerts_test.yml';
const DASHBOARD = 'fcgi/dist/watch/dashboard.json';

let stack, folder;

before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'watch-'));
	stack = await startFragileStack();
});

after(async () => {
	await stack.stop();
	await rm(folder, { recursive: true });
});

/** The rules, but that they need not wait: what fires at once is seen in a test. */
async function hastyRules() {
	const path = join(folder, 'alerts.yml');

	await writeFile(path, (await readFile(ALERTS, 'utf8')).replace(/\bfor: \w+/g, 'for: 0s'));
	return path;
}

/* As the manual has it, with the place of this installation. */
async function writeConfig() {
	const path = join(folder, 'prometheus.yml');
	const { pathname, host } = new URL('api/v1/metrics', stack.url);
	const [{ text }, ...others] = manualOf('watch');
	const here = text.replace('/backoffice/api/v1/metrics', pathname)
		.replace('127.0.0.1:80', host);

	assert.deepEqual(others, []);
	assert.ok(here.includes(pathname) && here.includes(host), text);
	await writeFile(path, `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ['${await hastyRules()}']
${here}`);
	return path;
}

/** A Prometheus that reads the program each second: ask(expression) gives what it knows. */
async function startPrometheus() {
	const config = await writeConfig();

	return withPort(async (port) => {
		const at = `http://127.0.0.1:${port}`;
		const child = spawn('prometheus', [`--config.file=${config}`, '--log.level=error',
			`--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`],
		{ stdio: 'inherit' });

		await until(() => fetch(`${at}/-/ready`).then(({ ok }) => ok, () => false));
		return {
			ask: async (expression) => (await (await fetch(`${at}/api/v1/query?${
				new URLSearchParams({ query: expression })}`)).json()).data.result,
			stop: async () => {
				child.kill();
				await once(child, 'exit');
			},
		};
	});
}

test('promtool finds nothing to complain of in what the program tells', async () => {
	const { text } = await stack.client().get('metrics');

	execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
});

test('promtool takes the rules, and each speaks when it should and at no other time', async () => {
	execFileSync('promtool', ['check', 'rules', ALERTS], { encoding: 'utf8' });
	execFileSync('promtool', ['test', 'rules', TRIED], { encoding: 'utf8' });
	const tried = await readFile(TRIED, 'utf8');

	for (const [, name] of (await readFile(ALERTS, 'utf8')).matchAll(/alert: (\w+)/g)) {
		assert.ok(tried.includes(`alertname="${name}"`), name);
	}
});

test('every question of the dashboard is one that Prometheus understands', async () => {
	const { panels, annotations } = JSON.parse(await readFile(DASHBOARD, 'utf8'));
	const questions = [...panels.flatMap(({ targets }) => targets), ...annotations.list]
		.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', 'a'));
	const path = join(folder, 'dashboard.yml');

	await writeFile(path, JSON.stringify({ groups: [{ name: 'dashboard', rules: questions.map(
		(expr, i) => ({ record: `question:${i}`, expr })) }] }));
	execFileSync('promtool', ['check', 'rules', path], { encoding: 'utf8' });
	assert.ok(questions.length > 15);
});

test('a Prometheus reads the program, and wakes somebody when its database is gone', async () => {
	const prometheus = await startPrometheus();
	const firing = async () => (await prometheus.ask('ALERTS{alertstate="firing"}'))
		.map(({ metric }) => metric.alertname);

	try {
		await until(async () => (await prometheus.ask('backoffice_database_up == 1')).length === 1);
		assert.deepEqual(await firing(), []);
		await stack.database.kill();
		await until(async () => (await firing()).includes('BackofficeDatabaseDown'));
		await stack.database.giveBack();
		await until(async () => (await firing()).length === 0);
	} finally {
		await prometheus.stop();
	}
});
