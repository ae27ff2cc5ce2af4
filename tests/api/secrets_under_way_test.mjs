/*
 * What is under way for an account rests on the account as it was: sign-ins between their steps,
 * links, letters that have not left, passwords that somebody else knows, proofs and sessions. The
 * table says what of it outlives which change; every cell has a user of its own. LONG=1 tries each
 * pair by every other door too: bulk, jobs and the command line.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ADMIN_EMAIL, PASSWORD, startStack } from '../lib/stack.mjs';
import { appCode, forgetLastCode } from '../lib/totp.mjs';
import { until } from '../lib/until.mjs';

const INITIAL = 'six wagons behind the mill';
const NEW = 'nine lanterns under a bridge';
const OTHER = 'four kettles beside an orchard';
const SUPPORT = 3;

/* . goes on, x is void, - cannot be. adr: the address; net: the networks; 2fa: by an administrator;
 * cred: new credentials; own: the owner's new password; link: a used one; app: the owner's; codes:
 * new ones for the day when the app is lost; del: the user is deleted. */
const TABLE = `
.                name adr status groups mask net 2fa- 2fa+ cred own link app+ app- codes del
mailed_code      .    x   x      x      x    x   x    -    x    x   x    x    -    -     x
app_code         .    x   x      x      x    x   x    x    x    x   x    -    x    x     x
new_password     .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
enrolment        .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
given_link       .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
forgotten_link   .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
credentials_mail .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
link_mail        .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
forgotten_mail   .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
code_mail        .    x   x      x      x    x   x    -    x    x   x    x    -    -     x
begun_app        .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
proof            .    x   x      x      x    x   x    x    x    x   x    x    x    x     x
session          .    .   x      .      .    .   .    .    x    x   x    x    .    .     x
mailed_password  .    x   .      .      .    .   .    .    x    x   x    .    .    .     x
handed_password  .    .   .      .      .    .   .    .    x    x   x    .    .    .     x
`;

const [[, ...CHANGE_NAMES], ...ROWS] = TABLE.trim().split('\n').map((line) => line.split(/ +/));
const EXPECTED = Object.fromEntries(ROWS.map(([thing, ...cells]) => [thing,
	Object.fromEntries(CHANGE_NAMES.map((change, i) => [change, cells[i]]))]));

const [NONE, MAIL, APP] = [0, 1, 2]; // the second factor, as the database has it
const PASSWORD_STEP = 2;
const ENROLMENT_STEP = 3;
const GIVEN = 1;
const FORGOTTEN = 2;

let stack;
let admin;

/** Does all of them, a few at a time. */
async function each(items, job) {
	const rest = [...items];

	await Promise.all(Array.from({ length: 6 }, async () => {
		for (let item = rest.shift(); item; item = rest.shift()) {
			await job(item);
		}
	}));
}

function good({ status, text }, what) {
	assert.ok(status < 300, `${what}: ${status} ${text}`);
}

const signIn = ({ email, password }, client) => client.post('session', { email, password });
const signedOut = ({ from }) => stack.client({ from, patient: true });

/** Signed in up to the code; the browser is the one that goes on. */
async function begin(cell) {
	cell.browser = signedOut(cell);
	good(await signIn(cell, cell.browser), 'signing in');
}

/** Credentials as somebody is given them; whoever they were made for has no other use. */
async function give(cell, body) {
	cell.other = `for-${cell.email}`;
	const { status, body: made } = await admin.post('users', { email: cell.other, ...body });

	assert.equal(status, 201);
	Object.assign(cell, { otherId: made.id, token: made.link?.split('#set=')[1] });
}

/** SQL that hands on to a cell's user what the other one was given. */
const moveLetter = ({ id, otherId }) =>
	`UPDATE outbox SET user_id = ${id} WHERE user_id = ${otherId};`;
const moveLink = (kind) => ({ id, otherId }) => `UPDATE password_link SET user_id = ${id},
	kind = ${kind} WHERE user_id = ${otherId};`;
const movePassword = ({ id, otherId }) => `UPDATE user u JOIN user o ON o.id = ${otherId}
	SET u.password = o.password, u.password_must_change = 1,
	u.password_expires_at = o.password_expires_at WHERE u.id = ${id};`;
