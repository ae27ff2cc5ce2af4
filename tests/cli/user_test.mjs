/* Users from the command line, on a host without a mail server: the first administrator, and the
 * way back in. What a command did is judged by signing in through the API. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, DB_ADMIN, PASSWORD, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const PROGRAM = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-admin');
const NEW = 'nine lanterns under a bridge';
const GENERATED = /^(?:[a-z2-9]{5}-){3}[a-z2-9]{5}$/;

let stack;
let networks = 1;

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' } });
});
after(() => stack.stop());

/** A client from a network of its own, so that tests do not share their failed tries. */
function stranger() {
	networks += 1;
	return stack.client({ from: `127.0.0.${networks}` });
}

const signIn = (email, password = PASSWORD, client = stranger()) =>
	client.post('session', { email, password });
const state = async (...args) => (await signIn(...args)).body.state;
const json = (...args) => JSON.parse(stack.admin(['--json', ...args]).stdout);
const counted = () => stack.sql('SELECT admins FROM admin_count')[0][0];
const add = (email, ...options) =>
	json('user', 'add', email, '--two-factor', 'disabled', ...options);
const count = (what) => Number(stack.sql(`SELECT COUNT(*) FROM ${what}`)[0][0]);

/** What a refused command says; it must have changed nothing. */
function refused(code, args, input) {
	const rows = () => [count('user'), count('audit')];
	const earlier = rows();
	const { stdout, stderr } = stack.admin(args, { code, input });

	assert.equal(stdout, '');
	assert.deepEqual(rows(), earlier, stderr);
	return stderr.replace(/^backoffice-admin: /, '').trimEnd();
}

/** Runs the program by a shell, which can pass bytes that are no UTF-8. */
function shell(words, input = '') {
	return spawnSync('bash', ['-c', `"$0" -c "$1" ${words}`, PROGRAM, stack.settings()], { input });
}

test('a generated password is shown once, signs in, and must then be changed', async () => {
	const { id, email, password } = add('First@Users.EXAMPLE');
	const client = stranger();

	assert.equal(email, 'first@users.example');
	assert.match(id, /^\d+$/);
	assert.match(password, GENERATED);
	assert.deepEqual((await signIn(email, password, client)).body,
		{ state: 'password_change_required' });
	assert.equal((await client.get('session')).body.code, 'password_change_required');
	assert.equal((await client.post('session/password', { password: NEW })).status, 200);
	assert.equal((await client.get('session')).status, 200);
	assert.equal(await state(email, password), undefined, 'the old password still works');
	assert.equal(await state(email, NEW), 'signed_in');
});

test('people read the same lines', () => {
	const { stdout } = stack.admin(['user', 'add', 'lines@users.example']);
	const [id, email, password, ...rest] = stdout.split('\n');

	assert.match(id, /^id: \d+$/);
	assert.equal(email, 'email: lines@users.example');
	assert.match(password.replace('password: ', ''), GENERATED);
	assert.deepEqual(rest, ['']);
});

test('each generated password is another one', () => {
	const passwords = [1, 2, 3, 4, 5].map((n) => add(`n${n}@users.example`).password);

	assert.equal(new Set(passwords).size, 5);
});

test('a password that was given is not printed, and the line may end in any way', async () => {
	for (const [number, end] of ['', '\n', '\r\n', '\nanother line\n'].entries()) {
		const email = `end${number}@users.example`;
		const { stdout } = stack.admin(['user', 'add', email, '--two-factor', 'disabled',
			'--password-stdin', '--keep-password'], { input: PASSWORD + end });

		assert.match(stdout, /^id: \d+\nemail: \S+\n$/);
		assert.equal(await state(email), 'signed_in', JSON.stringify(end));
	}
});

test('a password is the same however its letters are composed', async () => {
	stack.addUser('nfc@users.example', { password: 'cafe\u0301 brisk lantern 47' });
	assert.equal(await state('nfc@users.example', 'caf\u00e9 brisk lantern 47'), 'signed_in');
});

