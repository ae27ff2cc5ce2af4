/*
 * The life of every screen. Its head stands as soon as an address is shown, the rest when the
 * server has answered. Once it is left it draws nothing and leads nowhere, whatever comes late.
 */
import { asProblem } from './explain.js';
import { breaking } from './words.js';
import { byId, setTitle } from './page.js';
import { crumbs } from './crumbs.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { icons } from './icons.js';
import { notice } from './notice.js';
import { Question } from './question.js';
import { search } from './palette.js';
import { t } from '../core/i18n.js';
import { told } from './told.js';

/**
 * From where there is nothing: to a list, or to what one looks for.
 * @param {string} address
 * @param {string} word what is there
 */
export function wayOn(address, word) {
	return html`<span class="head-links">
		<a class="button small" href=${address}>${t('lost.list', { list: word })}</a>
		<button type="button" class="button small" @click=${() => search()}>
			${icons.search} ${t('lost.search')}</button></span>`;
}

/** A screen says what it is called and what it shows, and read() what it has to ask for first. */
export class Screen {
	#life = new AbortController();
	#question = new Question(this.left);
	#drawn = false;

	constructor() {
		/** @type {import('../core/router.js').Place} as the table of screens has it */
		this.place = { title: '', above: [] };
		/** The server is being asked for what is to be shown. */
		this.busy = false;
		/** @type {import('../core/api.js').Problem | null} what kept it from being shown */
		this.problem = null;
	}

	/** What the screen is called, in its head and in the title of the window. */
	get title() {
		return this.place.title;
	}

	/** The name of the record that it shows; "" where there is none, or none yet. */
	get subject() {
		return '';
	}

	/**
	 * What the screen stands under, from the top.
	 * @returns {[address: string, word: string][]}
	 */
	get above() {
		return this.place.above;
	}

	/** What it is called there. */
	get here() {
		return this.subject || this.title;
	}

	/** Whether it shows an error summary. */
	get isWrong() {
		return false;
	}

	/** What can be done here, beside the heading. @returns {unknown} */
	actions() {
		return nothing;
	}

	/** @returns {unknown} what stands under the head */
	content() {
		return nothing;
	}

	/** @param {URLSearchParams} _params of the address */
	readAddress(_params) {}

	/**
	 * Asks the server for what is to be shown.
	 * @param {AbortSignal} _signal aborted when nobody waits for the answer any more
	 */
	async read(_signal) {}

	/** Whether something typed would be lost by leaving. */
	isDirty() {
		return false;
	}

	/** Aborted when the screen is left. */
	get left() {
		return this.#life.signal;
	}

	get isOpen() {
		return !this.left.aborted;
	}

	/** @param {URLSearchParams} params */
	show(params) {
		this.readAddress(params);
		return this.load();
	}

	/** Asks again; what was asked before has no answer any more. */
	async load() {
		if (!this.isOpen) {
			return;
		}
		this.busy = true;
		this.draw();
		await this.#question.ask((signal) => this.read(signal), (problem) => {
			this.problem = problem;
			this.busy = false;
			this.draw();
		});
	}

	/**
	 * Does what the reader asks for, and says what kept it from being done.
	 * @param {() => Promise<void>} act
	 */
	async attempt(act) {
		this.problem = null;
		try {
			await act();
		} catch (error) {
			this.problem = asProblem(error);
		}
		this.draw();
	}

	/**
	 * Goes on to another screen, unless the reader has gone elsewhere meanwhile.
	 * @param {string} address
	 */
	goOn(address) {
		if (this.isOpen) {
			goTo(address);
		}
	}

	/** Reading begins at the heading, which stands from the first drawing on. */
	takeFocus() {
		if (this.isOpen) {
			byId('main').querySelector('h1')?.focus();
		}
	}

	close() {
		this.#life.abort();
	}

	/** The first drawing is on an empty page: nothing of the screen before is scrolled or open. */
	draw() {
		if (!this.isOpen) {
			return;
		}
		if (!this.#drawn) {
			render(nothing, byId('main'));
			this.#drawn = true;
		}
		setTitle([this.title, this.subject].filter(Boolean).join(' '), { wrong: this.isWrong });
		render(this.#template(), byId('main'));
	}

	/** What kept the screen from being shown, and a way on: what is not there stays away. */
	#problemTemplate(/** @type {import('../core/api.js').Problem} */ problem) {
		const [list] = this.above;

		return problem.code === 'not_found' && list
			? notice(told(problem), { kind: 'problem', more: wayOn(...list) })
			: notice(told(problem), { kind: 'problem', action: t('action.try_again'),
				run: () => this.load() });
	}

	#template() {
		const { above, problem, subject, title } = this;

		return html`
			${above.length > 0 ? crumbs(above, this.here) : nothing}
			<div class="head">
				<h1 tabindex="-1">${title}${subject ? html` <span class="subject">${
					breaking(subject)}</span>`
					: nothing}</h1>
				${this.actions()}
			</div>
			${problem ? this.#problemTemplate(problem) : nothing}
			${this.content()}`;
	}
}