const moveStep = (stage) => ({ id }) => `UPDATE sign_in_challenge SET stage = ${stage},
	code_hash = NULL WHERE user_id = ${id};`;

const choose = ({ token }, client) =>
	client.post('session/link/password', { token, password: OTHER });
const sendCode = (cell, code) => cell.browser.post('session/code', { code });

/* factor: the second factor that it takes. browser: a session of the user. make() brings it about,
 * move() is SQL after that, use() tries whether it is still good, once. letter: it waits in the
 * queue. */
const THINGS = {
	mailed_code: { factor: MAIL, make: begin, use: (cell) => sendCode(cell, cell.code) },
	app_code: { factor: APP, make: begin, use: (cell) => sendCode(cell, appCode(cell.secret)) },
	new_password: { mustChange: true, make: begin, move: moveStep(PASSWORD_STEP),
		use: ({ browser }) => browser.post('session/password', { password: OTHER }) },
	enrolment: { mustChange: true, make: begin, move: moveStep(ENROLMENT_STEP),
		use: ({ browser }) => browser.post('session/totp') },
	given_link: { make: (cell) => give(cell, { link: true }), move: moveLink(GIVEN),
		use: (cell) => choose(cell, signedOut(cell)) },
	forgotten_link: { make: (cell) => give(cell, { link: true }), move: moveLink(FORGOTTEN),
		use: (cell) => choose(cell, signedOut(cell)) },
	credentials_mail: { letter: 'credentials', move: moveLetter,
		make: (cell) => give(cell, { password: INITIAL, send_to_email: true }) },
	link_mail: { letter: 'link', move: moveLetter,
		make: (cell) => give(cell, { link: true, send_to_email: true }) },
	forgotten_mail: { letter: 'forgotten', make: async (cell) =>
		good(await signedOut(cell).post('session/forgotten', { email: cell.email }), 'asking') },
	code_mail: { letter: 'code', factor: MAIL, make: begin },
	begun_app: { browser: true, make: async (cell) => {
		const { status, body } = await cell.browser.post('profile/totp', { password: cell.password,
			...(cell.secret ? { code: appCode(cell.secret) } : {}) });

		assert.equal(status, 200);
		cell.begun = body.secret;
	}, use: ({ browser, begun }) =>
		browser.send('PUT', 'profile/totp', { body: { code: appCode(begun) } }) },
	proof: { browser: true, use: ({ browser }) => browser.get('session/proof') },
	session: { browser: true, use: ({ browser }) => browser.get('session') },
	mailed_password: { password: INITIAL, move: (cell) => moveLetter(cell) + movePassword(cell),
		make: (cell) => give(cell, { password: INITIAL, send_to_email: true }),
		use: (cell) => signIn(cell, signedOut(cell)) },
	handed_password: { password: INITIAL, move: movePassword,
		make: (cell) => give(cell, { password: INITIAL }),
		use: (cell) => signIn(cell, signedOut(cell)) },
};

const patch = (fields) => async ({ id }) => good(await admin.patch(`users/${id}`, fields), 'PATCH');
const bulk = (...sets) => async ({ id }) => {
	for (const set of sets) {
		const { body } = await admin.post('users/bulk', { ids: [id], set });

		assert.deepEqual([body.results[0].ok, body.results[0].changed], [true, true]);
	}
};
const command = (name, ...rest) => ({ email }) =>
	stack.admin(['user', name, email, ...rest], { input: `${NEW}\n` });

