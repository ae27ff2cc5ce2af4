/*
 * The frame of a file of page tests: one browser and one installation for all of them, and for each
 * a page of its own, of which the browser complains of nothing.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';

import { openPage, startBrowser } from './browser.mjs';
import { startStack } from './stack.mjs';

/**
 * @param {object} options
 * @param {object} [options.stack] as startStack() takes it
 * @param {object} [options.page] as openPage() takes it
 * @param {(world: {browser, stack}) => unknown} options.once before the first test
 * @param {(world: {browser, stack, page}) => unknown} options.each before each test
 */
export function withPage({ stack: stackOptions, page: pageOptions, once, each }) {
	const world = {};

	before(async () => {
		[world.browser, world.stack] = await Promise.all([startBrowser(),
			startStack(stackOptions)]);
		await once(world);
	});
	after(async () => {
		await world.browser?.close();
		await world.stack?.stop();
	});
	beforeEach(async () => {
		world.page = await openPage(world.browser, pageOptions);
		await each(world);
	});
	afterEach(async () => {
		const { page } = world;

		await page.context().close();
		assert.deepEqual(page.complaints, []);
	});
}
