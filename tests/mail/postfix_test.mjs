/* Debian's Postfix, as strict as it can be made. It says what it has against us at RCPT. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withPort } from '../lib/port.mjs';
import { until } from '../lib/until.mjs';
import { ACCOUNT, Home, tryServer, unpack } from './strict.mjs';

const { place, reason } = unpack('postfix', ['postfix']);

const [USER, DROP] = [64242, 64243]; // of nobody else

const mainSettings = (folder) => `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
daemon_directory = ${place}/usr/lib/postfix/sbin
command_directory = ${place}/usr/sbin
shlib_directory = ${place}/usr/lib/postfix
meta_directory = ${folder}
maillog_file = ${folder}/mainlog
maillog_file_prefixes = ${tmpdir()}
mail_owner = postfix
setgid_group = postdrop
import_environment = MAIL_CONFIG LD_LIBRARY_PATH LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
myhostname = mail.example
mydestination = example.com
local_recipient_maps = inline:{anna=x}
alias_maps =
mynetworks =
inet_interfaces = 127.0.0.1
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_helo_required = yes
smtpd_helo_restrictions = reject_non_fqdn_helo_hostname
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = reject_unauth_destination
`;

const services = (port) => `
127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
postlog unix-dgram n - n - 1 postlogd
local unix - - n - - discard
`;

const QUEUES = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming',
	'maildrop', 'pid', 'private', 'public', 'saved', 'trace'];

/** Postfix asks Dovecot who may send: here is what it asks. */
function startAccounts(path) {
	const right = Buffer.from(`\0${ACCOUNT.join('\0')}`).toString('base64');
	const server = createServer((socket) => {
		socket.write('VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\tx\n' +
			'DONE\n');
		socket.on('error', () => socket.destroy());
		socket.on('data', (text) => {
			for (const [, id] of String(text).matchAll(/^AUTH\t(\d+)\t/gm)) {
				socket.write(`CONT\t${id}\t\n`);
			}
			for (const [, id, said] of String(text).matchAll(/^CONT\t(\d+)\t(.*)$/gm)) {
				socket.write(said === right ? `OK\t${id}\tuser=${ACCOUNT[0]}\n` : `FAIL\t${id}\n`);
			}
		});
	});

	server.listen(path, () => chmodSync(path, 0o666)).unref();
	return server;
}

async function start(certificate, port) {
	const home = new Home(place, certificate, [`postfix:x:${USER}:${USER}::/:/usr/sbin/nologin`],
		[`postfix:x:${USER}:`, `postdrop:x:${DROP}:`]);
	const queue = join(home.folder, 'queue');

	writeFileSync(join(home.folder, 'main.cf'), mainSettings(home.folder));
	writeFileSync(join(home.folder, 'master.cf'), services(port));
	for (const path of [join(home.folder, 'data'), queue,
		...QUEUES.map((name) => join(queue, name))]) {
		mkdirSync(path);
	}
	spawnSync('chown', [`${USER}:${DROP}`, join(home.folder, 'data'),
		...QUEUES.filter((name) => name !== 'pid').map((name) => join(queue, name))]);
	const accounts = startAccounts(join(queue, 'private/auth'));
	const child = spawn(join(place, 'usr/lib/postfix/sbin/master'), ['-c', home.folder, '-d'], {
		stdio: 'ignore', env: { ...home.env, MAIL_CONFIG: home.folder },
		detached: true, // it ends the group that it leads
	});

	await until(() => child.exitCode !== null || home.read('mainlog').includes('daemon started'));
	assert.equal(child.exitCode, null, home.read('mainlog'));
	return { port, stop: async () => {
		child.kill();
		await once(child, 'exit');
		accounts.close();
		home.remove();
	} };
}

tryServer('Postfix', reason, (certificate) => withPort((port) => start(certificate, port)), {
	accepted: /^2\.0\.0 Ok: queued as \w+$/,
	recipient: /^5\.1\.1 .*Recipient address rejected: User unknown/,
	name: /^5\.5\.2 <vm>: Helo command rejected: need fully-qualified hostname$/,
	account: /^5\.7\.1 .*Client host rejected: Access denied$/,
	password: /^5\.7\.8 Error: authentication failed/,
	relay: /^5\.7\.1 <emil@elsewhere\.example>: Relay access denied$/,
});
