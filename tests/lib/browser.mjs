/*
 * A real Chromium, and what a person does with it. It is the build without windows: the same
 * engine, which loads a page in two thirds of the time.
 */
import { chromium } from 'playwright-core';

import { ADMIN_EMAIL, PASSWORD } from './stack.mjs';

const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function startBrowser() {
	return chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell',
		args: process.getuid() === 0 ? ['--no-sandbox', ...QUIET] : QUIET });
}

/**
 * A page in a context of its own. Anything that the browser complains about (a script error, a
 * violated content security policy) is kept in page.complaints.
 */
export async function openPage(browser, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 },
		locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...options });
	const page = await context.newPage();

	page.complaints = [];
	page.on('pageerror', (error) => page.complaints.push(String(error)));
	page.on('console', (message) => {
		const refused = /Failed to load resource.*status of 4/.test(message.text());

		if (message.type() === 'error' && !refused) {
			page.complaints.push(message.text());
		}
	});
	page.setDefaultTimeout(30_000);
	return page;
}

/** Fills the first step of signing in, whatever comes after it. */
export async function enterPassword(page, url, email = ADMIN_EMAIL, password = PASSWORD) {
	await page.goto(url);
	await page.getByLabel('Email').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What the browser calls itself; asked again where the page was just being left. */
async function userAgentOf(page) {
	try {
		return await page.evaluate(() => navigator.userAgent);
	} catch (error) {
		if (!/context was destroyed/.test(error.message)) {
			throw error;
		}
		return userAgentOf(page);
	}
}

/**
 * Gives the page a session of its own, and loads nothing. It asks the API, which costs a fifth of
 * what typing costs: how a person signs in is the story's to try.
 */
export async function openSession(page, url, email = ADMIN_EMAIL, password = PASSWORD) {
	const userAgent = await userAgentOf(page);
	const answer = await page.context().request.post(`${url}api/v1/session`, {
		data: { email, password },
		headers: { 'Sec-Fetch-Site': 'same-origin', 'User-Agent': userAgent },
	});

	if ((await answer.json()).state !== 'signed_in') {
		throw new Error(`${email} cannot sign in: ${answer.status()}`);
	}
}

/** The same, and goes to a screen, which costs no more than the first one would. */
export async function signInAt(page, url, query, email, password) {
	await openSession(page, url, email, password);
	await page.goto(`${url}${query}`);
	await page.locator('[popovertarget=account]').waitFor();
}

/** The same, and waits for the page behind the sign-in. */
export function signIn(page, url, email, password) {
	return signInAt(page, url, '', email, password);
}

/**
 * Goes to another screen of a page that is loaded already, as a link in it would, and waits until
 * it is drawn. Not for a form with typed text in it, which asks first.
 */
export async function visit(page, query) {
	await page.evaluate(async (address) => {
		const { committed, finished } = window.navigation.navigate(address);

		finished.catch(() => {}); // a screen that notes its state in the address cuts it short
		await committed;
		await finished.catch(() => {});
	}, query);
}
