/* What axe finds: violations of WCAG 2.2 A and AA, and of good practice, that a machine can see. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What it finds, a line for each. axe is put into the page from outside, past its policy.
 * @returns {Promise<string[]>}
 */
export async function violations(page, where, rules = ALL) {
	if (!await page.evaluate(() => 'axe' in window)) {
		await page.evaluate(AXE);
	}
	const found = await page.evaluate((runOnly) => window.axe.run({ runOnly }), rules);

	return found.violations.map(({ id, nodes }) =>
		`${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`);
}

export async function assertAccessible(page, where, rules) {
	assert.deepEqual(await violations(page, where, rules), []);
}
