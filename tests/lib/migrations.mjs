/* The migrations of the tree, and databases of their own to try them on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TOP } from './stack.mjs';

export const MIGRATIONS = join(TOP, 'sql/migrate');
export const FILES = readdirSync(MIGRATIONS).sort();
export const NEWEST = FILES.length - 1; // 0000 makes the table of the others

export const versionOf = (file) => Number(file.slice(0, 4));
export const fileOf = (version) => FILES.find((name) => versionOf(name) === version);
/** SQL of ours as it runs where tables have this prefix: it takes the place of the braces. */
export const prefixed = (sql, prefix = '') => sql.replaceAll(/\{([a-z_]+)\}/g, `${prefix}$1`);

export const textOf = (file) => prefixed(readFileSync(join(MIGRATIONS, file), 'utf8'));
export const statementsOf = (file) => textOf(file).split(/;$/m).slice(0, -1);

/** Settings with this database. */
export const named = (name) => (text) =>
	text.replace('[database]', `[database]\nname = ${name}`);

/** All of sql/grants.sql. */
export const grantsText = () => prefixed(readFileSync(join(TOP, 'sql/grants.sql'), 'utf8'));

/** What it gives to the command line, in a database of that name. */
export function grantIn(name) {
	const [grant] = grantsText()
		.match(/^GRANT [^;]*\sON backoffice\.\* TO backoffice_admin@localhost;$/m);

	return grant.replace('backoffice.*', `${name}.*`);
}

/** An empty database with that grant. */
export function emptyDatabase(stack, name) {
	stack.sql(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
		${grantIn(name)}`);
	return name;
}
