/* What people do at the hosts of a cluster while parts of it fail. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from '../lib/client.mjs';
import { ADMIN_EMAIL, PASSWORD } from '../lib/stack.mjs';
import { patiently } from './cluster.mjs';

const PASSING = new Set([502, 503, 504]);

/** The answer that is for good; also where nobody listens for a while. */
export async function answered(send) {
	let answer;

	await patiently(async () => {
		answer = await send().catch(({ code }) => ({ status: 502, code }));
		return !PASSING.has(answer.status) || sleep(200, false); // nginx bears no more
	});
	return answer;
}

export async function signedInAt(url) {
	const client = new Client(url);
	const { status, text } = await answered(() => client.post('session',
		{ email: ADMIN_EMAIL, password: PASSWORD }));

	assert.equal(status, 200, text);
	return client;
}

/** Milliseconds until reading and changing succeed again. */
export async function timeUntilBack(client) {
	const begun = Date.now();
	const succeeds = async (send, expected) => {
		const { status } = await send().catch(() => ({}));

		return status === expected;
	};

	await patiently(async () => await succeeds(() => client.get('users'), 200) &&
		succeeds(() => client.post('clients', { name: 'Back' }), 201));
	return Date.now() - begun;
}

/** People sign in at an address and are asked for at each host, as long as the work goes on. */
export async function whileSigningIn(cluster, url, work) {
	let over = false;
	let refused = 0;
	let known = 0;

	async function person() {
		while (!over) {
			const { jar } = await signedInAt(url);

			for (const host of cluster.hosts) {
				const other = host.client();

				other.jar = jar;
				const { status } = await answered(() => other.get('session'));

				status === 200 ? known++ : refused++;
			}
			await sleep(100);
		}
	}
	await Promise.all([person(), work().finally(() => (over = true))]);
	return { refused, known };
}
