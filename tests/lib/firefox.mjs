/* A real Firefox, by WebDriver BiDi: what DrivenPerson needs of it. */
import puppeteer from 'puppeteer-core';

import { plain, READ, shown, wantedOf } from './driven.mjs';

/* In the page. A control is called by its label, by what it says of itself, or by its words. */
const NAMED = `(css, whole, source) => {
	const shown = ${shown}, plain = ${plain};
	const nameOf = (element) =>
		element.ariaLabel ?? element.labels?.[0]?.innerText ?? element.innerText;

	return shown(css).find((element) => source
		? new RegExp(source).test(plain(nameOf(element))) : plain(nameOf(element)) === whole);
}`;

/** A call of what runs in the page: it has no function of the test. */
const called = (source, ...given) => `(${source})(${given.map((one) => JSON.stringify(one))})`;

export class FirefoxDriver {
	complaints = [];

	/** A browser of its own: what is not in front draws only now and then. */
	static async start() {
		const browser = await puppeteer.launch({ browser: 'firefox',
			executablePath: '/usr/bin/firefox-esr' });
		const [page] = await browser.pages();

		await page.setViewport({ width: 1440, height: 900 });
		return new FirefoxDriver(browser, page);
	}

	constructor(browser, page) {
		this.browser = browser;
		this.page = page;
		page.on('pageerror', (error) => this.complaints.push(String(error)));
		page.on('console', (message) => {
			if (message.type() === 'error' && !/status of 4|HTTP\/1\.1 4/.test(message.text())) {
				this.complaints.push(message.text());
			}
		});
	}

	go(url) {
		return this.page.goto(url);
	}

	async named(css, name) {
		const found = await this.page.evaluateHandle(called(NAMED, css, ...wantedOf(name)));

		return found.asElement();
	}

	read(css, part, source) {
		return this.page.evaluate(called(READ, css, part, source));
	}

	property(element, name) {
		return element.evaluate((one, which) => one[which], name);
	}

	/** What has been pressed is not asked for anything more: the page may be another. */
	async click(element) {
		await element.scrollIntoView();
		const { x, y } = await element.clickablePoint();

		await this.page.mouse.click(x, y);
	}

	async fill(element, text) {
		await element.evaluate((one) => one.select());
		await element.type(text);
	}

	async choose(element, option) {
		const value = await element.evaluate((select, text) =>
			[...select.options].find((one) => one.text === text).value, option);

		await element.select(value);
	}

	focus(element) {
		return element.focus();
	}

	key(name) {
		return this.page.keyboard.press(name);
	}

	evaluate(read) {
		return this.page.evaluate(read);
	}

	leave() {
		return this.browser.close();
	}
}
