/*
 * README, "Where do I change ...": of a row a recipe is what somebody who follows it would write.
 * It touches the places that the row names and no other, applies to the tree, compiles, and does
 * what it is for.
 *
 * A recipe is a patch (git diff -U1) below a header:
 *
 *   Row: the first cell of its row there
 *   Copy: FILE NEW, a translation of the file, which the patch may change; may be repeated
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync,
	symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const TOP = join(import.meta.dirname, '../..');
const README = readFileSync(join(TOP, 'README.md'), 'utf8');

/* Each language has every letter: who adds a language and who adds a letter do not know of each
 * other, so they have a tree each. */
const ALONE = ['language'];

const UNITS = ['base_conf_test', 'mail_template_test', 'rule_perm_test'];

const recipes = new Map(readdirSync(import.meta.dirname)
	.filter((file) => file.endsWith('.patch')).map((file) => {
		const path = join(import.meta.dirname, file);
		const text = readFileSync(path, 'utf8');
		const copies = [...text.matchAll(/^Copy: (\S+) (\S+)$/gm)].map(([, from, to]) =>
			({ from, to }));
		const files = new Set([...copies.map(({ to }) => to),
			...[...text.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, name]) => name)]);

		return [file.replace('.patch', ''),
			{ path, row: text.match(/^Row: (.*)$/m)[1], copies, files: [...files] }];
	}));

/** What the row of README says is to be touched, as patterns: a folder is all that is in it. */
function placesOf(row) {
	const cells = README.match(new RegExp(`^\\| ${row} \\| (.*) \\|$`, 'm'));

	assert.ok(cells, `README has no row "${row}"`);
	return [...cells[1].matchAll(/`([\w.<>/*-]+\/[\w.<>/*-]*)`/g)].map(([, place]) => ({ place,
		pattern: new RegExp(`^${place.replaceAll('.', '\\.').replace(/<\w+>|\*/g, '[^/]+')}${
			place.endsWith('/') ? '' : '$'}`) }));
}

function run(folder, command, ...args) {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8',
		env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir(), MAKEFLAGS: '',
			PROGRAMS: join(folder, 'build/recipes'), NODE_TEST_CONTEXT: undefined } });

	assert.equal(status, 0, `${command} ${args.join(' ')}:\n${stderr || stdout}`);
	return stdout;
}

const folders = []; // of all copies

/** A copy of the tree with these recipes applied, built; without sanitizers and fast. What README
 * has programs write is written. */
function cook(names) {
	const folder = mkdtempSync(join(tmpdir(), 'backoffice-recipes.'));

	folders.push(folder);
	run(TOP, 'sh', '-c', 'tar -c --exclude=./build --exclude=./var --exclude=./node_modules ' +
		`--exclude=./.git --exclude=./tests/page/pictures . | tar -x -C '${folder}'`);
	symlinkSync(join(TOP, 'node_modules'), join(folder, 'node_modules'));
	for (const name of names) {
		const { path, copies } = recipes.get(name);

		for (const { from, to } of copies) {
			copyFileSync(join(folder, from), join(folder, to));
			if (!to.endsWith('.json')) { // so that no two letters are the same
				appendFileSync(join(folder, to), `${to.split('.').at(-2)}\n`);
			}
		}
		run(folder, 'git', 'apply', path);
	}
	run(folder, 'make', '-s', `-j${availableParallelism()}`, 'VARIANT=recipes', 'OPT=-O0',
		'contract', ...UNITS.map((name) => `build/recipes/unit/${name}`));
	run(folder, 'make', '-s', 'page');
	return folder;
}

const program = (name) => `build/recipes/backoffice-${name}`;
const unit = (name) => `build/recipes/unit/${name}_test`;

/* What is written into the field is read again, and stands in what is exported. */
const FIELD = `
	import assert from 'node:assert/strict';
	import { startStack } from './tests/lib/stack.mjs';

	const stack = await startStack({ env: { SMTP: 'none' } });

	try {
		const admin = await stack.signedIn();
		const made = await admin.post('clients', { name: 'Ada', department: 'Sales' });
		const path = 'clients/' + made.body.id;

		assert.equal((await admin.get(path)).body.department, 'Sales');
		assert.equal((await admin.patch(path, { department: 'Law' })).body.department, 'Law');
		assert.equal((await admin.get('clients')).body.items[0].department, 'Law');
		assert.match((await admin.get('clients/export.csv')).text, /department.*\\s+.*,Law,/);
	} finally {
		await stack.stop();
	}
`;

/* What shows that a recipe does what it is for. */
const PROOFS = {
	setting(folder) {
		run(folder, unit('base_conf'));
		assert.match(run(folder, program('admin'), 'settings'), /^# ?reply_to =/m);
	},
	command(folder) {
		assert.match(run(folder, program('admin'), '--help'), /^ {2}permissions\n +print the /m);
		assert.match(run(folder, program('admin'), 'permissions'), /users\.view/);
	},
	endpoint(folder) {
		assert.ok(openapi(folder).paths['/version'].get.summary);
		assertReviewed(folder);
	},
	permission(folder) {
		run(folder, unit('rule_perm'));
		assert.equal(openapi(folder).paths['/mail/preview.html'].get['x-permission'],
			'mail.preview');
		assertReviewed(folder);
	},
	letter(folder) {
		run(folder, unit('mail_template'));
	},
	language(folder) {
		run(folder, unit('mail_template'));
		assert.match(index(folder), /<meta name="language" content="pt ltr \S+ Português">/);
	},
	field(folder) {
		run(folder, process.execPath, '--input-type=module', '-e', FIELD);
	},
	page(folder) {
		const [release] = readdirSync(join(folder, 'build/page/v'));

		const scripts = join(folder, 'build/page/v', release, 'js');

		assert.ok(readdirSync(scripts).some((name) =>
			readFileSync(join(scripts, name), 'utf8').includes('about.text')));
	},
};

const index = (folder) => readFileSync(join(folder, 'build/page/index.html'), 'utf8');
const openapi = (folder) => JSON.parse(run(folder, program('fcgi'), '--openapi'));

/** The list of routes for review is that of the program. */
function assertReviewed(folder) {
	assert.equal(readFileSync(join(folder, 'tests/golden/routes.txt'), 'utf8'),
		run(folder, program('fcgi'), '--routes'));
}

const clean = new Set();

/* Its words and its types, judged once for all recipes that are in it. */
function assertClean(folder) {
	if (!clean.has(folder)) {
		run(folder, 'tests/lint/words');
		run(folder, join(TOP, 'node_modules/.bin/tsc'), '-p', 'tsconfig.json');
		clean.add(folder);
	}
}

const together = [...recipes.keys()].filter((name) => !ALONE.includes(name));
const trees = new Map();

before(() => {
	for (const names of [together, ...ALONE.map((name) => [name])]) {
		const folder = cook(names);

		names.forEach((name) => trees.set(name, folder));
	}
});
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

for (const [name, { row, files }] of recipes) {
	test(`to ${row}, the places that README names are touched and no other`, () => {
		const places = placesOf(row);

		assert.deepEqual(files.filter((file) =>
			!places.some(({ pattern }) => pattern.test(file))), [], 'README does not name');
		assert.deepEqual(places.filter(({ pattern }) =>
			!files.some((file) => pattern.test(file))).map(({ place }) => place), [],
		'README names in vain');
	});

	test(`to ${row}, as README says, is enough`, () => {
		const folder = trees.get(name);

		PROOFS[name](folder);
		assertClean(folder);
	});
}
