/*
 * setup, on a database of its own account, on one where we are its administrator, and by way of
 * somebody else who is: each run twice, then signed in to, through an nginx that has the lines it
 * printed.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync,
	writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Client } from '../lib/client.mjs';
import { withPort } from '../lib/port.mjs';
import { ADMIN_EMAIL, DB_ADMIN, PASSWORD, startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');
const SNIPPETS = '/etc/nginx/snippets/backoffice';
const CHEAP = '[password]\nmemory = 8\npasses = 1\n';

let stack; // its server of the database, and its snippets
const children = [];

before(async () => {
	stack = await startStack({ env: { SMTP: 'none' } });
});
after(async () => {
	children.forEach((child) => child.kill());
	await Promise.all(children.map((child) => child.exitCode ?? new Promise((resolve) =>
		child.once('exit', resolve))));
	await stack.stop();
});

/** A folder for an installation, whose settings say where the database listens. */
function folderFor(name) {
	const folder = join(stack.data, name);

	mkdirSync(folder);
	writeFileSync(join(folder, 'backoffice.conf'), `${CHEAP}[database]\nsocket = ${stack.socket}\n`
		+ `[web]\nlisten = ${folder}/fcgi.sock\n[mail]\nwake =\n# kept as it is\n`);
	return folder;
}

function run(folder, url, args, { code = 0, input = '' } = {}) {
	const done = spawnSync(join(PROGRAMS, 'backoffice-admin'), ['-c',
		join(folder, 'backoffice.conf'), 'setup', '--url', url, '--dir', join(TOP, 'sql/migrate'),
		...args], { encoding: 'utf8', input });

	assert.equal(done.status, code, `${done.stdout}${done.stderr}`);
	return done;
}

const settings = (folder) => readFileSync(join(folder, 'backoffice.conf'), 'utf8');

/** All files of an installation with what they hold and who may read them. */
const files = (folder) => readdirSync(folder, { recursive: true })
	.filter((name) => statSync(join(folder, name)).isFile())
	.map((name) => [name, readFileSync(join(folder, name), 'utf8'),
		statSync(join(folder, name)).mode & 0o777]);

function start(program, args) {
	const child = spawn(program, args, { stdio: 'ignore' });

	children.push(child);
	return child;
}

/** An nginx whose configuration has the lines at the places that they name. */
function configuration(folder, port, lines) {
	const [, inServer] = lines.replaceAll(SNIPPETS, `${folder}/nginx`)
		.match(/^# in server \{ \} of 127\.0\.0\.1\n([^]*)$/m);
	const places = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi']
		.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');

	return `${process.getuid() === 0 ? 'user root;' : ''} daemon off; pid ${folder}/nginx.pid;
		error_log ${folder}/error.log; events { worker_connections 64; }
		http { ${places} access_log off; include /etc/nginx/mime.types;
			include ${folder}/nginx/http.conf; server { listen 127.0.0.1:${port}; ${inServer} } }`;
}

/** Starts what setup leaves to do: the program, and nginx with the lines. */
async function serve(folder, port, lines) {
	cpSync(join(stack.data, 'nginx'), join(folder, 'nginx'), { recursive: true,
		filter: (path) => !/\.conf$/.test(path) || !path.endsWith('nginx.conf') });
	for (const name of readdirSync(join(folder, 'nginx')).filter((file) => /conf$/.test(file))) {
		const path = join(folder, 'nginx', name);

		writeFileSync(path, readFileSync(path, 'utf8')
			.replaceAll(`${stack.data}/nginx`, `${folder}/nginx`)
			.replaceAll(`${stack.data}/run/fcgi.sock`, `${folder}/fcgi.sock`));
	}
	writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, lines));
	start(join(PROGRAMS, 'backoffice-fcgi'), ['-c', join(folder, 'backoffice.conf')]);
	const nginx = start('/usr/sbin/nginx', ['-e', join(folder, 'error.log'), '-c',
		join(folder, 'nginx.conf')]);

	await until(() => nginx.exitCode !== null || (existsSync(join(folder, 'nginx.pid'))
		&& existsSync(join(folder, 'fcgi.sock'))));
	assert.equal(nginx.exitCode, null, 'nginx takes the lines');
}

const linesOf = (stdout) => stdout.slice(stdout.indexOf('# in server'));

