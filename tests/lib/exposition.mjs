/** The text that Prometheus reads: families with their types, and the samples by what they are. */
import assert from 'node:assert/strict';

const SAMPLE = /^([a-z_]+)(?:\{((?:[a-z]+="[^"\\]*",?)+)\})? (-?[0-9]+(?:\.[0-9]+)?)$/;
const PARTS = /_(bucket|sum|count)$/;

/** Reads it as a strict reader does: what is not as it must be is an error. */
export function parseExposition(text) {
	const types = new Map(), helps = new Set(), samples = new Map();

	assert.ok(text.endsWith('\n'));
	for (const line of text.slice(0, -1).split('\n')) {
		const comment = line.match(/^# (HELP|TYPE) ([a-z_]+) (.+)$/);

		if (comment?.[1] === 'HELP') {
			assert.ok(!helps.has(comment[2]), `${comment[2]} comes twice`);
			helps.add(comment[2]);
		} else if (comment) {
			assert.match(comment[3], /^(counter|gauge|histogram)$/);
			types.set(comment[2], comment[3]);
		} else {
			const [, name, labels = '', value] = line.match(SAMPLE) ?? assert.fail(line);
			const family = types.get(name) === undefined ? name.replace(PARTS, '') : name;

			assert.ok(types.has(family) && helps.has(family), `${name} is of no family`);
			assert.ok(!samples.has(`${name}{${labels}}`), `${line} comes twice`);
			samples.set(`${name}{${labels}}`, Number(value));
		}
	}
	return { types, samples };
}
