/* The letters themselves: as the queue keeps them, on the wire, and as people read them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { codeIn, parseMail, passwordIn } from '../lib/mail.mjs';
import { SmtpServer } from '../lib/smtp-server.mjs';
import { startStack } from '../lib/stack.mjs';
import { LETTER_PASSWORD, Outbox } from './outbox.mjs';

const SITE = 'Büro <script>alert("1")</script> & Söhne 事務所 "am Fluß", a name over several lines';
const NAME = `Zoë <script>alert('2')</script> 李 & ${'.'.repeat(150)}`;
const PASSWORD = 'walnut<b>&amp;"58"\'=3D=\\harböur.';

let server;
let stack;
let outbox;
let credentials;
let code;

before(async () => {
	server = await new SmtpServer().listen();
	stack = await startStack({ env: { SMTP: `smtp://127.0.0.1:${server.port}` },
		settings: `[site]\nname = ${SITE}\nlanguage = xx\n` });
	outbox = new Outbox(stack);
	credentials = await received(await outbox.putLetter({ name: NAME, password: PASSWORD }));
	code = await received(await outbox.putCode());
});
after(async () => {
	await stack.stop();
	await server.close();
});

/** The mail to this address, with what the queue knows about it. */
async function received(email) {
	await outbox.become(email, { state: 'sent' });
	const [{ from, raw }] = server.mailsTo(email);
	const [[id, date]] = stack.sql(`SELECT LOWER(HEX(message_id)), outbox.created_at
		FROM outbox JOIN user ON user.id = user_id WHERE email = '${email}'`);

	return { ...parseMail(raw), email, from, id, date: new Date(`${date}Z`) };
}

/*
 * The display name by Python's older decoder: the newer one of Debian 12 keeps the white space
 * between the encoded words of a name, against RFC 2047 6.2.
 */
function decodedFrom(raw) {
	const [, folded] = raw.toString().match(/^From: (.*(?:\r\n .*)*)/m);
	const { stdout } = spawnSync('/usr/bin/python3', ['-c', `
import sys
from email.header import decode_header, make_header
print(make_header(decode_header(sys.stdin.read())), end='')`], { input: folded, encoding: 'utf8' });

	return stdout;
}

/** What a reader sees of HTML: no tags, no references. */
function shown(html) {
	const names = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

	return html.replaceAll(/<style>.*<\/style>|<[^>]*>/gs, '')
		.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name) => names[name]);
}

for (const [kind, mail] of Object.entries({ credentials: () => credentials, code: () => code })) {
	describe(`the mail of ${kind}`, () => {
		test('is text and HTML, and a parser finds no fault in it', () => {
			const { defects, headers, text, html } = mail();

			assert.deepEqual(defects, []);
			assert.match(headers['content-type'], /^multipart\/alternative;/);
			assert.equal(headers['mime-version'], '1.0');
			assert.match(html, /^<!doctype html>/);
			assert.doesNotMatch(text, /[{}]/);
			assert.doesNotMatch(shown(html), /[{}]/);
		});

		test('says from whom, to whom, when and that a machine wrote it', () => {
			const { headers, email, from, id, date } = mail();

			assert.match(from, /^MAIL FROM:<backoffice@example\.com>/);
			assert.ok(headers.from.endsWith(' <backoffice@example.com>'), headers.from);
			assert.equal(headers.to, email);
			assert.equal(headers['message-id'], `<${id}@example.com>`);
			assert.equal(Date.parse(headers.date), Math.floor(date / 1000) * 1000);
			assert.equal(headers['auto-submitted'], 'auto-generated');
		});

		test('shows the name of the site as it is, in the headers and in both parts', () => {
			const { headers, text, html, raw } = mail();

			assert.ok(headers.subject.endsWith(SITE), headers.subject);
			assert.equal(decodedFrom(raw), `${SITE} <backoffice@example.com>`);
			assert.ok(text.includes(SITE));
			assert.ok(shown(html).includes(SITE));
			assert.doesNotMatch(html, /<script/);
		});

		test('has only whole line ends on the wire, short lines and ASCII', () => {
			const raw = mail().raw.toString('latin1');

			assert.doesNotMatch(raw, /(^|[^\r])\n|\r([^\n]|$)/);
			assert.doesNotMatch(raw, /[^\t\r\n -~]/);
			assert.ok(raw.split('\r\n').every((line) => line.length <= 78));
		});
	});
}

test('both parts of the mail of credentials hold the same address, name and password', () => {
	const { text, html, email } = credentials;

	assert.equal(passwordIn(credentials), PASSWORD);
	for (const part of [text, shown(html)]) {
		for (const value of [PASSWORD, email, stack.url, `Hello ${NAME},`]) {
			assert.ok(part.includes(value), `${value} in ${part}`);
		}
	}
	assert.ok(html.includes(`href="${stack.url}"`));
});

test('both parts of the mail of a code hold the same code', () => {
	const digits = codeIn(code);

	assert.deepEqual(shown(code.html).match(/\b\d{8}\b/g), [digits]);
});

test('a language without letters in the settings is told of, and English goes out', () => {
	assert.match(stack.log('mailer'), /key=site\.language value=unknown used=en/);
	assert.match(code.text, /signing in/);
});

test('the programs log neither addresses nor passwords nor codes', () => {
	const logs = stack.log('mailer') + stack.log('fcgi');

	assert.match(logs, /event=letter .*kind=credentials state=sent/);
	for (const secret of [credentials.email, code.email, PASSWORD, codeIn(code)]) {
		assert.ok(!logs.includes(secret), secret);
	}
});

describe('a letter in the queue', () => {
	let waiting;

	before(async () => {
		server.plan.push({ at: 'rcpt', answer: '451 4.3.0 later' });
		waiting = await outbox.putLetter();
		await outbox.become(waiting, { state: 'ready', attempts: 1 });
	});

	test('is sealed: neither address nor password stands in the table', () => {
		const payload = Buffer.from(outbox.letter(waiting).payload, 'hex');

		assert.ok(payload.length > 0);
		for (const secret of [waiting, LETTER_PASSWORD, 'password']) {
			assert.ok(!payload.includes(secret), secret);
		}
	});

	/** A statement as the web program's account. */
	function asWeb(statement) {
		const password = readFileSync(join(stack.data, 'secrets/db_web'), 'utf8').trim();

		return spawnSync('mariadb', ['--no-defaults', '-S', stack.socket, '-u', 'backoffice_web',
			'backoffice', '-e', statement], { env: { ...process.env, MYSQL_PWD: password },
			encoding: 'utf8' });
	}

	test('cannot be read by the account of the web program, nor changed but to cancel it', () => {
		assert.match(asWeb('SELECT id, state FROM outbox').stdout, /\d/);
		for (const statement of ['SELECT payload FROM outbox_payload',
			'SELECT * FROM outbox_payload', 'HANDLER outbox_payload OPEN',
			"SELECT id FROM outbox JOIN outbox_payload ON letter_id = id WHERE payload LIKE '%a%'",
			'UPDATE outbox_payload SET lease = payload', 'UPDATE outbox SET user_id = 1',
			'UPDATE outbox SET expires_at = next_at', 'DELETE FROM outbox']) {
			const { status, stderr } = asWeb(statement);

			assert.equal(status, 1, statement);
			assert.match(stderr, /ERROR 114[23] .*denied/);
		}
	});
});
