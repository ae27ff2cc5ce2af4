/*
 * The frame of a file of page tests: one browser and one installation for all of them, and for each
 * a page of its own, of which the browser complains of nothing.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';

import { openPage, startBrowser } from './browser.mjs';
import { startStack } from './stack.mjs';

/**
 * @param {(world: {browser, stack, page}) => unknown} take is given what there is, whenever
 *     something of it is new
 * @param {object} [options]
 * @param {() => Promise<object>} [options.start] the installation
 * @param {() => unknown} [options.prepare] what the tests of the file rest on, done once
 * @param {object} [options.page] as openPage() takes it
 */
export function withPage(take, { start = startStack, prepare, page: options } = {}) {
	const world = {};

	before(async () => {
		[world.browser, world.stack] = await Promise.all([startBrowser(), start()]);
		take(world);
		await prepare?.();
	});
	after(async () => {
		await world.browser?.close();
		await world.stack?.stop();
	});
	beforeEach(async () => {
		world.page = await openPage(world.browser, options);
		take(world);
	});
	afterEach(async () => {
		assert.deepEqual(world.page.complaints, []);
		await world.page.context().close();
	});
}
