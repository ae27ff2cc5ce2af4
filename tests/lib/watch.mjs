/*
 * Who holds what in an installation, and how each comes in, as the database has it: read in one go
 * after every act, so that what an act changed can be told without believing the program.
 */
import { spawn } from 'node:child_process';

import { DB_ADMIN } from './stack.mjs';

const END = '--end--';
const ADMINISTRATORS = '1';

/* The record of a user, by the names of what it is about. */
const RECORD = { email: 'HEX(email)', name: 'HEX(name)', status: 'status',
	two_factor: 'two_factor', mask_data: 'mask_data', ip_allow_list: 'ip_allow_list',
	password:
		"SHA2(CONCAT(password, password_must_change, COALESCE(password_expires_at, '')), 256)" };

/* What is told of each user's way in besides. A row is: user, what it is about, its value. */
const WAYS_IN = `
	SELECT 'user', id, ${Object.values(RECORD).join(', ')} FROM user;
	SELECT 'way', user_id, CONCAT('session ', id), '' FROM session;
	SELECT 'way', user_id, CONCAT('link ', kind), HEX(token_hash) FROM password_link;
	SELECT 'way', user_id, 'totp',
		SHA2(CONCAT(COALESCE(secret, ''), COALESCE(next_secret, '')), 256) FROM user_totp;
	SELECT 'way', user_id, CONCAT('recovery ', HEX(code_hash)), '' FROM recovery_code;
	SELECT 'way', user_id, CONCAT('letter ', id), state FROM outbox WHERE user_id IS NOT NULL;`;

const RIGHTS = `
	SELECT 'member', user_id, group_id, '' FROM user_group_member;
	SELECT 'group', id, '', '' FROM user_group;
	SELECT 'permission', group_id, permission, '' FROM user_group_permission;
	SELECT 'administrators', admins, '', '' FROM admin_count;
	SELECT 'epoch', epoch, '', '' FROM authz_epoch WHERE id = 1;`;

/** One moment of the database. */
class Snapshot {
	constructor(lines, permissions) {
		this.ways = new Map(); // by user: what it is about, and its value
		this.groups = new Map(); // ids of groups, by user
		this.permissions = new Map(); // by group
		for (const [kind, id, ...values] of lines) {
			this.#add(kind, id, values);
		}
		this.permissions.set(ADMINISTRATORS, new Set([...permissions, 'administrator']));
	}

	#add(kind, id, [what, value, ...others]) {
		switch (kind) {
		case 'user':
			this.ways.set(id, new Map(Object.keys(RECORD)
				.map((name, at) => [name, [what, value, ...others][at]])));
			break;
		case 'way':
			this.ways.get(id).set(what, value);
			break;
		case 'member':
			this.groups.has(id) || this.groups.set(id, []);
			this.groups.get(id).push(what);
			break;
		case 'group':
			this.permissions.set(id, this.permissions.get(id) ?? new Set());
			break;
		case 'permission':
			this.permissions.get(id).add(what);
			break;
		case 'epoch':
			this.epoch = Number(id);
			break;
		default:
			this.counted = Number(id);
		}
	}

	get users() {
		return [...this.ways.keys()];
	}

	/** Everything that the user holds: permissions, 'administrator' and 'unmasked'. */
	rights(user) {
		const held = new Set((this.groups.get(user) ?? [])
			.flatMap((group) => [...this.permissions.get(group)]));

		if (this.ways.get(user)?.get('mask_data') === '0') {
			held.add('unmasked');
		}
		return held;
	}

	/** All that a host may remember of rights: of each user, and of each group. */
	get remembered() {
		const said = (user) => ['status', 'mask_data', 'ip_allow_list'].map((what) =>
			this.ways.get(user).get(what));

		return new Map([...this.users.map((user) => [`user ${user}`,
			[...said(user), ...[...this.rights(user)].toSorted()].join()]),
		...[...this.permissions].map(([group, all]) => [`group ${group}`,
			[...all].toSorted().join()])]);
	}

	/** Enabled members of Administrators. */
	get administrators() {
		return this.users.filter((user) => this.ways.get(user).get('status') === '1' &&
			this.groups.get(user)?.includes(ADMINISTRATORS));
	}
}

export class Watch {
	/** @param {Stack} stack @param {string[]} permissions all that there are */
	constructor(stack, permissions) {
		this.permissions = permissions;
		this.child = spawn('mariadb', ['--no-defaults', '-S', stack.socket, '-u', DB_ADMIN,
			'--quick', '--unbuffered', '--skip-column-names', '--batch', 'backoffice'],
		{ stdio: ['pipe', 'pipe', 'inherit'] });
		this.text = '';
		this.child.stdout.setEncoding('utf8').on('data', (part) => this.#take(part));
	}

	#take(part) {
		this.text += part;
		if (this.text.endsWith(`${END}\n`)) {
			this.answered(this.text.slice(0, -END.length - 1));
			this.text = '';
		}
	}

	/** Runs statements; gives what they print, as rows of text. */
	async run(statements) {
		const printed = await new Promise((resolve, reject) => {
			this.answered = resolve;
			this.child.once('exit', () => reject(new Error(`refused: ${statements}`)));
			this.child.stdin.write(`${statements}\nSELECT '${END}';\n`);
		});

		this.child.removeAllListeners('exit');
		return printed.split('\n').slice(0, -1).map((line) => line.split('\t'));
	}

	async look() {
		return new Snapshot(await this.run(WAYS_IN + RIGHTS), this.permissions);
	}

	end() {
		this.child.stdin.end();
	}
}
