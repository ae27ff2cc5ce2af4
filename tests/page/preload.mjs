/*
 * The preload list of each page: every module that its script imports, so that the browser fetches
 * them side by side instead of one after the other. Run with --write to bring the pages up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const HTDOCS = join(import.meta.dirname, '../../htdocs');
const BEGIN = '<!-- preload: written by npm run preload -->';
const END = '<!-- end of preload -->';
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

/** The page's text as it should be. */
export function withPreload(page) {
	const text = readFileSync(join(HTDOCS, page), 'utf8');
	const [, entry] = text.match(/<script type="module" src="([^"]+)"/);
	const modules = [...modulesOf(join(HTDOCS, entry))].map((file) => relative(HTDOCS, file));
	const links = modules.filter((file) => file !== entry).sort()
		.map((file) => `\t<link rel="modulepreload" href="${file}">\n`);
	const [before, rest] = text.split(BEGIN);
	const [, after] = rest.split(END);

	return { text, wanted: `${before}${BEGIN}\n${links.join('')}\t${END}${after}` };
}

if (process.argv.includes('--write')) {
	for (const page of PAGES) {
		writeFileSync(join(HTDOCS, page), withPreload(page).wanted);
	}
}
