/*
 * Whatever people with some rights do to one another, nobody comes by a right that the one who acts
 * does not hold, and nobody who holds more is touched. The acts are drawn by chance; each is judged
 * by what the database holds before and after it, not by what the program answers.
 *
 *   SEED=1           another choice of acts
 *   ACTS=2000        how many; LONG=1 stands for a million
 *   MINUTES=         ends after so many, whatever is left to do
 */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, test } from 'node:test';

import { Random, seedOfRun } from '../lib/random.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { Walk } from '../lib/walk.mjs';
import { Watch } from '../lib/watch.mjs';

const SEED = seedOfRun();
const ACTS = Number(process.env.ACTS ?? (process.env.LONG ? 1_000_000 : 2000));
const END = process.env.MINUTES ? Date.now() + Number(process.env.MINUTES) * 60_000 : Infinity;
const ROUND = 250; // acts until everybody begins again

const GROUPS = {
	People: ['users.view', 'users.create', 'users.update', 'users.delete', 'groups.view',
		'sessions.view', 'sessions.delete'],
	Editors: ['groups.view', 'groups.create', 'groups.update', 'groups.delete', 'users.view',
		'clients.view'],
	Importers: ['users.view', 'users.create', 'groups.view', 'clients.view', 'clients.create'],
	Mailers: ['mail.view', 'mail.create', 'mail.update', 'mail.delete', 'users.view',
		'users.update'],
	Everything: [], // filled from the catalogue
	Mixture: [], // drawn for each round
};
const BUILT_IN = { Administrators: 1, Managers: 2, Support: 3, Auditors: 4 };
const FIRST_GROUP = 20;
const groupIds = { ...BUILT_IN, ...Object.fromEntries(
	Object.keys(GROUPS).map((name, at) => [name, FIRST_GROUP + at])) };

/* Who acts, by groups, without and with the mask. */
const ROLES = [['Managers'], ['People'], ['People', 'Mailers'], ['Editors'], ['Editors', 'People'],
	['Importers'], ['Support'], ['Auditors'], ['Everything'], ['Mixture'], ['Mixture', 'Managers']];

/* Those who only suffer: administrators among them, and some who hold nothing. */
const BYSTANDERS = [['Administrators'], ['Administrators'], ['Administrators'], ['Managers'],
	['Support'], ['Support'], ['Auditors'], ['Everything'], ['Mixture'], [], []];

const FIRST_USER = 100;
const actors = ROLES.flatMap((groups) => [false, true].map((masked) => ({ groups, masked })))
	.map((role, at) => ({ ...role, id: FIRST_USER + at }));
const bystanders = BYSTANDERS.map((groups, at) => ({ groups, masked: at % 2 === 1,
	disabled: at % 3 === 2, id: FIRST_USER + actors.length + at }));
const cast = [...actors, ...bystanders];
const emailOf = ({ id }) => `cast${id}@example.com`;

let stack;
let agent;
let watch;
let permissions;
let hash; // of PASSWORD

before(async () => {
	stack = await startStack({ settings: '[session]\nproof = 60\n' });
	agent = new Agent({ keepAlive: true });
	permissions = (await (await stack.signedIn()).get('permissions')).body.items
		.map(({ name }) => name);
	GROUPS.Everything = permissions;
	[[hash]] = stack.sql('SELECT password FROM user WHERE id = 1');
	watch = new Watch(stack, permissions);
	process.kill(stack.pid('mailer'), 'SIGSTOP'); // letters stay, to be cancelled and sent again
});
after(() => {
	watch.end();
	agent.destroy();
	process.kill(stack.pid('mailer'), 'SIGCONT');
	return stack.stop();
});

const list = (rows) => rows.map((row) => `(${row.join(', ')})`).join(', ');

