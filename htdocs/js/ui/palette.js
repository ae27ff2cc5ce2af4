/*
 * One field that goes anywhere: what it offers at once and what the server finds, in one list that
 * arrows walk through. The focus stays in the field; it returns to where it was when this closes.
 */
import { html, live, nothing, render } from '../core/html.js';
import { matching } from '../lib/palette.js';
import { t } from '../core/i18n.js';

const TYPING_PAUSE = 150;
const LETTERS_MIN = 2;

/** Opens the palette of this page. */
export let search = () => {};

/**
 * @typedef {object} Entry
 * @property {string} label
 * @property {string} kind what it is, in a word
 * @property {() => void} run
 */

/**
 * @typedef {object} Source
 * @property {Entry[]} entries
 * @property {(text: string, signal: AbortSignal) => Promise<Entry[]>} find
 */

class Palette {
	/** @param {Source} source */
	constructor(source) {
		this.source = source;
		this.text = '';
		this.active = 0;
		/** @type {Entry[]} */
		this.found = [];
		this.asking = new AbortController();
		this.pause = 0;
		this.dialog = document.createElement('dialog');
		this.dialog.className = 'dialog palette';
		this.dialog.setAttribute('aria-label', t('palette.title'));
	}

	open() {
		this.draw();
		document.body.append(this.dialog);
		this.dialog.addEventListener('close', () => this.end());
		this.dialog.showModal();
		document.getElementById('palette-text')?.focus();
	}

	end() {
		clearTimeout(this.pause);
		this.asking.abort();
		this.dialog.remove();
	}

	get entries() {
		return [...matching(this.source.entries, this.text), ...this.found];
	}

	/**
	 * What was found for another text goes at once, so that Enter never takes it.
	 * @param {string} text
	 */
	type(text) {
		this.text = text;
		this.active = 0;
		this.found = [];
		this.draw();
		clearTimeout(this.pause);
		this.asking.abort();
		this.asking = new AbortController();
		if (text.trim().length >= LETTERS_MIN || /^\d$/.test(text.trim())) {
			this.pause = setTimeout(() => this.ask(this.asking.signal), TYPING_PAUSE);
		}
	}

	/** @param {AbortSignal} signal */
	async ask(signal) {
		const found = await this.source.find(this.text.trim(), signal);

		if (!signal.aborted) {
			this.found = found;
			this.draw();
		}
	}

	/** @param {Entry | undefined} entry */
	choose(entry) {
		if (entry) {
			this.dialog.close();
			entry.run();
		}
	}

	/** @param {KeyboardEvent} event */
	press(event) {
		const { entries } = this;
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];

		if (event.isComposing) {
			return;
		}
		if (step) {
			event.preventDefault();
			this.active = (this.active + step + entries.length) % Math.max(entries.length, 1);
			this.draw();
			document.getElementById(`palette-${this.active}`)?.scrollIntoView({ block: 'nearest' });
		} else if (event.key === 'Enter') {
			event.preventDefault();
			this.choose(entries[this.active]);
		}
	}

	/** @param {Entry} entry @param {number} index */
	option(entry, index) {
		return html`<li class="palette-entry" role="option" id="palette-${index}"
			aria-selected=${index === this.active} @click=${() => this.choose(entry)}>
			<span>${entry.label}</span> <span class="muted">${entry.kind}</span></li>`;
	}

	draw() {
		const { entries } = this;

		render(html`
			<input class="input" id="palette-text" role="combobox" autocomplete="off"
				spellcheck="false" autocapitalize="none" aria-label=${t('palette.label')}
				placeholder=${t('palette.label')} aria-expanded=${entries.length > 0}
				aria-controls="palette-list" aria-autocomplete="list" maxlength="100"
				aria-activedescendant=${entries.length > 0 ? `palette-${this.active}` : nothing}
				.value=${live(this.text)}
				@input=${(/** @type {Event} */ event) =>
					this.type(/** @type {HTMLInputElement} */ (event.target).value)}
				@keydown=${(/** @type {KeyboardEvent} */ event) => this.press(event)}>
			<ul class="palette-list" id="palette-list" role="listbox"
				?hidden=${entries.length === 0} aria-label=${t('palette.title')}>
				${entries.map((entry, index) => this.option(entry, index))}</ul>
			<p class="hint" role="status">${t('palette.count', { count: entries.length })}</p>`,
		this.dialog);
	}
}

/** @param {Source} source */
export function openPalette(source) {
	if (!document.querySelector('dialog[open]')) {
		new Palette(source).open();
	}
}

/**
 * Ctrl+K, and Cmd+K where that is the key of commands.
 * @param {() => void} open
 */
export function listenForPalette(open) {
	search = open;
	addEventListener('keydown', (event) => {
		const plain = event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey;

		if (plain && event.key.toLowerCase() === 'k') {
			event.preventDefault();
			open();
		}
	});
}