/* from: the second factors that it can be made from. owner: by the user, in a session of theirs. */
const CHANGES = {
	name: { run: patch({ name: 'Somebody Else', language: 'de' }) },
	adr: { run: async (cell) => {
		await patch({ email: `moved-${cell.email}` })(cell);
		cell.email = `moved-${cell.email}`;
	} },
	status: { run: async (cell) => {
		await patch({ status: 'disabled' })(cell);
		await patch({ status: 'enabled' })(cell);
	} },
	groups: { run: patch({ groups: [SUPPORT] }) },
	mask: { run: patch({ mask_data: true }) },
	net: { run: patch({ ip_allow_list: ['127.0.0.0/8'] }) },
	'2fa-': { from: [MAIL, APP], run: patch({ two_factor: 'disabled' }) },
	'2fa+': { from: [NONE, APP], run: patch({ two_factor: 'email' }) },
	cred: { run: async ({ id }) =>
		good(await admin.post(`users/${id}/credentials`, { password: NEW }), 'credentials') },
	own: { owner: true, run: async ({ owner, password }) =>
		good(await owner.send('PUT', 'profile/password', { body: { current: password,
			password: NEW } }), 'own password') },
	link: { link: true, run: async ({ linkToken, from }) =>
		good(await signedOut({ from }).post('session/link/password', { token: linkToken,
			password: NEW }), 'link') },
	'app+': { from: [NONE, MAIL], owner: true, run: async ({ owner, password }) => {
		const { body: { secret } } = await owner.post('profile/totp', { password });

		good(await owner.send('PUT', 'profile/totp', { body: { code: appCode(secret) } }), 'app');
	} },
	'app-': { from: [APP], owner: true, run: async ({ owner, secret }) =>
		good(await owner.send('DELETE', 'profile/totp', { body: { code: appCode(secret) } }),
			'no app') },
	codes: { from: [APP], owner: true, run: async ({ owner, secret }) =>
		good(await owner.post('profile/recovery-codes', { code: appCode(secret) }), 'codes') },
	del: { run: async ({ id }) => good(await admin.delete(`users/${id}`), 'DELETE') },
};

/* The same changes by other doors, and the column that says what is expected. */
const DOORS = {
	'status by bulk': { as: 'status', run: bulk({ status: 'disabled' }, { status: 'enabled' }) },
	'groups by bulk': { as: 'groups', run: bulk({ add_group: SUPPORT }) },
	'mask by bulk': { as: 'mask', run: bulk({ mask_data: true }) },
	'groups by a job': { as: 'groups', run: async ({ id }) => {
		const { status, body } = await admin.post('users/bulk', { ids: [id],
			set: { add_group: SUPPORT } }, { Prefer: 'respond-async' });

		assert.equal(status, 202);
		good(await admin.post(`jobs/${body.id}/step`), 'step');
	} },
	'net by command line': { as: 'net', networks: '127.0.0.0/8',
		run: command('allow-anywhere') },
	'2fa- by command line': { as: '2fa-', run: command('disable-2fa') },
	'2fa+ by command line': { as: '2fa+', run: command('enable-2fa') },
	'cred by command line': { as: 'cred',
		run: command('reset-password', '--password-stdin') },
};
const AT_EVERY_DOOR = ['mailed_code', 'given_link', 'link_mail', 'proof'];

const factorOf = (thing, { from }) => thing.factor ?? from?.[0] ?? NONE;
const canBe = (thing, { from }) => !thing.factor || !from || from.includes(thing.factor);

function cellsOf(name, change, things) {
	return things.filter((thing) => canBe(THINGS[thing], change)).map((thing) =>
		({ name, change, thing, ...THINGS[thing], wanted: factorOf(THINGS[thing], change) }));
}

const cells = [
	...Object.entries(CHANGES).flatMap(([name, change]) =>
		cellsOf(name, change, Object.keys(THINGS))),
	...Object.entries(DOORS).flatMap(([name, door]) => cellsOf(name,
		{ ...CHANGES[door.as], ...door },
		process.env.LONG ? Object.keys(THINGS) : AT_EVERY_DOOR)),
];

/** A user for each cell, all with the password of the administrator. */
function makeUsers(name = 'cell') {
	for (const [i, cell] of cells.entries()) {
		Object.assign(cell, { email: `${name}${i}@example.com`, from: `127.1.${i >> 8}.${i & 255}`,
			password: PASSWORD });
	}
	stack.sql(cells.map(({ email }) => `INSERT INTO user (email, name, password, two_factor,
		created_at) SELECT '${email}', '', password, 0, NOW() FROM user WHERE id = 1;`).join('\n'));
	const ids = new Map(stack.sql('SELECT email, id FROM user'));

	for (const cell of cells) {
		cell.id = Number(ids.get(cell.email));
	}
}