/** SQL that lets the user be as at the beginning: to be let in again, for one. */
function restore(user) {
	const { id, groups, masked, disabled } = user;

	return `INSERT INTO user (id, email, name, password, status, two_factor, mask_data, created_at)
		VALUES (${id}, '${emailOf(user)}', 'Cast ${id}', '${hash}', ${disabled ? 0 : 1}, 0,
			${masked ? 1 : 0}, '2026-01-01')
		ON DUPLICATE KEY UPDATE email = VALUES(email), password = VALUES(password), status = 1,
			two_factor = 0, mask_data = VALUES(mask_data), ip_allow_list = '',
			password_must_change = 0, password_expires_at = NULL;
		DELETE FROM user_group_member WHERE user_id = ${id};
		DELETE FROM user_totp WHERE user_id = ${id};
		${groups.map((name) => `INSERT INTO user_group_member (user_id, group_id)
			SELECT ${id}, id FROM user_group WHERE id = ${groupIds[name]};`).join('')}
		${REKNOWN}`;
}

/* What the program keeps beside the rows: the number of administrators, and the age of rights. */
const REKNOWN = `UPDATE admin_count SET admins = (SELECT COUNT(*) FROM user u
		JOIN user_group_member m ON m.user_id = u.id AND m.group_id = 1 WHERE u.status = 1);
	UPDATE authz_epoch SET epoch = epoch + 1; DELETE FROM attempt;`;

/** SQL of a new round: all as at the beginning, but the mixture is another. */
function beginAgain(random) {
	GROUPS.Mixture = random.some(permissions);
	const granted = Object.entries({ ...GROUPS }).flatMap(([name, all]) =>
		all.map((one) => [groupIds[name], `'${one}'`]));
	const fresh = ['UTC_TIMESTAMP()', 'UTC_TIMESTAMP()', "'127.0.0.1'", "''"];

	return `DELETE FROM user WHERE id > 1; DELETE FROM outbox; DELETE FROM idempotency;
		DELETE FROM client; DELETE FROM user_group WHERE id > 4;
		INSERT INTO user_group (id, name) VALUES ${list(Object.keys(GROUPS).map((name) =>
			[groupIds[name], `'${name}'`]))};
		INSERT INTO user_group_permission (group_id, permission) VALUES ${list(granted)};
		${cast.map(restore).join('')}
		INSERT INTO session (token_hash, user_id, created_at, last_used_at, remote_address,
			user_agent) VALUES ${list(bystanders.map(({ id }) =>
				[`UNHEX(SHA2('session ${id}', 256))`, id, ...fresh]))};
		INSERT INTO password_link (user_id, kind, token_hash, created_at, expires_at) VALUES
			${list(bystanders.map(({ id }) => [id, 1, `UNHEX(SHA2('link ${id}', 256))`,
				'UTC_TIMESTAMP()', 'UTC_TIMESTAMP() + INTERVAL 1 DAY']))};
		INSERT INTO outbox (message_id, kind, user_id, priority, created_at, expires_at, next_at)
			VALUES ${list(bystanders.map(({ id }) => [`UNHEX(LPAD(${id}, 32, '0'))`, 1, id, 1,
				'UTC_TIMESTAMP()', 'UTC_TIMESTAMP() + INTERVAL 1 DAY', 'UTC_TIMESTAMP()']))};`;
}

const covers = (mine, theirs) => [...theirs].every((right) => mine.has(right));
const json = (method, path, body, headers = {}) => ({ method, path, body, headers });
const anyVersion = { 'If-Match': '*' };
const later = { Prefer: 'respond-async' };

/** Draws what is done, by what the one who acts may know: half of it could be allowed. */
class Acts {
	constructor(random) {
		this.random = random;
		this.made = 0;
		this.jobs = new Map(); // jobs that were begun, by actor
		this.walk = new Walk(random, { ids: (noun) => this.ids(noun) });
		this.operations = this.walk.operations.filter(({ method, route }) => method !== 'GET' &&
			!this.walk.document.paths[route.split(' ')[1]][method.toLowerCase()]['x-permission']
				.match(/anyone|host/) && route !== 'DELETE /session');
	}

	/** What is drawn from now on is done by this actor, in the world as it looks now. */
	turnTo(actor, snapshot) {
		this.actor = actor;
		this.snapshot = snapshot;
		this.rights = snapshot.rights(String(actor.id));
		this.inReach = snapshot.users.filter((user) => covers(this.rights, snapshot.rights(user)));
		this.grantable = [...snapshot.permissions].filter(([, all]) => covers(this.rights, all))
			.map(([id]) => id);
	}

