/* Debian's Exim, with TLS, accounts, a strict HELO and no open relay: what it has against us costs
 * no letter, and with the right settings they arrive. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync }
	from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { freePort, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';
import { Authority } from './certificates.mjs';
import { Outbox } from './outbox.mjs';

const MAILER = join(process.env.PROGRAMS ?? join(TOP, 'build/release'), 'backoffice-mailer');
const PACKAGES = ['exim4-daemon-light', 'libidn12', 'libnss-wrapper'];

const settings = (folder, port) => `
primary_hostname = mail.example
exim_user = mail
exim_group = mail
spool_directory = ${folder}/spool
log_file_path = ${folder}/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
queue_only = true
domainlist local_domains = example.com
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_helo = acl_helo
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
keep_environment =
begin acl
acl_helo:
  deny message = helo must be a whole name
       condition = \${if !match{$sender_helo_name}{\\N\\.\\N}}
  accept
acl_mail:
  deny message = authentication required
       !authenticated = *
  accept
acl_rcpt:
  deny message = relay not permitted
       domains = !+local_domains
  deny message = no such user here
       local_parts = nobody
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{postman}}{eq{$auth3}{seven envelopes}}}}
  server_set_id = $auth2
`;

/** The reason why there is no Exim to try, or its folder. */
function findExim() {
	if (process.getuid() !== 0) {
		return { reason: 'Exim gives up rights that only root has' };
	}
	const { status, stdout, stderr } = spawnSync(join(import.meta.dirname, 'debian-server'),
		['exim', ...PACKAGES], { encoding: 'utf8' });

	return status === 0 ? { place: stdout.trim() } : { reason: stderr.trim() };
}

/** An Exim of its own: it finds the user that its package would have made. */
class Exim {
	constructor(place, certificate) {
		this.folder = mkdtempSync(join(tmpdir(), 'backoffice-exim.'));
		this.place = place;
		chmodSync(this.folder, 0o755);
		mkdirSync(join(this.folder, 'spool'));
		writeFileSync(join(this.folder, 'cert.pem'), certificate.cert);
		writeFileSync(join(this.folder, 'key.pem'), certificate.key);
		writeFileSync(join(this.folder, 'passwd'), `${readFileSync('/etc/passwd', 'utf8')}` +
			'Debian-exim:x:8:8::/:/usr/sbin/nologin\n');
		writeFileSync(join(this.folder, 'group'), `${readFileSync('/etc/group', 'utf8')}` +
			'Debian-exim:x:8:\n');
		spawnSync('chown', ['-R', 'mail:mail', this.folder]);
	}

	async start() {
		const file = join(this.folder, 'exim.conf');
		const folder = readdirSync(join(this.place, 'usr/lib'))
			.find((name) => name.endsWith('-linux-gnu'));
		const libraries = join(this.place, 'usr/lib', folder);

		this.port = await freePort();
		writeFileSync(file, settings(this.folder, this.port));
		this.output = '';
		this.child = spawn(join(this.place, 'usr/sbin/exim4'), ['-C', file, '-bdf'], {
			stdio: ['ignore', 'ignore', 'pipe'],
			env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries,
				LD_PRELOAD: join(libraries, 'libnss_wrapper.so'),
				NSS_WRAPPER_PASSWD: join(this.folder, 'passwd'),
				NSS_WRAPPER_GROUP: join(this.folder, 'group') },
		});
		this.child.stderr.on('data', (text) => (this.output += text));
		await until(() => this.child.exitCode !== null || this.log().includes('daemon started'));
		assert.equal(this.child.exitCode, null, `${this.output}${this.log()}`);
	}

	log() {
		return readdirSync(this.folder).includes('mainlog')
			? readFileSync(join(this.folder, 'mainlog'), 'utf8') : '';
	}

	async stop() {
		if (this.child?.exitCode === null) {
			this.child.kill();
			await once(this.child, 'exit');
		}
		rmSync(this.folder, { recursive: true, force: true });
	}
}

const { place, reason } = findExim();

describe('Exim', { skip: reason }, () => {
	const authority = new Authority();
	let exim;
	let stack;
	let outbox;

	before(async () => {
		exim = new Exim(place, authority.issue('localhost'));
		await exim.start();
		writeFileSync(join(authority.folder, 'password'), 'seven envelopes\n');
		writeFileSync(join(authority.folder, 'wrong'), 'six envelopes\n');
		// The runner takes localhost for a server without TLS, but only in lower case.
		stack = await startStack({ env: { SMTP: `smtp://LOCALHOST:${exim.port}` },
			settings: `[mail]\nsmtp_ca = ${authority.path}\nsmtp_user = postman\n` +
				`smtp_password_file = ${join(authority.folder, 'password')}\n` });
		process.kill(stack.pid('mailer'), 'SIGSTOP'); // each test has a mailer of its own
		outbox = new Outbox(stack);
	});
	after(async () => {
		if (stack) {
			process.kill(stack.pid('mailer'), 'SIGCONT');
		}
		await stack?.stop();
		await exim?.stop();
		authority.remove();
	});

	/** What becomes of a letter to this address by a mailer with such settings. */
	async function send(email, expected, change = (text) => text) {
		stack.sql('DELETE FROM outbox WHERE state IN (0, 1)');
		await outbox.putLetter({ email });
		const file = stack.settings((text) => change(text).replace('mailer.bell', 'exim.bell'));
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
		assert.match(reply, /^OK id=/);
		assert.match(exim.log(), /<= \S+ H=\S*\.\S+ .*X=TLS\S* .*A=plain:postman/);
	});

	test('refuses one recipient for good', async () => {
		const { reply } = await send('nobody@example.com', { state: 'dead', attempts: 1 });

		assert.equal(reply, 'no such user here');
	});

	const without = (key) => (text) => text.replace(new RegExp(`^${key} = .*$`, 'm'), '');
	const mistakes = {
		'a bare name': ['bert@example.com', 'helo must be a whole name',
			(text) => text.replace(/^(smtp_url = .*)$/m, '$1/vm')],
		'no account': ['cleo@example.com', 'authentication required', without('smtp_user')],
		'a wrong password': ['dora@example.com', 'Incorrect authentication data',
			(text) => text.replace(/^(smtp_password_file = .*)password$/m, '$1wrong')],
		'a letter for elsewhere': ['emil@elsewhere.example', 'relay not permitted'],
	};

	for (const [what, [email, words, change]] of Object.entries(mistakes)) {
		test(`refuses ${what}, which costs no letter`, async () => {
			const letter = await send(email, { state: 'ready', attempts: 1 }, change);

			assert.deepEqual([letter.reason, letter.reply], ['settings', words]);
		});
	}
});
