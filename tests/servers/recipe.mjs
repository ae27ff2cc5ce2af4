/* Recipes as they stand in an installed manual page: files to write, and what root runs. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/* What is written in mdoc(7), as a reader sees it. */
const plain = (text) => text.replaceAll('\\e', '\\').replaceAll('\\&', '').replaceAll('\\-', '-');

/** The blocks of a section, {file, text}: file is what the words before it name, or undefined. */
export function blocksOf(page, section) {
	const source = readFileSync(page, 'utf8');
	const [, text] = source.split(new RegExp(`^\\.Ss ${section}$`, 'm'));

	return [...text.split(/^\.S[sh] /m)[0]
		.matchAll(/((?:^.*\n){2})^\.Bd -literal.*\n((?:^(?!\.Ed).*\n)+)/gm)]
		.map(([, before, block]) => ({ file: before.match(/^\.Pa (\/\S+) [:,]$/m)?.[1],
			text: plain(block) }));
}

/** Writes the files of a recipe, as they are or as frame(text) makes them. */
export function writeFiles(blocks, frame = (text) => text) {
	for (const { file, text } of blocks.filter((block) => block.file)) {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, frame(text));
	}
}

/** Runs the commands of a recipe; throws unless each of them does. */
export function runCommands(blocks) {
	for (const { text } of blocks.filter((block) => !block.file)) {
		const done = spawnSync('bash', ['-ec', text], { encoding: 'utf8' });

		appendFileSync('/var/log/recipes.log', `${text}${done.stdout}${done.stderr}`);
		if (done.status !== 0) {
			throw new Error(`${text}\nexit ${done.status}: ${done.stdout}${done.stderr}`);
		}
	}
}
