/*
 * The words of a person (person.mjs) at a browser that has the elements of a page looked for and
 * pressed, and no more: Firefox (firefox.mjs) and WebKit (webkit.mjs).
 */
import { until } from './until.mjs';

const WAIT = 20; // seconds for what is spoken of to be there
const FIELDS = 'input, select, textarea';

/* These three run in the page. A text is wanted whole, in part, or as a pattern's source says. */

/** The elements that are shown, in its order. */
export function shown(css) {
	return [...document.querySelectorAll(css)].filter((element) => element.checkVisibility());
}

/** As it is read: without the marks that keep names apart, and on one line. */
export function plain(text) {
	return (text ?? '').replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
}

/** The first text of such elements that has this in it, or null. */
export const READ = `(css, part, source) => {
	const shown = ${shown}, plain = ${plain};

	return shown(css).map((element) => plain(element.innerText)).find((text) =>
		source ? new RegExp(source).test(text) : text.includes(part)) ?? null;
}`;

/** A text that is wanted, as what runs in the page takes it. */
export const wantedOf = (text) => typeof text === 'string' ? [text, ''] : ['', text.source];

export class DrivenPerson {
	constructor(driver) {
		this.driver = driver;
	}

	/** What the browser complained of, if it tells. */
	get complaints() {
		return this.driver.complaints;
	}

	/** Resolves with what is there at last; what is drawn anew meanwhile is asked for again. */
	#surely(ask, about) {
		let last = new Error('it is not there');

		return until(() => ask().catch((error) => {
			last = error;
			return null;
		}), WAIT).catch(() => {
			throw new Error(`${about}: ${last.message}`);
		});
	}

	/** Does something with the element of this kind and name, when there is one. */
	async #with(css, name, act) {
		const { done } = await this.#surely(async () => {
			const element = await this.driver.named(css, name);

			return element && { done: await act(element) };
		}, `${css} ${name}`);

		return done;
	}

	#reads(css, text) {
		return this.#surely(() => this.driver.read(css, ...wantedOf(text)), `${css} ${text}`);
	}

	#click(css, name) {
		return this.#with(css, name, (element) => this.driver.click(element));
	}

	go(url) {
		return this.driver.go(url);
	}

	follow(name, within = '') {
		return this.#click(`${within} a[href]`, name);
	}

	press(name, within = '') {
		return this.#click(`${within} button`, name);
	}

	offers(name) {
		return this.#with('button', name, () => null);
	}

	async pressByKey(name) {
		await this.#with('button', name, (element) => this.driver.focus(element));
		await this.key('Enter');
	}

	key(name) {
		return this.driver.key(name);
	}

	fill(label, text) {
		return this.#with(FIELDS, label, (element) => this.driver.fill(element, text));
	}

	#property(css, name, property) {
		return this.#with(css, name, (element) => this.driver.property(element, property));
	}

	valueOf(label) {
		return this.#property(FIELDS, label, 'value');
	}

	async check(label) {
		if (!await this.#property(FIELDS, label, 'checked')) {
			await this.#click(FIELDS, label);
		}
	}

	choose(label, option) {
		return this.#with('select', label, (element) => this.driver.choose(element, option));
	}

	isDisabled(label) {
		return this.#property(FIELDS, label, 'disabled');
	}

	async isButtonOff(name) {
		return await this.#property('button', name, 'ariaDisabled') === 'true';
	}

	sees(text) {
		return this.#reads('body', text);
	}

	seesHeading(text) {
		return this.#reads('h1, h2', text);
	}

	row(text) {
		return this.#reads('tr', text);
	}

	textOf(id) {
		return this.#reads(`#${id}`, /./);
	}

	menu() {
		return this.driver.evaluate(() => [...document.querySelectorAll('#menu a')]
			.map((link) => link.innerText.trim()));
	}

	isAsked() {
		return this.driver.evaluate(() => document.querySelector('dialog[open]') !== null);
	}

	traces() {
		return this.driver.evaluate(() => document.documentElement.outerHTML
			+ JSON.stringify([location.href, localStorage, sessionStorage]));
	}

	evaluate(read) {
		return this.driver.evaluate(read);
	}

	leave() {
		return this.driver.leave();
	}
}
