/*
 * What a person does with a page, in the words of one who looks at it: this is the person at a
 * browser that Playwright drives. DrivenPerson in driven.mjs knows the same words.
 *
 * A name is that by which a control is told to a screen reader, whole, or a pattern. Each word
 * waits until there is what it speaks of, and fails where that does not come.
 */
import { openPage } from './browser.mjs';

export class Person {
	static async at(browser, options) {
		return new Person(await openPage(browser, options));
	}

	constructor(page) {
		this.page = page;
	}

	/** What the browser complained of. */
	get complaints() {
		return this.page.complaints;
	}

	#named(role, name, within = 'body') {
		return this.page.locator(within).last().getByRole(role, { name, exact: true }).first();
	}

	#labelled(label) {
		return this.page.getByLabel(label, { exact: true });
	}

	go(url) {
		return this.page.goto(url);
	}

	follow(name, within) {
		return this.#named('link', name, within).click();
	}

	press(name, within) {
		return this.#named('button', name, within).click();
	}

	/** Waits for a button, and leaves it alone. */
	offers(name) {
		return this.#named('button', name).waitFor();
	}

	async pressByKey(name) {
		await this.#named('button', name).focus();
		await this.key('Enter');
	}

	key(name) {
		return this.page.keyboard.press(name);
	}

	fill(label, text) {
		return this.#labelled(label).fill(text);
	}

	valueOf(label) {
		return this.#labelled(label).inputValue();
	}

	check(label) {
		return this.#labelled(label).check();
	}

	choose(label, option) {
		return this.#labelled(label).selectOption(option);
	}

	isDisabled(label) {
		return this.#labelled(label).isDisabled();
	}

	async isButtonOff(name) {
		return await this.#named('button', name).getAttribute('aria-disabled') === 'true';
	}

	sees(text) {
		return this.page.getByText(text).first().waitFor();
	}

	seesHeading(text) {
		return this.page.getByRole('heading', { name: text }).first().waitFor();
	}

	/** The text of the first row of a table in which this stands. */
	async row(text) {
		const row = this.page.getByRole('row').filter({ hasText: text }).first();

		await row.waitFor();
		return row.innerText();
	}

	/** The text of an element that has an id. */
	textOf(id) {
		return this.page.locator(`#${id}`).innerText();
	}

	menu() {
		return this.page.locator('#menu').getByRole('link').allInnerTexts();
	}

	async isAsked() {
		return await this.page.getByRole('dialog').count() > 0;
	}

	/** All that the page, its address and its storages hold. */
	async traces() {
		return await this.page.content() + await this.page.evaluate(() =>
			JSON.stringify([location.href, localStorage, sessionStorage]));
	}

	/** Runs a function in the page; gives what it gives. */
	evaluate(read) {
		return this.page.evaluate(read);
	}

	leave() {
		return this.page.context().close();
	}
}