test('a given password must be changed as well, unless it may be kept', async () => {
	stack.admin(['user', 'add', 'given@users.example', '--two-factor', 'disabled',
		'--password-stdin'], { input: PASSWORD });
	assert.equal(await state('given@users.example'), 'password_change_required');
});

test('an initial password is void 72 hours later, one that may be kept is not', () => {
	const hours = (email) => stack.sql(`SELECT ROUND(TIMESTAMPDIFF(SECOND, created_at,
		password_expires_at) / 3600) FROM user WHERE email = '${email}'`)[0][0];

	add('expires@users.example');
	stack.addUser('lasts@users.example');
	assert.equal(hours('expires@users.example'), '72');
	assert.equal(hours('lasts@users.example'), 'NULL');
});

test('a weak password is refused with the reason', () => {
	const weak = { '': 'required', 'short': 'too_short', 'passwordpassword': 'common',
		'aaaaaaaaaaaaaaaaaaaa': 'repeated', [ADMIN_EMAIL]: 'personal',
		['x'.repeat(257)]: 'too_long', ['y'.repeat(5000)]: 'too_long' };

	for (const [password, reason] of Object.entries(weak)) {
		for (const command of [['add', `new.${ADMIN_EMAIL}`], ['reset-password', ADMIN_EMAIL]]) {
			assert.equal(refused(2, ['user', ...command, '--password-stdin'], `${password}\n`),
				`the password is refused: password.${reason}`);
		}
	}
	assert.equal(refused(2, ['user', 'add', 'weak@users.example', '--password-stdin'], ''),
		'no password on stdin');
});

test('an address that no mail can be sent to is refused', () => {
	const wrong = { '': 'required', 'nonsense': 'format', 'a@b': 'format',
		'a b@example.com': 'format',
		'<a@example.com>': 'format', 'a@example.com\nb': 'format', 'a@@example.com': 'format',
		[`${'x'.repeat(65)}@example.com`]: 'too_long' };

	for (const [email, reason] of Object.entries(wrong)) {
		for (const command of ['add', 'enable', 'disable-2fa', 'unlock', 'reset-password']) {
			assert.equal(refused(2, ['user', command, email]),
				`not an email address: email.${reason}`);
		}
	}
});

test('bytes that are no UTF-8 are refused wherever they stand', () => {
	const words = ["user add $'\\xff@example.com'", "user enable $'a\\xff@example.com'",
		"user add bytes@users.example --group $'\\xff'",
		"user add bytes@users.example --name $'\\xff'"];

	for (const line of words) {
		const { status, stdout } = shell(line);

		assert.ok(status === 2 || status === 3, `${line}: exit ${status}: ${stdout}`);
	}
	const { status, stderr } = shell('user add bytes@users.example --password-stdin',
		Buffer.from(`${PASSWORD}\xff\n`, 'latin1'));

	assert.equal(status, 2);
	assert.match(String(stderr), /the password is not UTF-8/);
	assert.equal(count("user WHERE email LIKE '%bytes%'"), 0);
});

test('a refusal is valid JSON whatever bytes the words have', () => {
	const { stderr } = shell("--json user add bytes@users.example --group $'\\xff'");
	const text = new TextDecoder('utf-8', { fatal: true }).decode(stderr);

	assert.equal(typeof JSON.parse(text).message, 'string');
});

test('a name that misleads, an unknown kind and an unknown group are refused', () => {
	const who = ['user', 'add', 'odd@users.example'];

	assert.match(refused(2, [...who, '--name', 'left\u202eright']), /the name is refused: name\./);
	assert.match(refused(2, [...who, '--name', 'x'.repeat(201)]), /name\.too_long/);
	assert.equal(refused(2, [...who, '--two-factor', 'totp']),
		'--two-factor must be email or disabled');
	assert.equal(refused(3, [...who, '--group', 'Nobodies']), 'there is no group Nobodies');
});

