/*
 * Administrators who take each other's rights at the same moment, and what must be true after every
 * round: one of them remains, the number that guards that is the true one, and each act is there
 * whole or not at all, as its answer said.
 */
import assert from 'node:assert/strict';

import { PASSWORD } from './stack.mjs';
import { surely } from './surely.mjs';

const ANY_VERSION = { 'If-Match': '*' };

/* An enabled administrator, as below: status, then groups. */
const ADMINISTRATOR = '1:1';

function edit(change) {
	return (client, id) => client.patch(`users/${id}`, change, ANY_VERSION);
}

function bulk(set) {
	return (client, id) => client.post('users/bulk', { ids: [id], set });
}

/** Every way to take the rights of an administrator, and what it leaves: status, then groups. */
export const ACTS = {
	'demotes': { send: edit({ groups: [3] }), leaves: '1:3' },
	'disables': { send: edit({ status: 'disabled' }), leaves: '0:1' },
	'deletes': { send: (client, id) => client.delete(`users/${id}`, ANY_VERSION), leaves: null },
	'disables among many': { send: bulk({ status: 'disabled' }), leaves: '0:1' },
	'demotes among many': { send: bulk({ remove_group: 1 }), leaves: '1:' },
};

/* Who is refused has lost session or rights by then, or is told that nobody would remain. */
const REFUSALS = [401, 403, 409];

const TRUE_COUNT = `SELECT COUNT(*) FROM user u JOIN user_group_member m ON m.user_id = u.id
	WHERE m.group_id = 1 AND u.status = 1`;

let made = 0;

function succeeded({ status, body }) {
	return status === 204 || (status === 200 && (body.results?.[0].ok ?? true));
}

export class Administrators {
	#installation;

	/**
	 * @param {{hosts: object[], sql: (statement: string) => string[][], settle: () => void}}
	 *     installation where they sign in, in turns; who knows what is in the tables; settle()
	 *     returns when every host would read what was written before
	 */
	constructor(installation) {
		this.#installation = installation;
		this.all = [];
	}

	/** So many, and nobody else. */
	async gather(number) {
		for (let i = 0; i < number; i++) {
			this.all.push(this.#make(i));
		}
		await this.#enter(this.all);
		for (const [id] of this.#installation.sql(TRUE_COUNT.replace('COUNT(*)', 'u.id'))) {
			if (!this.all.some((one) => one.id === id)) {
				const { status } = await surely(() =>
					ACTS.disables.send(this.all[0].client, Number(id)));

				assert.equal(status, 200);
			}
		}
	}

	/* From an address of their own: nginx lets one address sign in only so often. */
	#make(place) {
		const { hosts } = this.#installation;
		const email = `administrator${made += 1}@example.com`;

		hosts[0].addUser(email, { groups: ['Administrators'] });
		const [[id]] = this.#installation.sql(`SELECT id FROM user WHERE email = '${email}'`);
		return { id, email, host: hosts[place % hosts.length], from: `127.0.0.${place + 2}` };
	}

	async #enter(people) {
		this.#installation.settle();
		for (const one of people) {
			one.client = one.host.client({ from: one.from });
			const { status } = await surely(() =>
				one.client.post('session', { email: one.email, password: PASSWORD }));

			assert.equal(status, 200, one.email);
		}
	}

	/** What the tables say of each: what it is, its version, and acts on it in the trail. */
	#states() {
		return this.#installation.sql(this.all.map(({ id }) => `SELECT
			(SELECT CONCAT(u.status, ':', COALESCE(GROUP_CONCAT(m.group_id), '')) FROM user u
				LEFT JOIN user_group_member m ON m.user_id = u.id WHERE u.id = ${id} GROUP BY u.id),
			(SELECT version FROM user WHERE id = ${id}),
			(SELECT COUNT(*) FROM audit WHERE target_type = 'user' AND target_id = ${id}
				AND action IN ('user.update', 'user.delete') AND result = 'ok')`)
			.join(' UNION ALL ')).map(([state, version, acts]) =>
			({ state: state === 'NULL' ? null : state, version: Number(version) || 0,
				acts: Number(acts) }));
	}

	/**
	 * Each acts on the next one, and the last one on the first, all at once; then whoever remains
	 * brings the others back. names: an act of ACTS for each. around: does what it is given, the
	 * acts, among whatever else is to go on then.
	 */
	async round(names, around = (acts) => acts()) {
		const before = this.#states();
		const answers = await around(() => Promise.all(this.all.map(({ client }, i) =>
			surely(() => ACTS[names[i]].send(client, Number(this.#victim(i).id))))));
		const after = this.#states();

		this.#assertOneRemains();
		for (let i = 0; i < answers.length; i++) {
			const at = (i + 1) % answers.length;

			assertWhole(names[i], answers[i], before[at], after[at]);
		}
		await this.#bringBack(after);
	}

	#victim(i) {
		return this.all[(i + 1) % this.all.length];
	}

	#assertOneRemains() {
		const [[remain, counted]] = this.#installation.sql(
			`SELECT (${TRUE_COUNT}), (SELECT admins FROM admin_count)`);

		assert.ok(Number(remain) >= 1, 'no administrator remains');
		assert.equal(counted, remain, 'the count of administrators is not the true one');
	}

	async #bringBack(states) {
		const { client } = this.all[states.findIndex(({ state }) => state === ADMINISTRATOR)];
		const fallen = this.all.filter((_, i) => states[i].state !== ADMINISTRATOR);

		for (const one of fallen) {
			const at = this.all.indexOf(one);

			if (states[at].state === null) {
				this.all[at] = this.#make(at);
			} else {
				const { status, text } = await surely(() => client.patch(`users/${one.id}`,
					{ status: 'enabled', groups: [1] }, ANY_VERSION));

				assert.equal(status, 200, text);
			}
		}
		await this.#enter(this.all.filter((_, i) => states[i].state !== ADMINISTRATOR));
	}
}

/* The tables hold all of what was answered to be done, and nothing of what was refused. */
function assertWhole(name, answer, before, after) {
	const label = `who ${name} was answered ${answer.status} ${answer.text}`;
	const { leaves } = ACTS[name];

	if (!succeeded(answer)) {
		assert.ok(answer.status === 200 || REFUSALS.includes(answer.status), label);
		assert.deepEqual(after, before, label);
		return;
	}
	assert.deepEqual(after, { state: leaves, acts: before.acts + 1,
		version: leaves === null ? 0 : before.version + 1 }, label);
}
