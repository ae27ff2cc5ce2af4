/*
 * Who is told to come again comes again. A request that hashes a password waits in line, and is put
 * off by 503 where that takes too long, as it may on a machine that is busy: nothing has been done.
 */
import assert from 'node:assert/strict';

import { until } from './until.mjs';

const MAX = 120; // seconds

/** Sends until the answer is another than 503, which must say when to come again. */
export async function surely(send) {
	let answer;

	await until(async () => {
		answer = await send();
		if (answer.status === 503) {
			assert.ok(Number(answer.headers['retry-after']) > 0, answer.text);
		}
		return answer.status !== 503;
	}, MAX);
	return answer;
}