test('a taken address is refused in whatever letters it is typed', () => {
	for (const email of [ADMIN_EMAIL, ADMIN_EMAIL.toUpperCase()]) {
		assert.equal(refused(4, ['user', 'add', email]),
			`somebody has the address ${ADMIN_EMAIL} already`);
	}
});

test('a command for somebody who does not exist is refused', () => {
	for (const command of ['enable', 'groups', 'disable-2fa', 'unlock', 'allow-anywhere',
		'reset-password']) {
		assert.equal(refused(3, ['user', command, 'nobody@users.example']),
			'nobody has the address nobody@users.example');
	}
});

test('codes by mail are not asked for where there is no mail server', () => {
	assert.equal(refused(2, ['user', 'enable-2fa', ADMIN_EMAIL]),
		'no mail server is configured, so no code would arrive');
});

test('a user has the groups and the mask that were named', async () => {
	const client = await stack.person('groups@users.example',
		{ groups: ['Support', 'Auditors'], masked: true });
	const { user, permissions } = (await client.get('session')).body;

	assert.equal(user.mask_data, true);
	assert.ok(permissions.includes('clients.update') && permissions.includes('audit.view'));
});

test('a group that is named twice counts once', () => {
	add('twice@users.example', '--group', 'Support', '--group', 'Support');
	assert.equal(count(`user_group_member m JOIN user u ON u.id = m.user_id
		WHERE u.email = 'twice@users.example'`), 1);
});

test('a new password ends the sessions, the sign-ins under way, and the old password', async () => {
	const email = 'reset@users.example';
	const client = await stack.person(email);
	const underWay = stranger();

	stack.sql(`UPDATE user SET password_must_change = 1 WHERE email = '${email}'`);
	await signIn(email, PASSWORD, underWay);
	const { password } = json('user', 'reset-password', 'Reset@Users.Example');

	assert.match(password, GENERATED);
	assert.equal((await client.get('session')).status, 401);
	assert.equal((await underWay.post('session/password', { password: NEW })).status, 401);
	assert.equal((await signIn(email)).status, 401);
	assert.equal(await state(email, password), 'password_change_required');
});

test('a new password may be given on stdin, and is then not printed', async () => {
	stack.addUser('chosen@users.example');
	const { stdout } = stack.admin(['user', 'reset-password', 'chosen@users.example',
		'--password-stdin'], { input: `${NEW}\n` });

	assert.doesNotMatch(stdout, /password/);
	assert.equal(await state('chosen@users.example', NEW), 'password_change_required');
});

const choose = (link, password = NEW) => stranger().post('session/link/password',
	{ token: new URL(link).hash.replace('#set=', ''), password });

test('a link is the way back in: it ends what was, and its user chooses the password', async () => {
	const email = 'linked@users.example';
	const client = await stack.person(email);
	const { link, password } = json('user', 'reset-password', email, '--link');

	assert.equal(password, undefined);
	assert.ok(link.startsWith(`${stack.url}sign-in.html#set=`));
	assert.equal((await client.get('session')).status, 401);
	assert.equal((await signIn(email)).status, 401);
	assert.equal((await choose(link)).status, 204);
	assert.equal((await choose(link)).status, 401);
	assert.equal(await state(email, NEW), 'signed_in');
});

