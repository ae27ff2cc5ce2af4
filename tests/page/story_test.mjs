/* The story in Chromium; `make test-browsers` has it told in others. */
import { after, before, test } from 'node:test';

import { Person } from '../lib/person.mjs';
import { startBrowser } from '../lib/browser.mjs';
import { STORY } from './story.mjs';

let browser;

before(async () => {
	browser = await startBrowser();
});
after(() => browser.close());

for (const [sentence, tell] of Object.entries(STORY)) {
	test(sentence, (t) => tell(t, () => Person.at(browser)));
}
