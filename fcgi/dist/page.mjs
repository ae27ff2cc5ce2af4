/*
 * Makes of htdocs/ the page that browsers are given: few files, which stay in their caches.
 *
 *   node fcgi/dist/page.mjs FOLDER
 *
 *   FOLDER/*.html   asked for at each visit: they name the files of the release
 *   FOLDER/refused.html, unavailable.html   what nginx says in our place (nginx/backoffice.conf)
 *   FOLDER/v/HASH/  all else, under the hash of all that is in it, so that it never changes:
 *                   scripts cut into what every page needs, the console and a part for each screen,
 *                   styles in one file
 *
 * Beside each file is what gzip makes of it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { transform } from 'esbuild';
import { rollup } from 'rollup';

const HTDOCS = fileURLToPath(new URL('../../htdocs', import.meta.url));

/* Each page and its script. */
const PAGES = { 'index.html': 'js/begin.js', 'sign-in.html': 'js/sign-in.js' };

/* What several screens share has no name of its own. */
const PART = 'js/part-[hash].js';

/* What is smaller goes with something else: to ask for it costs more than it weighs. */
const CHUNK_LEAST = 500;

const HASH_LENGTH = 16; // nginx/backoffice.conf knows it

const fileOf = (name) => join(HTDOCS, name);
const read = (name) => readFileSync(fileOf(name), 'utf8');
const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);

async function minified(text, loader) {
	const { code } = await transform(text, { loader, minify: true, target: 'es2022',
		legalComments: 'none' });

	return code;
}

function refuseWarnings(level, { message }) {
	if (level === 'warn') {
		throw new Error(message);
	}
}

/** The file that a script has come to be in: of its own name, or with others in a part. */
function chunkOf(output, script) {
	return output.find(({ fileName }) => fileName === script) ??
		output.find(({ modules }) => fileOf(script) in modules);
}

/** The files that a page's script imports before it runs. */
function importsOf(output, script) {
	return chunkOf(output, script).imports;
}