test('a new user may get a link, which the next reset voids', async () => {
	const { email, link } = add('invited@users.example', '--link');
	const { stdout } = stack.admin(['user', 'reset-password', email, '--link']);

	assert.equal((await choose(link)).status, 401);
	assert.match(stdout, /^id: \d+\nemail: \S+\nlink: http:\S+#set=[\w-]{43}\n$/);
	stack.admin(['user', 'reset-password', email, '--password-stdin'], { input: PASSWORD });
	assert.equal((await choose(stdout.match(/http\S+/)[0])).status, 401);
	assert.equal(count(`audit WHERE after_json LIKE '%#set=%'`), 0);
});

test('a link takes the place of a password and stands beside none', () => {
	for (const option of ['--password-stdin', '--keep-password']) {
		assert.equal(refused(2, ['user', 'add', 'both@users.example', '--link', option], PASSWORD),
			'--link takes the place of a password');
	}
});

test('somebody whom no code can reach gets in by password alone', async () => {
	const email = 'nocode@users.example';

	stack.admin(['user', 'add', email, '--password-stdin', '--keep-password'], { input: PASSWORD });
	assert.equal((await signIn(email)).body.code, 'second_factor_unavailable');
	assert.deepEqual(Object.keys(json('user', 'disable-2fa', email)), ['id']);
	assert.equal(await state(email), 'signed_in');
});

test('the only administrator is brought back', async () => {
	const client = await stack.signedIn();

	stack.sql(`UPDATE user SET status = 0 WHERE email = '${ADMIN_EMAIL}'`);
	assert.equal((await client.get('session')).status, 401);
	assert.equal((await signIn(ADMIN_EMAIL)).status, 401);
	assert.equal(stack.admin(['user', 'enable', ADMIN_EMAIL]).stdout, 'id: 1\n');
	assert.equal(await state(ADMIN_EMAIL), 'signed_in');
	stack.sql('UPDATE admin_count SET admins = 1'); // it was disabled behind the program's back
});

test('a user is kept out, but not the last administrator', () => {
	stack.admin(['user', 'add', 'leaver@example.com']);
	assert.equal(stack.admin(['user', 'disable', 'leaver@example.com']).status, 0);
	assert.deepEqual(stack.sql("SELECT status FROM user WHERE email = 'leaver@example.com'"),
		[['0']]);
	assert.match(refused(4, ['user', 'disable', ADMIN_EMAIL]),
		/no enabled administrator would remain/);
});

test('a user is put into groups and taken out, and whoever is named both ways leaves', () => {
	const email = 'mover@users.example';
	const { id } = add(email, '--group', 'Support');
	const groups = (...options) => json('user', 'groups', email, ...options).groups ?? [];

	assert.deepEqual(groups(), ['Support']);
	assert.deepEqual(groups('--group', 'managers', '--group', 'Managers'), ['Managers', 'Support']);
	assert.deepEqual(groups('--leave', 'Support', '--group', 'Support'), ['Managers']);
	assert.deepEqual(groups('--only', '--group', 'Support'), ['Support']);
	assert.equal(stack.admin(['user', 'groups', email, '--group', 'Managers']).stdout,
		`id: ${id}\ngroups: Managers\ngroups: Support\n`);
	assert.deepEqual(groups('--only'), []);
	const rows = stack.sql(`SELECT before_json, after_json FROM audit
		WHERE action = 'user.update' AND target_id = ${id} ORDER BY id`);
	const named = (text) => JSON.parse(text).groups.map(({ name }) => name);

	assert.deepEqual(rows.map((states) => states.map(named)), [
		[['Support'], ['Managers', 'Support']],
		[['Managers', 'Support'], ['Managers']],
		[['Managers'], ['Support']],
		[['Support'], ['Managers', 'Support']],
		[['Managers', 'Support'], []]]);
	assert.equal(refused(3, ['user', 'groups', email, '--leave', 'Nobodies']),
		'there is no group Nobodies');
});

test('the last administrator leaves the administrators in no way', () => {
	for (const options of [['--leave', 'Administrators'], ['--only'],
		['--only', '--group', 'Support']]) {
		assert.match(refused(4, ['user', 'groups', ADMIN_EMAIL, ...options]),
			/no enabled administrator would remain/);
	}
	add('heir@users.example');
	stack.admin(['user', 'groups', 'heir@users.example', '--group', 'Administrators']);
	assert.equal(counted(), '2');
	stack.admin(['user', 'groups', 'heir@users.example', '--only']);
	assert.equal(counted(), '1');
});

test('the count that keeps the last administrator grows with who is added and who is enabled',
	async () => {
		const second = await stack.person('second@users.example', { groups: ['Administrators'] });

		assert.equal(counted(), '2');
		assert.equal((await second.patch('users/1', { status: 'disabled' })).status, 200);
		assert.equal(counted(), '1');
		stack.admin(['user', 'enable', ADMIN_EMAIL]);
		stack.admin(['user', 'enable', ADMIN_EMAIL]);
		assert.equal(counted(), '2', 'enabled twice, counted once');
		assert.equal(await state(ADMIN_EMAIL), 'signed_in');
	});

test('somebody who is added or enabled without being an administrator is not counted', () => {
	const earlier = counted();

	add('helper@users.example', '--group', 'Support');
	stack.sql("UPDATE user SET status = 0 WHERE email = 'helper@users.example'");
	stack.admin(['user', 'enable', 'helper@users.example']);
	assert.equal(counted(), earlier);
});

test('the trail has what was done, by no actor, without any password', () => {
	const email = 'trail@users.example';
	const { id } = add(email, '--name', 'Trail', '--group', 'Support');

	stack.admin(['user', 'disable-2fa', email]);
	stack.admin(['user', 'enable', email]);
	stack.admin(['user', 'reset-password', email]);
	const rows = stack.sql(`SELECT action, result, actor_id, remote_address, before_json, after_json
		FROM audit WHERE target_type = 'user' AND target_id = ${id} ORDER BY id`);

	assert.deepEqual(rows.map((row) => row.slice(0, 4)),
		['create', 'update', 'update', 'password_reset'].map((what) =>
			[`user.${what}`, 'ok', 'NULL', '']));
	assert.equal(JSON.parse(rows[0][5]).email, email);
	assert.equal(JSON.parse(rows[1][5]).two_factor, 'disabled');
	assert.doesNotMatch(JSON.stringify(rows), /argon2|"password"/);
});

/** Words of all programs that run now. */
function processList() {
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((id) => {
		try {
			return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
		} catch {
			return ''; // it is over
		}
	}).join('\n');
}

/** Runs work() while somebody else's transaction holds the row that each change of users writes. */
async function whileRightsAreHeld(work) {
	const holder = spawn('mariadb', ['--no-defaults', '-S', stack.socket, '-u', DB_ADMIN,
		'--unbuffered', 'backoffice'], { stdio: ['pipe', 'pipe', 'inherit'] });

	try {
		holder.stdin.write(`START TRANSACTION; UPDATE authz_epoch SET epoch = epoch + 1;
			SELECT 'held';\n`);
		await once(holder.stdout, 'data');
		return await work();
	} finally {
		holder.stdin.end('ROLLBACK;\n');
	}
}

test('no password is in a process listing or in a log while a command runs or after', async () => {
	let exited;
	const list = await whileRightsAreHeld(async () => {
		const child = spawn(PROGRAM, ['-c', stack.settings(),
			'user', 'add', 'listed@users.example', '--password-stdin'],
			{ stdio: ['pipe', 'ignore', 'inherit'] });

		exited = once(child, 'exit');
		child.stdin.end(`${NEW}\n`);
		await until(() => count(`information_schema.processlist
			WHERE info LIKE 'UPDATE authz_epoch%'`) === 1);
		return processList();
	});
	const secrets = ['db_web', 'db_mailer', 'db_admin'].map((name) =>
		readFileSync(join(stack.data, 'secrets', name), 'utf8').trim());

	assert.deepEqual(await exited, [0, null]);
	assert.match(list, /user add listed@users\.example --password-stdin/);
	for (const secret of [NEW, PASSWORD, ...secrets]) {
		assert.ok(!list.includes(secret) && !stack.logs().includes(secret));
	}
});
