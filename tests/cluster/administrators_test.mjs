/* Two administrators who take each other's rights at the same moment, each through another host and
 * another node of a cluster, while others change rights at a third node. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ACTS, Administrators } from '../lib/administrators.mjs';
import { disturbed, LONG, ONE_PRIMARY, startCluster } from './cluster.mjs';

const ROUNDS = LONG ? 300 : 40;
const NAMES = Object.keys(ACTS);

let cluster;

before(async () => {
	if (!ONE_PRIMARY) {
		cluster = await startCluster({ settings: '[session]\nproof = 60\n' });
	}
});
after(() => cluster?.stop());

test('two administrators who take each other\'s rights through two nodes leave one, whole',
	{ skip: ONE_PRIMARY }, async (t) => {
		const pair = new Administrators(cluster);
		const session = cluster.session(t, 3);
		const earlier = cluster.conflicts();

		await pair.gather(2);
		for (let i = 0; i < ROUNDS; i++) {
			const names = [NAMES[i % NAMES.length],
				NAMES[Math.floor(i / NAMES.length) % NAMES.length]];

			await pair.round(names, (acts) => disturbed(session, acts));
		}
		const conflicts = cluster.conflicts() - earlier;

		t.diagnostic(`${ROUNDS} rounds, ${conflicts} certification conflicts`);
		assert.ok(conflicts > 0);
		cluster.hosts[0].admin(['audit', 'verify']);
	});
