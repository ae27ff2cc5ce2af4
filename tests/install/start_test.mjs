/* A start that fails is told once and shortly, whatever number of tests wait for it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { startStack, TOP } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

const LINES = 15;
const PROGRAMS = process.env.PROGRAMS ?? join(TOP, 'build/release');
const folder = mkdtempSync(join(tmpdir(), 'backoffice-start.'));

after(() => rmSync(folder, { recursive: true }));

function write(name, text) {
	writeFileSync(join(folder, name), text);
	chmodSync(join(folder, name), 0o755);
}

/** What is printed of a file with twelve tests that wait for an installation. */
function told() {
	write('twelve_test.mjs', `import { after, before, test } from 'node:test';
		import { startStack } from '${TOP}/tests/lib/stack.mjs';
		let stack;
		before(async () => { stack = await startStack(); });
		after(() => stack.stop());
		for (let i = 0; i < 12; i++) test('test ' + i, () => {});`);
	const { status, stdout } = spawnSync(process.execPath, ['--test',
		`--test-reporter=${TOP}/tests/lib/failures.mjs`, join(folder, 'twelve_test.mjs')], {
		cwd: folder, encoding: 'utf8',
		env: { ...process.env, PROGRAMS: folder, NODE_TEST_CONTEXT: undefined } });

	assert.equal(status, 1);
	return stdout.split('\n').slice(0, -1);
}

function assertToldOnce(lines, cause) {
	assert.ok(lines.length <= LINES, lines.join('\n'));
	assert.match(lines[1], cause);
	assert.equal(lines.filter((line) => cause.test(line)).length, 1);
	assert.match(lines.at(-1), /^0 passed, 12 failed$/);
	const [, kept] = lines.join('\n').match(/logs: (\S+)/);

	assert.ok(existsSync(join(kept, 'fcgi.log')) || existsSync(join(kept, 'setup.log')));
	rmSync(kept, { recursive: true });
}

test('a program that cannot start is told once, in few lines, and its own words come first', () => {
	write('backoffice-admin', `#!/bin/sh\nexec ${PROGRAMS}/backoffice-admin "$@"\n`);
	write('backoffice-mailer', `#!/bin/sh\nexec ${PROGRAMS}/backoffice-mailer "$@"\n`);
	write('backoffice-fcgi', '#!/bin/sh\nseq 500 >&2\n'
		+ 'echo "level=error event=start reason=planted" >&2\nseq 500 >&2\nexit 1\n');
	assertToldOnce(told(), /event=start reason=planted/);
});

test('a step before the programs that fails is told the same way', () => {
	write('backoffice-admin', '#!/bin/sh\necho "no keys today" >&2\nexit 1\n');
	assertToldOnce(told(), /no keys today/);
});

test('a port that somebody else has taken in the meantime is given up for another', async () => {
	const other = createServer();

	await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));
	const { port } = other.address();
	const stack = await startStack({ port });

	assert.notEqual(stack.port, port);
	assert.equal((await fetch(stack.url)).status, 200);
	await stack.stop();
	other.close();
});

test('an installation ends with its test, also with one that is killed', async () => {
	write('killed.mjs', `import { startStack } from '${TOP}/tests/lib/stack.mjs';
		const stack = await startStack();
		console.log(JSON.stringify([stack.data, ...['database', 'fcgi', 'nginx'].map((name) =>
			stack.pid(name))]));
		process.kill(process.pid, 'SIGKILL');`);
	const { stdout } = spawnSync(process.execPath, [join(folder, 'killed.mjs')],
		{ encoding: 'utf8' });
	const [data, ...pids] = JSON.parse(stdout);

	await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)));
	rmSync(data, { recursive: true, force: true });
});
