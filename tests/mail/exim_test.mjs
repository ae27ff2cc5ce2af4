/* Debian's Exim, as strict as it can be made. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { withPort } from '../lib/port.mjs';
import { until } from '../lib/until.mjs';
import { ACCOUNT, Home, tryServer, unpack } from './strict.mjs';

const { place, reason } = unpack('exim', ['exim4-daemon-light', 'libidn12', 'libnsl2']);

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
  server_condition = \${if and{{eq{$auth2}{${ACCOUNT[0]}}}{eq{$auth3}{${ACCOUNT[1]}}}}}
  server_set_id = $auth2
`;

async function start(certificate, port) {
	const home = new Home(place, certificate, ['Debian-exim:x:8:8::/:/usr/sbin/nologin'],
		['Debian-exim:x:8:']);
	const file = join(home.folder, 'exim.conf');

	mkdirSync(join(home.folder, 'spool'));
	spawnSync('chown', ['-R', 'mail:mail', home.folder]);
	writeFileSync(file, settings(home.folder, port));
	const child = spawn(join(place, 'usr/sbin/exim4'), ['-C', file, '-bdf'],
		{ stdio: 'ignore', env: home.env });

	await until(() => child.exitCode !== null || home.read('mainlog').includes('daemon started'));
	assert.equal(child.exitCode, null, home.read('mainlog'));
	return { port, stop: async () => {
		child.kill();
		await once(child, 'exit');
		home.remove();
	} };
}

tryServer('Exim', reason, (certificate) => withPort((port) => start(certificate, port)), {
	accepted: /^OK id=/,
	recipient: /^no such user here$/,
	name: /^helo must be a whole name$/,
	account: /^authentication required$/,
	password: /^Incorrect authentication data$/,
	relay: /^relay not permitted$/,
});
