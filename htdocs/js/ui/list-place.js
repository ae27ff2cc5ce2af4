/*
 * The place of the reader in a list: how far it is scrolled, and which link of which row was
 * followed. The entry of the history keeps it, so that Back finds it again.
 */
import { byId } from './page.js';
import { notedPlace, notePlace } from '../core/router.js';

/**
 * @typedef {object} Place
 * @property {number} top how far the table is scrolled in its card
 * @property {number} pageTop how far the page is, in a window that is too small for a card
 * @property {string} [row] id of the record whose link was followed
 * @property {number} [link] which one of its links
 */

const PAUSE = 100;

/** Whoever has taken the focus elsewhere keeps it. @param {Place} place */
function focusLink({ row = '', link = 0 }) {
	const { activeElement } = document;

	if (activeElement === document.body || activeElement?.matches('h1')) {
		byId('table').querySelector(`tr[data-id="${CSS.escape(row)}"]`)
			?.querySelectorAll('a')[link]?.focus({ preventScroll: true });
	}
}

export class ListPlace {
	/** @type {Place | undefined} */
	#noted;
	/** What was noted is to be found again when the rows stand. */
	#isDue = false;
	#pause = 0;

	/** @param {AbortSignal} left aborted when the list is left */
	constructor(left) {
		const options = { capture: true, signal: left };

		document.addEventListener('scroll', () => this.#scrolled(), options);
		byId('main').addEventListener('click', (event) => this.#followed(event), options);
		left.addEventListener('abort', () => clearTimeout(this.#pause));
	}

	/** Another entry of the history is shown, which has a place if it was visited before. */
	recall() {
		clearTimeout(this.#pause);
		this.#noted = notedPlace();
		this.#isDue = true;
	}

	/** Other rows are asked for: no place among them is known. */
	forget() {
		clearTimeout(this.#pause);
		this.#noted = undefined;
	}

	/** Rows stand: the reader is where they were when they went on, or at the top. */
	restore() {
		const place = this.#isDue ? this.#noted : undefined;

		this.#isDue = false;
		byId('scroll').scrollTop = place?.top ?? 0;
		if (place) {
			document.documentElement.scrollTop = place.pageTop;
			focusLink(place);
		}
	}

	/** @param {Partial<Place>} change */
	#note(change) {
		clearTimeout(this.#pause);
		this.#noted = { ...this.#noted, ...change, top: byId('scroll').scrollTop,
			pageTop: document.documentElement.scrollTop };
		notePlace(this.#noted);
	}

	/** While rows are awaited, what scrolls is not the reader's doing. */
	#scrolled() {
		clearTimeout(this.#pause);
		if (!this.#isDue) {
			this.#pause = setTimeout(() => this.#note({}), PAUSE);
		}
	}

	/** @param {Event} event */
	#followed({ target }) {
		const link = target instanceof Element ? target.closest('a') : null;
		const row = link?.closest('tr');

		if (link && row?.dataset.id) {
			this.#note({ row: row.dataset.id, link: [...row.querySelectorAll('a')].indexOf(link) });
		}
	}
}
