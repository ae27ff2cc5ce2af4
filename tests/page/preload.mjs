/*
 * What each page's head says of other files: every module that its script imports, so that the
 * browser fetches them side by side instead of one after the other; and every language that there
 * is a file of in i18n/, with its direction and its name. Run with --write to bring the pages up to
 * date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const HTDOCS = join(import.meta.dirname, '../../htdocs');
const IMPORT = /^(?:import|export)\b[^;]*?from\s*["']([^"']+)["']/gm;
const MINIFIED = /(?:import|export)\s*\{[^}]*\}\s*from\s*["']([^"']+)["']/g;

export const PAGES = ['index.html', 'sign-in.html'];

/** Every module that a file needs, itself included. */
function modulesOf(file, seen = new Set()) {
	if (!seen.has(file)) {
		seen.add(file);
		const text = readFileSync(file, 'utf8');
		const pattern = file.includes('/vendor/') ? MINIFIED : IMPORT;

		for (const [, target] of text.matchAll(pattern)) {
			modulesOf(join(dirname(file), target), seen);
		}
	}
	return seen;
}

/** In the order of their names. */
function languages() {
	const tags = readdirSync(join(HTDOCS, 'i18n')).map((file) => file.replace(/\.json$/, ''));
	const rows = tags.map((tag) => [tag, JSON.parse(
		readFileSync(join(HTDOCS, `i18n/${tag}.json`), 'utf8'))]);

	return rows.map(([tag, words]) => ({ tag, direction: words['language.direction'],
		name: words['language.name'] })).sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** The text with what stands between two marks replaced. */
function between(text, name, lines) {
	const begin = `<!-- ${name}: written by npm run preload -->`;
	const end = `<!-- end of ${name} -->`;
	const [before, rest] = text.split(begin);
	const [, after] = rest.split(end);

	return `${before}${begin}\n${lines.map((line) => `\t${line}\n`).join('')}\t${end}${after}`;
}

/** The page's text as it should be. */
export function withPreload(page) {
	const text = readFileSync(join(HTDOCS, page), 'utf8');
	const [, entry] = text.match(/<script type="module" src="([^"]+)"/);
	const modules = [...modulesOf(join(HTDOCS, entry))].map((file) => relative(HTDOCS, file));
	const links = modules.filter((file) => file !== entry).sort()
		.map((file) => `<link rel="modulepreload" href="${file}">`);
	const metas = languages().map(({ tag, direction, name }) =>
		`<meta name="language" content="${tag} ${direction} ${name}">`);

	return { text, wanted: between(between(text, 'languages', metas), 'preload', links) };
}

if (process.argv.includes('--write')) {
	for (const page of PAGES) {
		writeFileSync(join(HTDOCS, page), withPreload(page).wanted);
	}
}
