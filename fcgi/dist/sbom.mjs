/*
 * The bill of materials (CycloneDX 1.5, ECMA-424) of what was built here: the libraries that the
 * programs are linked with, as the packages of this host that bring them, and what the page is made
 * of, as package-lock.json pins it. On standard output; the same host and tree give the same bytes.
 *
 *   node fcgi/dist/sbom.mjs VERSION PROGRAM...
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const TOP = join(import.meta.dirname, '../..');

const [version, ...programs] = process.argv.slice(2);

const run = (command, ...args) => execFileSync(command, args,
	{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Both names of a file: packages know what lies in /usr/lib as that or as /lib. */
const namesOf = (path) => [realpathSync(path), realpathSync(path).replace(/^\/usr/, '')];

function packageOf(library) {
	for (const name of namesOf(library)) {
		try {
			return run('dpkg-query', '-S', name).split(': ')[0].split(', ')[0];
		} catch {
			/* not known by this name */
		}
	}
	throw new Error(`${library} is of no package of this host`);
}

function debianComponent(name) {
	const [release, architecture, source] = run('dpkg-query', '-W', '-f',
		'${Version}\t${Architecture}\t${source:Package}', name).split('\t');
	const bare = name.split(':')[0];

	return { type: 'library', name: bare, version: release,
		purl: `pkg:deb/debian/${bare}@${encodeURIComponent(release)}?arch=${architecture}`,
		properties: [{ name: 'source', value: source }] };
}

function linkedLibraries() {
	const paths = programs.flatMap((program) => [...run('ldd', program)
		.matchAll(/=> (\/\S+)/g)].map(([, path]) => path));

	return [...new Set(paths)].map(packageOf);
}

/** What the browser gets of others: what `needs vendor` copies, which the page imports. */
function pageComponents() {
	const { packages } = JSON.parse(readFileSync(join(TOP, 'package-lock.json'), 'utf8'));

	const names = readdirSync(join(TOP, 'htdocs/vendor')).filter((name) => !name.startsWith('.'));

	return names.map((name) => {
		const { version: release, license, integrity } = packages[`node_modules/${name}`];
		const checksum = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');

		return { type: 'library', name, version: release, purl: `pkg:npm/${name}@${release}`,
			licenses: [{ license: { id: license } }],
			hashes: [{ alg: 'SHA-512', content: checksum }] };
	});
}

const components = [...[...new Set(linkedLibraries())].map(debianComponent), ...pageComponents()];

console.log(JSON.stringify({
	bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
	metadata: { component: { type: 'application', name: 'backoffice', version } },
	components: components.sort((a, b) => a.purl < b.purl ? -1 : 1),
}, null, '\t'));
