/*
 * What stands in the manual pages to be typed or pasted, and which suite does it, as
 * tests/golden/manual.txt says: commands, and files and lines for other programs.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const TOP = join(import.meta.dirname, '../..');
const SOURCES = join(TOP, 'fcgi/dist/man');
const WHERE = join(TOP, 'tests/golden/manual.txt');

/* What is written in mdoc(7), as a reader sees it. */
const plain = (text) => text.replaceAll('\\e', '\\').replaceAll('\\&', '').replaceAll('\\-', '-');

/* A block may say by a comment above it what it is, or by the words before it which file; what says
 * neither is for the shell. */
const BLOCK = /(^.*\n)^\.Bd -literal -offset indent\n((?:^(?!\.Ed).*\n)+)/gm;
const LINE = /^\.Dl (.+)$/gm;
const PROGRAM = 'backoffice-\\w+|nginx|systemctl|journalctl|make|docker-compose';
const INLINE = new RegExp(`^\\.Ic ((?:${PROGRAM}) .+)$`, 'gm');

function readBlock([, before, text]) {
	const kind = before.match(/^\.\\" (\w+)\n$/m)?.[1];
	const file = before.match(/^\.Pa (\/\S+) :$/m)?.[1];

	return { kind: kind ?? (file ? 'file' : 'shell'), file, text: plain(text) };
}

/* Within a sentence: what the reader puts in is a variable, which the test sets. */
function readInline([, words]) {
	const text = words.replace(/ [.,:;]$/, '').replaceAll(/ Ar (\w+)/g, ' "$$$1"')
		.replaceAll(/ Fl /g, ' -');

	return { kind: 'shell', text: `${plain(text)}\n` };
}

function readSection(text) {
	const of = (pattern, read) => [...text.matchAll(pattern)]
		.map((match) => ({ at: match.index, ...read(match) }));

	return [...of(BLOCK, readBlock), ...of(INLINE, readInline),
		...of(LINE, ([, line]) => ({ kind: 'shell', text: `${plain(line)}\n` }))]
		.sort((one, other) => one.at - other.at);
}

function readPage(path) {
	const bytes = readFileSync(path);
	const source = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();

	return source.split(/^\.S[sh] /m).slice(1).flatMap((part) => {
		const [section] = part.split('\n', 1);

		return readSection(part).map((item) => ({ section, ...item }));
	});
}

/* What is continued on the next line is one. */
const firstLine = ({ file, text }) => file ?? text.replaceAll(/\\\n\s*/g, '').split('\n', 1)[0];

/* Once each: a page may say the same command twice. */
const firstOfName = ({ name }, i, all) => all.findIndex((other) => other.name === name) === i;

/**
 * All of it, in the order of the pages: {name, page, section, kind, file, text}. The names are
 * those of the sources, whatever the places of the installation.
 * @param {string} [folder] the man/ of an installation; the sources by default, not filled in
 */
export function readManual(folder) {
	return readdirSync(SOURCES).sort().flatMap((page) => {
		const sources = readPage(join(SOURCES, page));
		const installed = folder ? readInstalled(folder, page) : sources;

		return installed.map((item, i) => ({ ...item, page,
			name: `${page} | ${sources[i].section} | ${firstLine(sources[i])}` }));
	}).filter(firstOfName);
}

function readInstalled(folder, page) {
	const [path] = readdirSync(folder, { recursive: true })
		.filter((file) => basename(file).replace(/\.gz$/, '') === page);

	return readPage(join(folder, path));
}

/** The rows of the list: {where, name, reason}; reason is why it is nowhere, or undefined. */
export function readPlaces() {
	return readFileSync(WHERE, 'utf8').split('\n').filter((line) => /^[^#]/.test(line))
		.map((line) => {
			const [where, ...name] = line.split(' | ');
			const [, place, reason] = where.match(/^(\w+)(?:: (.+))?$/);

			return { where: place, reason, name: name.join(' | ') };
		});
}

/** What this suite has to do, as readManual(). */
export function manualOf(where, folder) {
	const names = new Set(readPlaces().filter((row) => row.where === where)
		.map(({ name }) => name));

	return readManual(folder).filter(({ name }) => names.has(name));
}

/** Writes the files of a recipe, as they are or as frame(text) makes them. */
export function writeFiles(items, frame = (text) => text) {
	for (const { file, text } of items.filter((item) => item.file)) {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, frame(text));
	}
}

/** Runs the commands of a recipe; throws unless each of them does. */
export function runCommands(items) {
	for (const { text } of items.filter((item) => !item.file)) {
		const done = spawnSync('bash', ['-ec', text], { encoding: 'utf8' });

		appendFileSync('/var/log/recipes.log', `${text}${done.stdout}${done.stderr}`);
		if (done.status !== 0) {
			throw new Error(`${text}\nexit ${done.status}: ${done.stdout}${done.stderr}`);
		}
	}
}