/** Whoever was registered signs in at the address, and does what only an administrator may. */
async function signsIn(url, credentials = { email: ADMIN_EMAIL, password: PASSWORD }) {
	const client = new Client(url);
	const { status, body } = await client.post('session', credentials);

	assert.deepEqual([status, body.state], [200, 'signed_in']);
	assert.equal((await client.get('users')).status, 200);
	const page = await fetch(url.slice(0, -1), { redirect: 'follow' });

	assert.deepEqual([page.status, page.url], [200, url]);
}

/** The second run is like the first, and changes neither a file nor the database. */
function again(folder, url, args, database) {
	const shape = () => [files(folder), stack.sql(`SELECT table_name, create_time
		FROM information_schema.tables WHERE table_schema = '${database}'`),
	stack.sql(`SELECT User, Host, ${process.env.DB_SERVER === 'mysql' ? 'authentication_string'
		: 'Password'} FROM mysql.user ORDER BY User, Host`)];
	const first = shape();
	const { stdout } = run(folder, url, args);

	assert.match(stdout, /^(?:-- )?changed: nothing: all was there already$/m);
	assert.doesNotMatch(stdout, /: (?:made|changed|given|registered|written anew)$/m);
	assert.deepEqual(shape(), first);
	return stdout;
}

const LOGIN = DB_ADMIN === 'root' ? 'root@' : '';

