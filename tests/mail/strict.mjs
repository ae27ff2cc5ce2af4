/*
 * A mail server of Debian, run beside the system, with TLS, accounts, a strict HELO and no open
 * relay: what it has against us costs no letter, and with the right settings they arrive.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startStack, TOP } from '../lib/stack.mjs';
import { Authority } from './certificates.mjs';
import { Outbox } from './outbox.mjs';

const MAILER = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-mailer');

export const ACCOUNT = ['postman', 'seven envelopes'];

/** The reason why there is no such server to try, or its folder. */
export function unpack(name, packages) {
	if (process.getuid() !== 0) {
		return { reason: `${name} gives up rights that only root has` };
	}
	const { status, stdout, stderr } = spawnSync(join(import.meta.dirname, 'debian-server'),
		[name, ...packages, 'libnss-wrapper'], { encoding: 'utf8' });

	return status === 0 ? { place: stdout.trim() } : { reason: stderr.trim() };
}

/** A folder for a server, and what makes it find the users that its package would have made. */
export class Home {
	constructor(place, { key, cert }, users, groups) {
		this.folder = mkdtempSync(join(tmpdir(), 'backoffice-mail.'));
		chmodSync(this.folder, 0o755);
		writeFileSync(join(this.folder, 'cert.pem'), cert);
		writeFileSync(join(this.folder, 'key.pem'), key);
		for (const [name, lines] of [['passwd', users], ['group', groups]]) {
			writeFileSync(join(this.folder, name),
				readFileSync(join('/etc', name), 'utf8') + lines.join('\n') + '\n');
		}
		const libraries = join(place, 'usr/lib', readdirSync(join(place, 'usr/lib'))
			.find((name) => name.endsWith('-linux-gnu')));

		this.env = { PATH: process.env.PATH,
			LD_LIBRARY_PATH: `${libraries}:${join(place, 'usr/lib/postfix')}`,
			LD_PRELOAD: join(libraries, 'libnss_wrapper.so'),
			NSS_WRAPPER_PASSWD: join(this.folder, 'passwd'),
			NSS_WRAPPER_GROUP: join(this.folder, 'group') };
	}

	read(name) {
		return readdirSync(this.folder).includes(name)
			? readFileSync(join(this.folder, name), 'utf8') : '';
	}

	remove() {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/**
 * @param {string} name
 * @param {string | undefined} reason why it is not tried
 * @param {(certificate: object) => Promise<{port: number, stop: () => Promise<void>}>} start
 * @param {Record<string, RegExp>} words what it says, by what was wrong
 */
export function tryServer(name, reason, start, words) {
	describe(name, { skip: reason }, () => {
		const authority = new Authority();
		let server;
		let stack;
		let outbox;

		before(async () => {
			server = await start(authority.issue('localhost'));
			writeFileSync(join(authority.folder, 'password'), `${ACCOUNT[1]}\n`);
			writeFileSync(join(authority.folder, 'wrong'), 'six envelopes\n');
			stack = await startStack({ env: { SMTP: `smtp://localhost:${server.port}` },
				settings: '[mail]\nsmtp_tls = required\n' +
					`smtp_ca = ${authority.path}\nsmtp_user = ${ACCOUNT[0]}\n` +
					`smtp_password_file = ${join(authority.folder, 'password')}\n` });
			process.kill(stack.pid('mailer'), 'SIGSTOP'); // each test has a mailer of its own
			outbox = new Outbox(stack);
		});
		after(async () => {
			if (stack) {
				process.kill(stack.pid('mailer'), 'SIGCONT');
			}
			await stack?.stop();
			await server?.stop();
			authority.remove();
		});

		/** What becomes of a letter to this address by a mailer with such settings. */
		async function send(email, expected, change = (text) => text) {
			stack.sql('DELETE FROM outbox WHERE state IN (0, 1)');
			await outbox.putLetter({ email });
			const file = stack.settings((text) => change(text).replace('mailer.bell', 'own.bell'));
			const mailer = spawn(MAILER, ['-c', file], { stdio: 'ignore' });

			try {
				return await outbox.become(email, expected);
			} finally {
				mailer.kill();
				await once(mailer, 'exit');
			}
		}

		test('takes a letter from a mailer with the right settings', async () => {
			const { reply, code } = await send('anna@example.com', { state: 'sent' });

			assert.equal(code, 250);
			assert.match(reply, words.accepted);
		});

		test('refuses one recipient for good', async () => {
			const { reply } = await send('nobody@example.com', { state: 'dead', attempts: 1 });

			assert.match(reply, words.recipient);
		});

		const without = (key) => (text) => text.replace(new RegExp(`^${key} = .*$`, 'm'), '');
		const mistakes = {
			name: ['bert@example.com', (text) => text.replace(/^(smtp_url = .*)$/m, '$1/vm')],
			account: ['cleo@example.com', without('smtp_user')],
			password: ['dora@example.com',
				(text) => text.replace(/^(smtp_password_file = .*)password$/m, '$1wrong')],
			relay: ['emil@elsewhere.example'],
		};

		for (const [what, [email, change]] of Object.entries(mistakes)) {
			test(`refuses us for the ${what}, which costs no letter`, async () => {
				const letter = await send(email, { state: 'ready', attempts: 1 }, change);

				assert.equal(letter.reason, 'settings');
				assert.match(letter.reply, words[what]);
			});
		}
	});
}
