/* Two administrators who take each other's rights at the same moment leave one, whatever the act;
 * LONG=1 tries it more often. On the nodes of a cluster: tests/cluster. */
import { after, before, test } from 'node:test';

import { ACTS, Administrators } from '../lib/administrators.mjs';
import { startStack } from '../lib/stack.mjs';

const ROUNDS = process.env.LONG ? 100 : 1; // of each pair of acts
const NAMES = Object.keys(ACTS);

let stack;
let installation;

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' }, settings: '[session]\nproof = 60\n' });
	installation = { hosts: [stack], sql: (statement) => stack.sql(statement), settle() {} };
});
after(() => stack.stop());

/* Every act against every act, in both directions by being at once. */
test('two administrators who take each other\'s rights at the same moment leave one', async () => {
	const pair = new Administrators(installation);

	await pair.gather(2);
	for (const [at, first] of NAMES.entries()) {
		for (const second of NAMES.slice(at)) {
			for (let i = 0; i < ROUNDS; i++) {
				await pair.round([first, second]);
			}
		}
	}
});

test('four in a ring who take each other\'s rights at the same moment leave one', async () => {
	const ring = new Administrators(installation);

	await ring.gather(4);
	for (let i = 0; i < ROUNDS * NAMES.length; i++) {
		await ring.round([0, 1, 2, 3].map((place) => NAMES[(i + place) % NAMES.length]));
	}
});