/** Sessions before there is a second factor; then the app, which ends others, goes first. */
async function signInAll() {
	const early = cells.filter(({ change, wanted }) => change.owner || wanted === APP);

	await each(early, async (cell) => {
		cell.owner = signedOut(cell);
		good(await signIn(cell, cell.owner), 'signing in');
		if (cell.wanted === APP) {
			const { body: { secret } } = await cell.owner.post('profile/totp',
				{ password: cell.password });

			good(await cell.owner.send('PUT', 'profile/totp', { body: { code: appCode(secret) } }),
				'app');
			cell.secret = secret;
		}
	});
	stack.sql('UPDATE user SET two_factor = 0');
	await each(cells.filter(({ browser }) => browser), begin);
	stack.sql(cells.map(({ id, wanted, mustChange, change }) => `UPDATE user SET
		two_factor = ${wanted}, password_must_change = ${mustChange ? 1 : 0},
		ip_allow_list = '${change.networks ?? ''}' WHERE id = ${id};`).join('\n'));
	forgetLastCode(stack);
}

const mails = () => readdirSync(join(stack.data, 'mail/new')).map((file) =>
	readFileSync(join(stack.data, 'mail/new', file), 'latin1').replace(/=\r?\n/g, ''));
const addressOf = (mail) => mail.match(/^To: <?([^>\r\n]+)/m)[1];
const queueIsEmpty = () =>
	stack.sql('SELECT COUNT(*) FROM outbox WHERE state IN (0, 1)')[0][0] === '0';

/** What can be read in the mailbox by now. */
async function readCodes() {
	await until(queueIsEmpty);
	const codes = new Map(mails().filter((mail) => /^ {4}\d{8}\r?$/m.test(mail)).map((mail) =>
		[addressOf(mail), mail.match(/^ {4}(\d{8})\r?$/m)[1]]));

	for (const cell of cells) {
		cell.code = codes.get(cell.email);
	}
}

async function makeThings(some) {
	await each(some, async (cell) => {
		await cell.make?.(cell);
		if (cell.change.link) {
			const { status, body } = await admin.post('users',
				{ email: `link-${cell.email}`, link: true });

			assert.equal(status, 201);
			Object.assign(cell, { linkToken: body.link.split('#set=')[1], linkId: body.id });
		}
	});
	stack.sql(some.map((cell) => cell.move?.(cell) ?? '').join('\n') +
		some.filter(({ linkId }) => linkId).map(({ id, linkId, thing }) =>
			moveLink(thing.startsWith('forgotten') ? GIVEN : FORGOTTEN)({ id, otherId: linkId }))
			.join('\n') + '\nDO 0;');
	for (const cell of some) {
		cell.password = THINGS[cell.thing].password ?? PASSWORD;
	}
}

/** Which letters of a kind wait for a cell's user. */
function findLetters(some) {
	const ids = new Map(stack.sql(`SELECT user_id, MAX(id) FROM outbox WHERE state = 0
		GROUP BY user_id`));

	for (const cell of some) {
		cell.letterId = ids.get(String(cell.id));
		assert.ok(cell.letterId, `${cell.thing} waits`);
	}
}

before(async () => {
	stack = await startStack();
	admin = await stack.signedIn(ADMIN_EMAIL, { patient: true });
	makeUsers();
	await signInAll();
	await makeThings(cells.filter(({ letter }) => !letter));
	await readCodes();
	process.kill(stack.pid('mailer'), 'SIGSTOP');
	const letters = cells.filter(({ letter }) => letter);

	await makeThings(letters);
	findLetters(letters);
	forgetLastCode(stack);
	await each(cells, (cell) => cell.change.run(cell));
	forgetLastCode(stack);
	const waiting = new Set(stack.sql('SELECT id FROM outbox WHERE state = 0').flat());

	await each(cells, async (cell) => {
		cell.lives = cell.letter ? waiting.has(cell.letterId) : (await cell.use(cell)).status < 300;
	});
}, { timeout: 280000 });
after(async () => {
	process.kill(stack.pid('mailer'), 'SIGCONT');
	await stack.stop();
});

/** The cells of a column as a table would show them, one line each. */
const shown = (some, mark) => some.map((cell) => `${cell.thing} ${mark(cell)}`);

test('the table tells of every pair, and of none that cannot be', () => {
	assert.deepEqual(CHANGE_NAMES, Object.keys(CHANGES));
	assert.deepEqual(Object.keys(EXPECTED), Object.keys(THINGS));
	for (const [thing, row] of Object.entries(EXPECTED)) {
		for (const [change, mark] of Object.entries(row)) {
			assert.equal(mark !== '-', canBe(THINGS[thing], CHANGES[change]), `${thing} ${change}`);
		}
	}
});

