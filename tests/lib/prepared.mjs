/*
 * A database as a first start leaves it, without people: made once, and copied for each
 * installation of a test, which takes a fraction of the time. It is known by all that makes it what
 * it is.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync,
	statSync } from 'node:fs';
import { join } from 'node:path';

const TOP = join(import.meta.dirname, '../..');
const PREPARED = join(TOP, 'build/prepared');

const SERVERS = {
	mariadb: '/usr/sbin/mariadbd',
	mysql: join(process.env.MYSQL_ROOT ?? join(TOP, 'build/mysql-root'), 'usr/sbin/mysqld'),
};

/* Whose content decides what is in it: the migrations, and whoever applies them. */
const SOURCES = ['sql/migrate', 'sql/grants.sql', 'fcgi/dist/run', 'fcgi/cli/migrate.c',
	'fcgi/cli/setup_database.c', 'fcgi/cli/sql.c', 'fcgi/cli/strangers.c', 'fcgi/store/accounts.c',
	'fcgi/store/prefix.c', 'fcgi/store/schema.c'];

function filesOf(source) {
	const path = join(TOP, source);

	return statSync(path).isDirectory()
		? readdirSync(path).sort().map((name) => join(path, name)) : [path];
}

function nameOf(server) {
	const hash = createHash('sha256');
	const { size, mtimeMs } = statSync(SERVERS[server]);

	hash.update(`${size} ${mtimeMs}`);
	for (const path of SOURCES.flatMap(filesOf)) {
		hash.update(path).update('\0').update(readFileSync(path)).update('\0');
	}
	return `${server}-${hash.digest('hex').slice(0, 16)}`;
}

function removeOthers(name, server) {
	for (const other of readdirSync(PREPARED)) {
		if (other.startsWith(`${server}-`) && other !== name) {
			rmSync(join(PREPARED, other), { recursive: true });
		}
	}
}

/** Makes it aside, so that what has its name is whole; of two who make it the first one has. */
function make(name, server, programs) {
	mkdirSync(PREPARED, { recursive: true });
	const folder = mkdtempSync(join(PREPARED, 'new.'));
	const { status } = spawnSync(join(TOP, 'fcgi/dist/run/run'), { stdio: 'ignore',
		env: { ...process.env, DATA: folder, PORT: '0', SMTP: 'none', DB_SERVER: server,
			PROGRAMS: programs, PREPARE_ONLY: '1' } });

	if (status === 0) {
		for (const part of readdirSync(folder)) {
			if (!['db', 'secrets'].includes(part)) {
				rmSync(join(folder, part), { recursive: true });
			}
		}
		try {
			renameSync(folder, join(PREPARED, name));
			removeOthers(name, server);
			return;
		} catch (error) {
			if (error.code !== 'ENOTEMPTY') {
				throw error;
			}
		}
	}
	rmSync(folder, { recursive: true });
}

/**
 * Copies it into a folder that an installation is to start in. Where it cannot be made nothing is
 * copied: the start comes to the same trouble, and tells of it.
 */
export function copyPrepared(folder, server = 'mariadb', programs) {
	if (!SERVERS[server] || !existsSync(SERVERS[server])) {
		return;
	}
	const name = nameOf(server);

	if (!existsSync(join(PREPARED, name))) {
		make(name, server, programs);
	}
	if (existsSync(join(PREPARED, name))) {
		spawnSync('cp', ['-a', '--sparse=always', `${join(PREPARED, name)}/.`, folder]);
	}
}
