/* What the page says of an answer that is a refusal or a failure, whoever gave it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openPage, signIn, startBrowser, visit } from '../lib/browser.mjs';
import { startStack } from '../lib/stack.mjs';

let browser;
let stack;
let page;

before(async () => {
	[browser, stack] = await Promise.all([startBrowser(), startStack()]);
	page = await openPage(browser);
	await signIn(page, stack.url);
	await page.getByRole('row').nth(1).waitFor();
});
after(async () => {
	await browser.close();
	await stack.stop();
});

const problem = (status, code, headers = {}, more = {}) => ({ status, headers,
	contentType: 'application/problem+json', body: JSON.stringify({ status, code, ...more }) });
const foreign = (status, headers = {}) => ({ status, headers, contentType: 'text/html',
	body: '<h1>nginx</h1>' });
const inAMinute = () => new Date(Date.now() + 3_600_000).toUTCString();

/* Whoever may see the trail is led there from a number. */
const TRAIL = ' See in the audit log what this request did';

/* What the answer is called, the answer, and all that is said of it. */
const ANSWERS = [
	['our 500', problem(500, 'internal', {}, { request_id: '4f1c' }), 'Something went wrong on our '
		+ 'side. Try again. If it happens again, tell the person who runs this installation this '
		+ `number: 4f1c.${TRAIL}`],
	['a 500 whose number stands in its head', foreign(500, { 'X-Request-Id': '77ab' }), 'Something '
		+ 'went wrong on our side. Try again. If it happens again, tell the person who runs this '
		+ `installation this number: 77ab.${TRAIL}`],
	['a 500 without a number', foreign(500), 'Something went wrong on our side. Try again. If it '
		+ 'happens again, tell the person who runs this installation.'],
	['a code that the page does not know', problem(418, 'teapot'),
		'Something went wrong on our side. Try again.'],
	['our 503 with a time', problem(503, 'unavailable', { 'Retry-After': '5' }),
		'The server cannot answer now; nothing you typed is lost. Try again in 5 seconds.'],
	['our 503 without one', problem(503, 'unavailable'),
		'The server cannot answer now; nothing you typed is lost. Try again in a moment.'],
	['our 503 of what would take too long again', problem(503, 'too_slow'),
		'The database takes too long to look through so much. Narrow it: type more letters, or add '
		+ 'a filter.'],
	['a 429 with a long time', problem(429, 'too_many_requests', { 'Retry-After': '870' }),
		'Too many attempts; nothing was done. Try again in 15 minutes.'],
	['a 429 of a proxy', foreign(429, { 'Retry-After': '30' }),
		'Too many attempts; nothing was done. Try again in 30 seconds.'],
	['a 502 of nginx', foreign(502, { 'Retry-After': '1' }),
		'The server cannot answer now; nothing you typed is lost. Try again in 1 second.'],
	['a 504 that says an instant', foreign(504, { 'Retry-After': inAMinute() }),
		'The server cannot answer now; nothing you typed is lost. Try again in 60 minutes.'],
	['a time that is no time', foreign(503, { 'Retry-After': 'soon' }),
		'The server cannot answer now; nothing you typed is lost. Try again in a moment.'],
	['a 413 of nginx', foreign(413), 'That is too much at once.'],
	['a 400 of nginx', problem(400, 'malformed'), 'The server did not understand the request.'],
	['an answer that was cut short', { status: 503, contentType: 'application/problem+json',
		body: '{"status":503,"co' },
	'The server cannot answer now; nothing you typed is lost. Try again in a moment.'],
];

for (const [name, answer, said] of ANSWERS) {
	test(`of ${name} the page says: ${said}`, async () => {
		await page.route(/api\/v1\/groups\?/, (route) => route.fulfill(answer));
		await visit(page, '?p=groups');
		assert.equal(await page.getByRole('alert').locator('p').innerText(), said);
		await page.unroute(/api\/v1\/groups\?/);
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByRole('link', { name: 'Administrators', exact: true }).waitFor();
		await visit(page, '?p=users');
	});
}

test('a link that no server opens now says so, and when to try again', async () => {
	const stranger = await openPage(browser);

	await stranger.route(/session\/link$/, (route) => route.fulfill(
		problem(503, 'unavailable', { 'Retry-After': '9' })));
	await stranger.goto(`${stack.url}sign-in.html#set=${'a'.repeat(43)}`);
	await stranger.getByText('The server cannot answer now; nothing you typed is lost. '
		+ 'Try again in 9 seconds.').waitFor();
	await stranger.context().close();
});
