/* Waiting for something to become so, instead of guessing how long it takes. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with the first truthy answer; throws after so many seconds without one, which is to end
 * a test that hangs: a machine may be slow. */
export async function until(question, seconds = 180) {
	const end = Date.now() + seconds * 1000;

	for (;;) {
		const answer = await question();

		if (answer) {
			return answer;
		}
		if (Date.now() > end) {
			throw new Error(`not so after ${seconds} seconds: ${question}`);
		}
		await sleep(10);
	}
}