/** What we wrote that is in some scripts and in what they import. */
function sourcesOf(output, begun) {
	const files = begun.flatMap((script) =>
		[chunkOf(output, script).fileName, ...importsOf(output, script)]);

	return output.filter(({ fileName }) => files.includes(fileName))
		.flatMap(({ modules }) => Object.keys(modules))
		.map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** A module and all that it imports before it runs. */
function closure(id, infoOf, found = new Set()) {
	if (!found.has(id)) {
		found.add(id);
		infoOf(id).importedIds.forEach((imported) => closure(imported, infoOf, found));
	}
	return found;
}

/**
 * What both the console and the sign-in need is one file, what else the sign-in needs another:
 * whoever is signed in has both already.
 */
function placeOf(id, { getModuleInfo }) {
	const isOf = (script) => closure(fileOf(script), getModuleInfo).has(id);

	if (id === fileOf('js/sign-in.js') || !isOf('js/sign-in.js')) {
		return null;
	}
	return isOf('js/main.js') ? 'shared' : 'sign-in';
}

/**
 * @returns the scripts by their names, what each page's script imports before it runs, and the
 *     sources of some of them
 */
async function scripts() {
	const bundle = await rollup({ input: Object.values(PAGES).map(fileOf),
		onLog: refuseWarnings });
	const { output } = await bundle.generate({ entryFileNames: 'js/[name].js',
		chunkFileNames: ({ isDynamicEntry }) => (isDynamicEntry ? 'js/[name].js' : PART),
		manualChunks: placeOf,
		experimentalMinChunkSize: CHUNK_LEAST });
	const files = { 'js/early.js': await minified(read('js/early.js'), 'js') };

	for (const { fileName, code } of output) {
		files[fileName] = await minified(code, 'js');
	}
	return { files, imports: (script) => importsOf(output, script),
		sources: (begun) => sourcesOf(output, begun) };
}

/* The links of a page to its styles, one after the other. */
const STYLES = /(?:<link rel="stylesheet" href="css\/[\w-]+\.css">\s*)+/;

/** All styles, in the order in which a page names them. */
async function styles() {
	const [links] = read('index.html').match(STYLES);
	const text = links.match(/css\/[\w-]+\.css/g).map(read).join('');

	return { 'css/page.css': await minified(text, 'css') };
}

/** What has no comments to leave out. */
function plainFiles(folder) {
	return Object.fromEntries(readdirSync(join(HTDOCS, folder))
		.map((file) => [`${folder}/${file}`, read(`${folder}/${file}`)]));
}

/** A catalogue by the first words of its keys, as htdocs/js/core/i18n.js reads it too: gzip leaves
 * 0.7 kB less of it. */
function byFirstWords(catalogue) {
	const tree = {};

	for (const [key, text] of Object.entries(catalogue)) {
		const [word, ...rest] = key.split('.');

		(tree[word] ??= {})[rest.join('.')] = text;
	}
	return tree;
}

/* What a first visit begins with: the frame, and the screen that most people see first. */
const FIRST = ['js/begin.js', 'js/main.js', 'js/users-list.js'];

/* What no list is drawn with, though its scripts say it: forms, files and refusals do. */
const REST = ['credentials', 'error', 'handover', 'import', 'link', 'new_password', 'palette',
	'problem', 'rights', 'setup', 'totp'];

/* Of those, what is said before the rest has come, or where it cannot be fetched. */
const ALWAYS = ['palette.button', 'palette.label', 'palette.title', 'problem.internal',
	'problem.network', 'problem.still_signed_in'];

/** A key without the form of a plural. */
const baseOf = (key) => key.replace(/_(?:zero|one|two|few|many|other)$/, '');

/** Whether sources say a key: in full, or its beginning, where the rest comes as they run. */
function sayer(sources) {
	const whole = new Set(sources.match(/(?<=['"`])[\w-]+(?:\.[\w-]+)+(?=['"`])/g));
	const begun = sources.match(/(?<=['`])[\w-]+\.(?:[\w-]+\.)*[\w-]*(?=\$\{|')/g)
		.filter((text) => !whole.has(text));

	return (key) => whole.has(baseOf(key)) || begun.some((begin) => key.startsWith(begin));
}

/** The files of a catalogue: what the first screen needs, and the rest. */
function catalogues(name, says) {
	const all = Object.entries(JSON.parse(read(`i18n/${name}`)));
	const isFirst = ([key]) => ALWAYS.includes(key)
		|| (says(key) && !REST.includes(key.split('.')[0]));
	const part = (wanted) => byFirstWords(Object.fromEntries(all.filter((row) =>
		isFirst(row) === wanted)));

	return {
		[`i18n/${name}`]: JSON.stringify({ ...part(true), rest: 'elsewhere' }),
		[`i18n/${name.replace(/json$/, 'rest.json')}`]: JSON.stringify(part(false)),
	};
}

/** The libraries are in the scripts without their comments. */
function licenses() {
	const qrcode = read('vendor/qrcode-generator/qrcode.js');

	return { 'vendor.txt': [`lit-html\n\n${read('vendor/lit-html/LICENSE')}`,
		qrcode.slice(0, qrcode.indexOf('\n\n')).replaceAll(/^\/\/[ -]*/gm, '')].join('\n') };
}

/** A page that finds all it names in the folder of the release, and asks for scripts early. */
function pageOf(name, folder, imports) {
	const script = `<script type="module" src="${PAGES[name]}"></script>`;
	const links = imports(PAGES[name]).map((file) => `<link rel="modulepreload" href="${file}">`);

	return read(name).replace(script, [...links, script].join('\n\t'))
		.replace(STYLES, '<link rel="stylesheet" href="css/page.css">\n\t')
		.replaceAll(/(?<=(?:href|src)="|content="\w+ \w+ )(?=(?:css|i18n|img|js)\/)/g, folder);
}

/**
 * A sentence in all languages: for whoever has asked for a page that is not there. Where it will
 * stand is not known, so that it can name no style and no script.
 */
function answerOf(key) {
	const said = ['en', 'de', 'es', 'ru', 'ar'].map((language) => {
		const words = JSON.parse(read(`i18n/${language}.json`));

		return `<p lang="${language}" dir="${words['language.direction']}">${words[key]}</p>`;
	});

	return ['<!doctype html>', '<html lang="en">', '<head>', '<meta charset="utf-8">',
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="color-scheme" content="light dark">', '<meta name="robots" content="noindex">',
		`<title>${JSON.parse(read('i18n/en.json'))[key]}</title>`, '</head>', '<body>', ...said,
		'</body>', '</html>', ''].join('\n');
}

/** All files by their names. */
async function filesOf() {
	const { files, imports, sources } = await scripts();
	const says = sayer(sources(FIRST));
	const all = { ...files, ...await styles(), ...plainFiles('img'), ...licenses(),
		...Object.assign({}, ...readdirSync(join(HTDOCS, 'i18n'))
			.map((name) => catalogues(name, says))) };
	const folder = `v/${hashOf(JSON.stringify(all))}/`;

	return {
		...Object.fromEntries(Object.entries(all).map(([name, text]) => [folder + name, text])),
		...Object.fromEntries(Object.keys(PAGES).map((name) =>
			[name, pageOf(name, folder, imports)])),
		'refused.html': answerOf('answer.refused'),
		'unavailable.html': answerOf('answer.unavailable'),
	};
}

function write(folder, files) {
	for (const [name, text] of Object.entries(files)) {
		const path = join(folder, name);

		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
		writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
	}
}

/* Made aside and then exchanged: nobody is given half a release. */
const [, , to] = process.argv;
const files = await filesOf();

rmSync(`${to}.new`, { recursive: true, force: true });
write(`${to}.new`, files);
rmSync(to, { recursive: true, force: true });
renameSync(`${to}.new`, to);