test('whoever is the administrator of the database has all of it by one command', async () => {
	await withPort(async (port) => {
		const folder = folderFor('own');
		const url = `http://127.0.0.1:${port}/any/office/`;
		const args = ['--admin', ADMIN_EMAIL, '--database', `mysql://${LOGIN}localhost/own_office`];
		const { stdout } = run(folder, url.slice(0, -1), args);
		const [, link] = stdout.match(/^link: (\S+)$/m);

		assert.match(stdout, /^database and accounts: made\napplied: 0001/m);
		assert.match(stdout, /^grants: given\nadministrator: registered$/m);
		assert.match(settings(folder), /^url = http:.*\/any\/office\/$/m);
		assert.match(settings(folder), /^# kept as it is$/m);
		for (const [name, , mode] of files(folder)) {
			assert.ok(/\.pub$|conf$/.test(name) || (mode & 0o007) === 0, `${name} ${mode}`);
			assert.ok(!name.endsWith('.password') || mode === 0o600, name);
		}
		assert.equal(linesOf(again(folder, url, args, 'own_office')), linesOf(stdout));
		await serve(folder, port, linesOf(stdout));
		const token = new URL(link).hash.replace('#set=', '');

		assert.equal((await new Client(url).post('session/link/password',
			{ token, password: PASSWORD })).status, 204);
		await signsIn(url);
		assert.doesNotMatch(again(folder, url, args, 'own_office'), /left to do: (?:start|put)/);
	});
});

test('each account has what grants.sql gives, and no more', () => {
	const grants = (name) => stack.sql(`SHOW GRANTS FOR ${name}@localhost`).flat()
		.filter((line) => !line.startsWith('GRANT USAGE'))
		.map((line) => line.replaceAll(/`|'/g, '').replaceAll('own_office', 'backoffice')
			.replaceAll('own\\_office', 'backoffice').replaceAll('own\\\\_office', 'backoffice')
			.replaceAll(/\(([^)]*)\)/g, (all, columns) => columns.split(', ').sort().join()))
		.sort();

	for (const section of ['web', 'mailer', 'admin']) {
		assert.deepEqual(grants(`own_office_${section}`), grants(`backoffice_${section}`), section);
	}
});

test('one account and one database are enough, as shared hosting gives them', async () => {
	await withPort(async (port) => {
		const folder = folderFor('rented');
		const url = `http://127.0.0.1:${port}/`;
		const args = ['--one-account', '--database', 'mysql://tenant@localhost/rented',
			'--database-password-file', join(stack.data, 'tenant'), '--admin', ADMIN_EMAIL];

		writeFileSync(join(stack.data, 'tenant'), "it's \\ a password\n");
		assert.match(run(folder, url, args, { code: 5 }).stderr,
			/the database refuses the account tenant: the password is not its own/);
		stack.sql(`CREATE DATABASE rented CHARACTER SET utf8mb4;
			CREATE USER tenant@localhost IDENTIFIED BY 'it\\'s \\\\ a password';
			GRANT ALL ON rented.* TO tenant@localhost`);
		const { stdout } = run(folder, url, [...args, '--password-stdin'],
			{ input: `${PASSWORD}\n` });

		again(folder, url, args, 'rented');
		await serve(folder, port, linesOf(stdout));
		await signsIn(url);
	});
});

/** Somebody runs the SQL who is the administrator of the database. */
const bySomebodyElse = (sql) => stack.sql(sql);

test('what the administrator of the database has to run is printed, and asked once', async () => {
	await withPort(async (port) => {
		const folder = folderFor('other');
		const url = `http://127.0.0.1:${port}/other/`;
		const args = ['--print-sql', '--database', 'mysql://nobody@localhost/other', '--admin',
			ADMIN_EMAIL, '--password-stdin'];
		const first = run(folder, url, args);

		assert.match(first.stdout, /^-- left to do: have the administrator of the database run/m);
		assert.equal(run(folder, url, args).stdout.replace(/^-- .*\n/gm, ''),
			first.stdout.replace(/^-- .*\n/gm, ''));
		bySomebodyElse(first.stdout);
		const second = run(folder, url, args, { input: `${PASSWORD}\n` });

		assert.match(second.stdout, /^-- grants: given\n-- administrator: registered$/m);
		assert.doesNotMatch(second.stdout, /^(?!-- )./m);
		assert.doesNotMatch(JSON.stringify(stack.sql('SHOW GRANTS FOR other_admin@localhost')),
			/GRANT OPTION/);
		again(folder, url, args, 'other');
		await serve(folder, port, linesOf(second.stdout).replaceAll(/^-- /gm, ''));
		await signsIn(url);
	});
});

test('grants that a release brings are printed for the administrator too', () => {
	const folder = join(stack.data, 'other');
	const args = ['--print-sql'];

	stack.sql('REVOKE SELECT ON other.session FROM other_web@localhost');
	const { stdout } = run(folder, 'http://127.0.0.1/other/', args);

	assert.match(stdout, /^GRANT SELECT, INSERT, UPDATE, DELETE ON session TO 'other_web'@/m);
	bySomebodyElse(stdout);
	assert.match(run(folder, 'http://127.0.0.1/other/', args).stdout, /^-- grants: kept$/m);
});

test('an account that another installation has is not taken from it', () => {
	const folder = folderFor('second');
	const login = ['--database', `mysql://${LOGIN}localhost`];
	const { stderr } = run(folder, 'http://127.0.0.1/', login, { code: 4 });

	assert.match(stderr, /an account that is to be made is there already, with another password/);
	assert.equal(stack.admin(['user', 'list']).status, 0);
});

const WRONG = [
	[['office.example.com'], /office\.example\.com is no address like https:\/\/host\/prefix\//],
	[['https://host/a;b/'], /is no address like/],
	[['https://host/', '--database', 'host/name'], /--database must be like mysql:\/\/USER@HOST/],
	[['https://host/', '--database', 'mysql://root:secret@host'], /--database-password-file/],
	[['https://host/', '--database-password-file', '/nowhere'], /cannot read \/nowhere: No such/],
	[['https://host/', '--one-account'], /--one-account needs --database and/],
	[['https://host/', '--print-sql', '--database', 'mysql://127.0.0.1:1'],
		/no database answers at 127\.0\.0\.1, port 1/],
];

test('what cannot be is said before anything is made, or with what is wrong', () => {
	for (const [[url, ...args], words] of WRONG) {
		const folder = join(stack.data, 'wrong');
		const done = spawnSync(join(PROGRAMS, 'backoffice-admin'),
			['-c', join(folder, 'backoffice.conf'), 'setup', url, ...args], { encoding: 'utf8' });

		assert.ok([2, 5].includes(done.status), done.stdout);
		assert.match(done.stderr, words);
		assert.equal(existsSync(folder), done.status === 5);
	}
});

test('a script reads one document', () => {
	const folder = join(stack.data, 'own');
	const { stdout } = run(folder, 'http://127.0.0.1/office/', ['--json']);
	const found = JSON.parse(stdout);

	assert.equal(found.changed, 'yes'); // the url is another one
	assert.ok(!found['left to do'].some((what) => what.includes('--admin')));
	assert.ok(found['left to do'].length > 0);
	assert.match(found.nginx, /^location \^~ \/office\/ \{ include/m);
	assert.equal(JSON.parse(run(folder, 'http://127.0.0.1/office/', ['--json']).stdout).changed,
		'nothing: all was there already');
});
