/* The story, by people in browsers, through a proxy that leads each request to another host. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startBrowser } from '../lib/browser.mjs';
import { Person } from '../lib/person.mjs';
import { tellWithMail } from '../page/story.mjs';
import { MISSING, startCluster } from './cluster.mjs';

let browser;

before(async () => {
	browser = await startBrowser();
});
after(() => browser.close());

/* What the story knows of an installation, of two hosts. */
async function startTwoHosts() {
	const cluster = await startCluster({ front: true });

	await cluster.tellOfAllNodes();
	return { url: cluster.front.url, cluster, sql: (statement) => cluster.change(statement),
		mailTo: (email) => cluster.hosts[0].mailTo(email), stop: () => cluster.stop() };
}

/* Who waits for as long as two hosts and three servers need beside a browser. */
async function arrive() {
	const person = await Person.at(browser);

	person.page.setDefaultTimeout(120_000);
	return person;
}

test('a new user is registered, mailed, signs in by code, is masked, and is shut out again',
	{ skip: MISSING }, async (t) => {
		let stack;

		await tellWithMail(t, arrive,
			async () => (stack = await startTwoHosts()));
		const answered = stack.cluster.hosts.map((host) =>
			host.log('access').match(/ "(GET|POST|PATCH) \S*\/api\/v1\/\S* 2\d\d /g)?.length ?? 0);

		t.diagnostic(`requests at each host: ${answered.join(', ')}`);
		assert.ok(answered.every((count) => count > 10), String(answered));
	});