for (const [name, change] of Object.entries({ ...CHANGES, ...DOORS })) {
	test(`what is under way when the account changes: ${name}`, () => {
		const column = cells.filter((cell) => cell.name === name);

		assert.deepEqual(shown(column, ({ lives }) => (lives ? '.' : 'x')),
			shown(column, ({ thing }) => EXPECTED[thing][change.as ?? name]));
	});
}

test('no letter with a secret that is void leaves the queue', async () => {
	process.kill(stack.pid('mailer'), 'SIGCONT');
	await until(queueIsEmpty);
	const secret = { credentials: /Password {3}/, link: /#set=3D/, forgotten: /#set=3D/,
		code: /^ {4}\d{8}\r?$/m };
	const all = mails();

	for (const { letter, name, email, other, thing } of cells.filter((cell) => cell.letter)) {
		const to = other ?? email.replace('moved-', '');
		const came = all.some((mail) => addressOf(mail) === to && secret[letter].test(mail));

		assert.equal(came, EXPECTED[thing][(CHANGES[name] ?? DOORS[name]).as ?? name] === '.',
			`${thing} after ${name}`);
	}
});

/* What can be at work at the very moment of a change, and how it is refused then. */
const AT_JOB = {
	'the right password': { act: (cell) => signIn(cell, signedOut(cell)),
		refused: [401, 'sign_in_expired'] },
	'the right code': { factor: APP, make: begin, refused: [401, 'sign_in_expired'],
		act: (cell) => sendCode(cell, appCode(cell.secret)) },
	'a new password': { mustChange: true, make: begin, refused: [401, 'sign_in_expired'],
		act: ({ browser }) => browser.post('session/password', { password: OTHER }) },
	'another code': { factor: MAIL, make: async (cell) => {
		await begin(cell);
		stack.sql("UPDATE sign_in_challenge SET code_sent_at = '2020-01-01'");
	}, refused: [401, 'sign_in_expired'],
	act: ({ browser }) => browser.post('session/code/resend') },
	'a link': { make: async (cell) => {
		await give(cell, { link: true });
		stack.sql(moveLink(GIVEN)(cell));
	}, act: (cell) => choose(cell, signedOut(cell)), refused: [401, 'link_void'] },
	"one's own new password": { browser: true, refused: [422, 'invalid'], act: ({ browser }) =>
		browser.send('PUT', 'profile/password', { body: { current: PASSWORD, password: OTHER } }) },
	'a proof': { browser: true, act: ({ browser }) => browser.post('session/proof',
		{ password: PASSWORD }), refused: [422, 'invalid'] },
};
const waits = () => stack.sql(`SELECT COUNT(*) FROM information_schema.processlist
	WHERE info LIKE 'SELECT version FROM user %'`)[0][0] !== '0';
const countOf = ({ id }) => stack.sql(`SELECT (SELECT COUNT(*) FROM session WHERE user_id = ${id}),
	(SELECT COUNT(*) FROM outbox WHERE user_id = ${id}),
	(SELECT SHA2(password, 256) FROM user WHERE id = ${id})`)[0];

test('of a step and a change at the same moment the change wins', async () => {
	const some = Object.entries(AT_JOB).map(([name, step]) => ({ change: {}, name, ...step,
		wanted: step.factor ?? NONE }));

	cells.splice(0, cells.length, ...some);
	makeUsers('race');
	await signInAll();
	for (const cell of some) {
		await cell.make?.(cell);
		const counted = countOf(cell);
		const change = stack.sqlSession();
		let answer;

		try {
			await change.run(`START TRANSACTION; UPDATE user SET ip_allow_list = '10.0.0.0/8',
				version = version + 1 WHERE id = ${cell.id}; SELECT 'held';`);
			answer = cell.act(cell);
			await Promise.race([until(waits), answer]);
			await change.run("COMMIT; SELECT 'done';");
		} finally {
			await change.end();
		}
		const { status, body } = await answer;

		assert.deepEqual([status, body?.code], cell.refused, cell.name);
		assert.deepEqual(countOf(cell), counted, cell.name);
	}
});