	/** One of those that could be allowed, most of the time; else any. */
	#mostly(good, all) {
		return this.random.pick(good.length > 0 && this.random.percent(65) ? good : all);
	}

	get user() {
		return Number(this.#mostly(this.inReach, this.snapshot.users));
	}

	get users() {
		return Array.from({ length: 1 + this.random.below(4) }, () => this.user);
	}

	get group() {
		return Number(this.#mostly(this.grantable, [...this.snapshot.permissions.keys()]));
	}

	get groups() {
		return Array.from({ length: this.random.below(3) }, () => this.group)
			.filter((id, at, all) => all.indexOf(id) === at).toSorted((a, b) => a - b);
	}

	get permissions() {
		const mine = permissions.filter((one) => this.rights.has(one));

		return this.random.percent(65) ? this.random.some(mine) : this.random.some(permissions, 30);
	}

	get masked() {
		return this.random.percent(65) ? !this.rights.has('unmasked') : this.random.percent(50);
	}

	get email() {
		return `made${this.made += 1}@example.com`;
	}

	ids(noun) {
		const jobs = this.jobs.get(this.actor.id) ?? [1];

		return { job: jobs, sessions: this.#ids('session '), mail: this.#ids('letter '),
			groups: [this.group], users: [this.user] }[noun] ?? [this.user];
	}

	#ids(what) {
		return this.snapshot.users.flatMap((user) => [...this.snapshot.ways.get(user).keys()])
			.filter((way) => way.startsWith(what)).map((way) => Number(way.slice(what.length)));
	}

	#some(all) {
		const some = this.random.some(Object.keys(all), 30);

		return Object.fromEntries(some.map((name) => [name, all[name]()]));
	}

	create() {
		const secret = this.random.pick([{ password: PASSWORD }, { link: true }]);

		return json('POST', 'users', { email: this.email, groups: this.groups, ...secret,
			mask_data: this.masked, send_to_email: this.random.percent(30) });
	}

	edit() {
		return json('PATCH', `users/${this.user}`, this.#some({
			email: () => this.email, name: () => 'Edited', groups: () => this.groups,
			status: () => this.random.pick(['enabled', 'disabled']), mask_data: () => this.masked,
			two_factor: () => 'disabled', language: () => 'de',
			ip_allow_list: () => ['127.0.0.0/8'] }), anyVersion);
	}

	remove() {
		return json('DELETE', `users/${this.user}`, undefined, anyVersion);
	}

	#set() {
		return { status: 'enabled', ...this.#some({ mask_data: () => this.masked,
			status: () => this.random.pick(['enabled', 'disabled']),
			add_group: () => this.group, remove_group: () => this.group }) };
	}

	bulk() {
		return json('POST', 'users/bulk', { ids: this.users, set: this.#set() });
	}

	bulkOfFilter() {
		return json('POST', 'users/bulk', { filter: this.random.pick([{ group: this.group },
			{ email: 'made' }, { mask_data: this.masked }]), set: this.#set() });
	}

	bulkLater() {
		return json('POST', 'users/bulk', { ids: this.users, set: this.#set() }, later);
	}

	import(headers = {}) {
		const names = new Map(Object.entries(groupIds).map(([name, id]) => [id, name]));
		const row = () => [this.email, this.groups.map((id) => names.get(id) ?? 'none').join('|'),
			this.masked, this.random.percent(30)].join();

		return json('POST', 'users/import',
			['email,groups,mask_data,send_link', row(), row()].join('\n'),
			{ 'Content-Type': 'text/csv', ...headers });
	}

	importLater() {
		return this.import(later);
	}

	step() {
		return json('POST', `jobs/${this.random.pick(this.ids('job'))}/step`);
	}

	undo() {
		return json('POST', `jobs/${this.random.pick(this.ids('job'))}/undo`);
	}

	credentials() {
		return json('POST', `users/${this.user}/credentials`, {
			send_to_email: this.random.percent(50),
			...this.random.pick([{ link: true }, { password: PASSWORD }]) });
	}

	unlock() {
		return json('POST', `users/${this.user}/unlock`);
	}

	endSessions() {
		return json('DELETE', `users/${this.user}/sessions`);
	}

	cancelLetter() {
		return json('DELETE', `mail/${this.random.pick(this.ids('mail'))}`);
	}

	resendLetter() {
		return json('POST', `mail/${this.random.pick(this.ids('mail'))}/resend`);
	}

	createGroup() {
		return json('POST', 'groups', { name: `Made ${this.made += 1}`,
			permissions: this.permissions });
	}

	editGroup() {
		return json('PATCH', `groups/${this.group}`, { permissions: this.permissions }, anyVersion);
	}

	removeGroup() {
		return json('DELETE', `groups/${this.group}`, undefined, anyVersion);
	}

	importGroups() {
		return json('POST', `groups/import?replace=${this.random.percent(50)}`, { groups: [
			{ name: this.random.pick(Object.keys(groupIds)), permissions: this.permissions },
			{ name: `Made ${this.made += 1}`, permissions: this.permissions }] });
	}

	/** Any route that changes something, also one that this test has never heard of. */
	anything() {
		return this.walk.one(this.random.pick(this.operations));
	}

	next() {
		return this[this.random.pick(KINDS)]();
	}
}

const KINDS = ['create', 'edit', 'edit', 'edit', 'remove', 'bulk', 'bulk', 'bulkOfFilter',
	'bulkLater', 'import', 'importLater', 'step', 'step', 'undo', 'undo', 'credentials', 'unlock',
	'endSessions', 'cancelLetter', 'resendLetter', 'createGroup', 'editGroup', 'removeGroup',
	'importGroups', 'anything', 'anything', 'anything'];

/* What becomes of these is the owner's own doing, or that of time. */
const wayOf = (snapshot, user) => new Map([...snapshot.ways.get(user) ?? []]);

/** What an act did to somebody above the one who acts; their letters may become more. */
function touched(was, is, user) {
	const old = wayOf(was, user);
	const now = wayOf(is, user);
	const changed = [...old].filter(([what, value]) => now.get(what) !== value);
	const added = [...now].filter(([what]) => !old.has(what) && !what.startsWith('letter '));

	return [...changed, ...added].map(([what]) => what);
}

/** Sentences about each promise that an act has broken. */
function broken(was, is, actor) {
	const mine = was.rights(actor);
	const gained = (old, now) => [...now].filter((right) => !old.has(right) && !mine.has(right));
	const found = [];

	for (const user of is.users) {
		const more = gained(was.rights(user), is.rights(user));

		if (more.length > 0) {
			found.push(`user ${user} gained what the actor does not hold: ${more.join(', ')}`);
		}
	}
	for (const [group, all] of is.permissions) {
		const more = gained(was.permissions.get(group) ?? new Set(), all);

		if (more.length > 0) {
			found.push(`group ${group} gained what the actor does not hold: ${more.join(', ')}`);
		}
	}
	for (const user of was.users.filter((one) => !covers(mine, was.rights(one)))) {
		const what = touched(was, is, user);

		if (what.length > 0) {
			found.push(`user ${user}, who holds more than the actor, was touched: ${what.join()}`);
		}
	}
	if (was.epoch === is.epoch) {
		const now = is.remembered;
		const stale = [...was.remembered].filter(([who, what]) => now.get(who) !== what);

		found.push(...stale.map(([who]) => `nobody is told that ${who} changed`));
	}
	if (is.administrators.length === 0 || is.administrators.length !== is.counted) {
		found.push(`administrators: ${is.administrators.length}, counted ${is.counted}`);
	}
	return found;
}

/** Signs in whoever is not, with their way in restored where need be; tells whether it did. */
async function comeIn(actor) {
	if (actor.client) {
		return false;
	}
	actor.client = stack.client({ agent });
	for (const repair of ['', restore(actor)]) {
		if (repair) {
			await watch.run(repair);
		}
		const { body } = await actor.client.post('session',
			{ email: emailOf(actor), password: PASSWORD });

		if (body.state === 'signed_in') {
			return true;
		}
	}
	throw new Error(`${emailOf(actor)} cannot sign in`);
}

/** Takes something from an actor while their work is under way, or gives it back. */
const strip = (random, { id }) => watch.run(`${random.pick([
	`UPDATE user SET mask_data = 1 - mask_data WHERE id = ${id};`,
	`DELETE FROM user_group_member WHERE user_id = ${id} AND group_id > 20;`,
	`INSERT IGNORE INTO user_group_member (user_id, group_id)
		VALUES (${id}, ${BUILT_IN.Support});`])}
	${REKNOWN}`);

class Play {
	constructor() {
		this.random = new Random(SEED);
		this.acts = new Acts(this.random);
		this.done = 0;
		this.allowed = new Map(); // how often, by kind
	}

	async newRound() {
		await watch.run(beginAgain(this.random));
		for (const actor of actors) {
			actor.client = undefined;
		}
		this.acts.jobs.clear();
		this.last = undefined;
	}

	note(actor, { method, path }, { status, body }) {
		if (status < 300) {
			const kind = `${method} ${path.replace(/\?.*/, '').replaceAll(/\d+/g, '{id}')}`;

			this.allowed.set(kind, (this.allowed.get(kind) ?? 0) + 1);
		}
		const job = status === 202 ? body.id : body?.job;

		if (Number.isInteger(job) && job > 0) {
			this.acts.jobs.set(actor.id, [...this.acts.jobs.get(actor.id) ?? [], job]);
		}
		if (status === 401 || body?.code === 'step_up_required') {
			actor.client = undefined;
		}
	}

	/** Gives what there is before the act: as after the last one, when nothing else was done. */
	async prepare(actor) {
		const strips = this.random.percent(4);

		if (strips) {
			await strip(this.random, actor);
		}
		if (await comeIn(actor) || strips || !this.last) {
			this.last = await watch.look();
		}
		return this.last;
	}

	async act() {
		const actor = this.random.pick(actors);
		const was = await this.prepare(actor);

		this.acts.turnTo(actor, was);
		const request = this.acts.next();
		const answer = await actor.client.send(request.method, request.path,
			{ body: request.body, headers: request.headers });
		const faults = broken(was, this.last = await watch.look(), String(actor.id));

		this.done++;
		this.note(actor, request, answer);
		assert.ok(answer.status < 500, `${request.method} ${request.path}: ${answer.text}`);
		if (faults.length > 0) {
			assert.fail(`act ${this.done} of seed ${SEED}: ${faults.join('; ')}\n${
				actor.groups.join(' and ')}${actor.masked ? ', masked' : ''} (${actor.id}): ${
				request.method} ${request.path} ${JSON.stringify(request.body)}: ${answer.text}`);
		}
	}
}

test('nobody comes by a right that the one who acts does not hold', async (t) => {
	const play = new Play();

	for (let act = 0; act < ACTS && Date.now() < END; act++) {
		if (act % ROUND === 0) {
			await play.newRound();
		}
		await play.act();
	}
	const allowed = [...play.allowed.values()].reduce((sum, count) => sum + count, 0);

	t.diagnostic(`seed ${SEED}: ${play.done} acts, ${allowed} of them were allowed`);
	assert.ok(allowed > play.done / 6, `only ${allowed} acts of ${play.done} were allowed`);
	for (const kind of ['POST users', 'PATCH users/{id}', 'DELETE users/{id}', 'POST users/bulk',
		'POST users/import', 'POST jobs/{id}/step', 'POST jobs/{id}/undo',
		'POST users/{id}/credentials', 'DELETE users/{id}/sessions', 'DELETE mail/{id}',
		'POST mail/{id}/resend', 'POST groups',
		'PATCH groups/{id}', 'DELETE groups/{id}', 'POST groups/import']) {
		assert.ok(play.allowed.has(kind), `never allowed: ${kind}`);
	}
});
