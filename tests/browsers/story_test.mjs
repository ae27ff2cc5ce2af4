/*
 * The story in the other two engines: Firefox, by WebDriver BiDi, and WebKit, by WebDriver. It is
 * the one that is told for Chromium in tests/page.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { FirefoxDriver } from '../lib/firefox.mjs';
import { startScreen, WebKitDriver } from '../lib/webkit.mjs';
import { DrivenPerson } from '../lib/driven.mjs';
import { startStack } from '../lib/stack.mjs';
import { STORY } from '../page/story.mjs';

let screen;

before(async () => {
	screen = await startScreen();
});
after(() => screen.stop());

const ENGINES = {
	Firefox: () => FirefoxDriver.start(),
	WebKit: () => WebKitDriver.start(screen),
};

/** Whether the page's own code is kept from making elements of text. */
function isRefused() {
	try {
		document.createElement('div').innerHTML = '<b>x</b>';
		return false;
	} catch (error) {
		return error instanceof TypeError;
	}
}

for (const [engine, start] of Object.entries(ENGINES)) {
	const arriveIn = (t) => async () => {
		const person = new DrivenPerson(await start());

		t.after(() => person.leave());
		return person;
	};

	for (const [sentence, tell] of Object.entries(STORY)) {
		test(`${engine}: ${sentence}`, (t) => tell(t, arriveIn(t)));
	}

	test(`${engine}: no script can be put into the page, not even by its own code`, async (t) => {
		const stack = await startStack();
		const person = await arriveIn(t)();

		t.after(() => stack.stop());
		await person.go(stack.url);
		await person.offers('Sign in');
		assert.ok(await person.evaluate(isRefused), 'Trusted Types are not enforced');
	});
}
