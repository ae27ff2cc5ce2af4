/* Nothing of a letter or of the mailer's password goes to a server that has not proved itself. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { SmtpServer } from '../lib/smtp-server.mjs';
import { startStack } from '../lib/stack.mjs';
import { Authority } from './certificates.mjs';
import { LETTER_PASSWORD, Outbox } from './outbox.mjs';

const ACCOUNT = ['postman', 'seven sealed envelopes'];

const authority = new Authority();
const stranger = new Authority();
const right = authority.issue('localhost');
const wrong = {
	'is for another name': authority.issue('elsewhere.example'),
	'is over': authority.issue('localhost', { isOver: true }),
	'is signed by itself': authority.selfSign('self', 'localhost',
		['-addext', 'subjectAltName = DNS:localhost']),
	'is of an unknown CA': stranger.issue('localhost'),
};

after(() => {
	authority.remove();
	stranger.remove();
});

function startTlsStack(url) {
	const password = join(authority.folder, 'password');

	writeFileSync(password, `${ACCOUNT[1]}\n`);
	return startStack({ env: { SMTP: url }, settings: `[mail]\nsmtp_tls = required\n` +
		`smtp_ca = ${authority.path}\nsmtp_user = ${ACCOUNT[0]}\n` +
		`smtp_password_file = ${password}\n` });
}

function assertNothingSaid(server, email) {
	for (const heard of [server.heard.plain, server.heard.tls]) {
		assert.doesNotMatch(heard, /AUTH|MAIL FROM|RCPT TO|DATA/);
		for (const secret of [email, LETTER_PASSWORD, ACCOUNT[1]]) {
			assert.ok(!heard.includes(secret), heard);
		}
	}
}

const WAYS = { smtps: 'smtps://localhost', STARTTLS: 'smtp://localhost' };

for (const [way, host] of Object.entries(WAYS)) {
	describe(way, () => {
		const proper = { certificate: right, refusesAccounts: false,
			implicitTls: way === 'smtps', startTls: way === 'STARTTLS' };
		let server;
		let stack;
		let outbox;

		before(async () => {
			server = await new SmtpServer(proper).listen();
			stack = await startTlsStack(`${host}:${server.port}`);
			outbox = new Outbox(stack);
		});
		after(async () => {
			await stack.stop();
			await server.close();
		});

		async function assertSentLater(email) {
			Object.assign(server, proper);
			server.hangUp();
			outbox.makeDue();
			await outbox.become(email, { state: 'sent', attempts: 2 });
			assert.ok(server.mailsTo(email)[0].secure);
		}

		function forget() {
			server.hangUp();
			server.heard.plain = '';
			server.heard.tls = '';
		}

		test('a server with the right certificate is given account and letter', async () => {
			const email = await outbox.putLetter();

			await outbox.become(email, { state: 'sent' });
			const [mail] = server.mailsTo(email);

			assert.ok(mail.secure);
			assert.deepEqual(mail.account, ACCOUNT);
			assert.ok(server.heard.tls.includes('MAIL FROM'));
			assert.doesNotMatch(server.heard.plain, /AUTH|MAIL FROM/);
		});

		for (const [what, certificate] of Object.entries(wrong)) {
			test(`a server whose certificate ${what} is told nothing, for now`, async () => {
				forget();
				server.certificate = certificate;
				const email = await outbox.putLetter();
				const { reason } = await outbox.become(email, { state: 'ready', attempts: 1 });

				assert.equal(reason, 'tls');
				assertNothingSaid(server, email);
				await assertSentLater(email);
			});
		}

		test('while the server refuses the account the letter waits', async () => {
			forget();
			server.refusesAccounts = true;
			const email = await outbox.putLetter();

			const letter = await outbox.become(email, { state: 'ready', attempts: 1 });

			assert.deepEqual([letter.reason, letter.code], ['settings', 535]);
			await assertSentLater(email);
		});

		test('a server without TLS is told nothing, and the letter waits', async () => {
			forget();
			Object.assign(server, { implicitTls: false, startTls: false });
			const email = await outbox.putLetter();
			const { reason } = await outbox.become(email, { state: 'ready', attempts: 1 });

			assert.equal(reason, 'tls');
			assertNothingSaid(server, email);
			await assertSentLater(email);
		});
	});
}
