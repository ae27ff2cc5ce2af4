/*
 * One field that goes anywhere: what it offers at once and what the server finds, in one list that
 * arrows walk through. The focus stays in the field; it returns to where it was when this closes.
 */
import { explain } from './explain.js';
import { html, live, nothing, render } from '../core/html.js';
import { icons } from './icons.js';
import { matching } from '../lib/palette.js';
import { notice } from './notice.js';
import { Question } from './question.js';
import { t } from '../core/i18n.js';

const TYPING_PAUSE = 150;
const LETTERS_MIN = 2;
/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** Opens the palette of this page. */
export let search = () => {};

/**
 * @typedef {object} Entry
 * @property {string} label
 * @property {string} kind what it is, in a word
 * @property {() => void} run
 * @property {Entry[]} [acts] what else can be done with it
 */

/**
 * @typedef {object} Source
 * @property {string} [title]
 * @property {string} [label] of the field
 * @property {Entry[]} entries
 * @property {(text: string, signal: AbortSignal) => Promise<Answer>} find
 * @property {() => void} [closed] whatever was chosen
 */

/**
 * @typedef {object} Answer
 * @property {Entry[]} entries
 * @property {boolean} [more] there are more than these
 * @property {import('../core/api.js').Problem | null} [problem] what kept some from being found
 */

/** @type {Answer} */
const NONE = { entries: [] };

/** @param {number} time in milliseconds */
const passed = (time) => new Promise((resolve) => setTimeout(resolve, time));

class Palette {
	#life = new AbortController();
	#question = new Question(this.#life.signal);

	/** @param {Source} source */
	constructor(source) {
		this.source = source;
		this.text = '';
		this.active = 0;
		this.found = NONE;
		/** @type {Entry | null} whose acts are shown */
		this.inside = null;
		/** The server is being asked. */
		this.busy = false;
		/** Asks once more. */
		this.again = () => this.type(this.text);
		/** @type {string[] | null} keys that came before there was anything to walk through */
		this.early = null;
		this.dialog = document.createElement('dialog');
		this.dialog.className = 'dialog palette';
		this.title = source.title ?? t('palette.title');
		this.dialog.setAttribute('aria-label', this.title);
	}

	open() {
		this.draw();
		document.body.append(this.dialog);
		this.dialog.addEventListener('close', () => this.end());
		this.dialog.showModal();
		document.getElementById('palette-text')?.focus();
	}

	end() {
		this.#life.abort();
		this.dialog.remove();
		this.source.closed?.();
	}

	get entries() {
		return this.inside ? matching(this.inside.acts ?? [], this.text)
			: [...matching(this.source.entries, this.text), ...this.found.entries];
	}

	/** @param {Entry | null} entry whose acts are shown from now on, of those that were found */
	enter(entry) {
		this.inside = entry;
		this.type('');
		document.getElementById('palette-text')?.focus();
	}

	/**
	 * What was found for another text goes at once, so that Enter never takes it.
	 * @param {string} text
	 */
	type(text) {
		const wanted = text.trim();

		this.text = text;
		this.active = 0;
		if (!this.early) {
			this.ask(!this.inside && (wanted.length >= LETTERS_MIN || /^\d$/.test(wanted))
				? async (signal) => {
					await passed(TYPING_PAUSE);
					return signal.aborted ? NONE : this.source.find(wanted, signal);
				} : null);
		}
		this.draw();
	}

	/** @param {((signal: AbortSignal) => Promise<Answer>) | null} find null for nothing to find */
	ask(find) {
		let found = NONE;

		this.found = NONE;
		this.busy = find !== null;
		this.#question.ask(async (signal) => {
			found = find ? await find(signal) : NONE;
		}, (problem) => {
			this.found = problem ? { ...NONE, problem } : found;
			this.busy = false;
			this.draw();
		});
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
		if (event.isComposing) {
			return;
		}
		if (this.pressSideways(event, this.entries[this.active])) {
			event.preventDefault();
		} else if (event.key === 'Enter' || event.key in STEPS) {
			event.preventDefault();
			if (this.early) {
				this.early.push(event.key);
			} else {
				this.walk(event.key);
			}
		}
	}

	/** @param {string} key Enter, or an arrow */
	walk(key) {
		const { entries } = this;

		if (key === 'Enter') {
			this.choose(entries[this.active]);
			return;
		}
		this.active = (this.active + STEPS[key] + entries.length) % Math.max(entries.length, 1);
		this.draw();
		document.getElementById(`palette-${this.active}`)?.scrollIntoView({ block: 'nearest' });
	}

	/** @param {() => Promise<Source>} load gets what it was opened without */
	expect(load) {
		this.again = () => this.expect(load);
		this.early = [];
		this.ask(async () => {
			this.provide(await load());
			return NONE;
		});
		this.draw();
	}

	/** @param {Source} source from now on: the keys of meanwhile count */
	provide(source) {
		const early = this.early ?? [];

		this.source = source;
		this.early = null;
		this.again = () => this.type(this.text);
		this.again();
		if (this.dialog.open) {
			early.forEach((key) => this.walk(key));
		}
	}

	/**
	 * Onward leads to what can be done with an entry, backward and Escape away from it.
	 * @param {KeyboardEvent} event
	 * @param {Entry | undefined} entry
	 */
	pressSideways({ key, target }, entry) {
		const { selectionStart, value } = /** @type {HTMLInputElement} */ (target);
		const onward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
		const isSideways = key === 'ArrowLeft' || key === 'ArrowRight';

		if (key === onward && entry?.acts && selectionStart === value.length) {
			this.enter(entry);
			return true;
		}
		if (this.inside && (key === 'Escape' || isSideways && key !== onward && value === '')) {
			this.enter(null);
			return true;
		}
		return false;
	}

	/** @param {Entry} entry */
	actsButton(entry) {
		const use = (/** @type {Event} */ event) => {
			event.stopPropagation();
			this.enter(entry);
		};

		return html`<span class="palette-acts" @click=${use}>${t('palette.acts')}
			<span class="turned" aria-hidden="true">${icons.down}</span></span>`;
	}

	/** @param {Entry} entry @param {number} index */
	option(entry, index) {
		return html`<li class="palette-entry" role="option" id="palette-${index}"
			aria-selected=${index === this.active} @click=${() => this.choose(entry)}>
			<span class="cut"><bdi>${entry.label}</bdi></span>
			<span class="muted">${entry.kind}
				${entry.acts ? this.actsButton(entry) : nothing}</span>
		</li>`;
	}

	/** Why the server could not be asked, and a way to ask it again. */
	notAsked(/** @type {import('../core/api.js').Problem} */ problem) {
		const again = () => {
			this.again();
			document.getElementById('palette-text')?.focus();
		};

		return notice(html`${this.early ? nothing : t('palette.not_asked')} ${explain(problem)}`,
			{ kind: 'problem', action: t('action.try_again'), run: again });
	}

	/** How many there are, as soon as that is known. */
	count() {
		if (this.early || this.found.problem) {
			return nothing;
		}
		return this.busy ? t('palette.busy') : t(this.found.more ? 'palette.first'
			: 'palette.count', { count: this.entries.length });
	}

	draw() {
		const { entries, found: { problem }, inside } = this;
		const label = inside?.label ?? this.source.label ?? t('palette.label');

		render(html`
			<input class="input" id="palette-text" role="combobox" autocomplete="off"
				spellcheck="false" autocapitalize="none" aria-label=${label}
				placeholder=${label} aria-expanded=${entries.length > 0}
				aria-controls="palette-list" aria-autocomplete="list" maxlength="100"
				aria-activedescendant=${entries.length > 0 ? `palette-${this.active}` : nothing}
				.value=${live(this.text)}
				@input=${(/** @type {Event} */ event) =>
					this.type(/** @type {HTMLInputElement} */ (event.target).value)}
				@keydown=${(/** @type {KeyboardEvent} */ event) => this.press(event)}>
			<ul class="palette-list" id="palette-list" role="listbox"
				?hidden=${entries.length === 0} aria-label=${this.title}>
				${entries.map((entry, index) => this.option(entry, index))}</ul>
			<p class="hint" role="status">${this.count()}</p>
			${problem ? this.notAsked(problem) : nothing}`,
		this.dialog);
	}
}

/**
 * Opens at once: what is offered may still be on its way, and typing goes on meanwhile.
 * @param {Source | (() => Promise<Source>)} source
 */
export function openPalette(source) {
	if (document.querySelector('dialog[open]')) {
		return;
	}
	if (typeof source !== 'function') {
		new Palette(source).open();
		return;
	}
	const palette = new Palette({ entries: [], find: async () => NONE });

	palette.open();
	palette.expect(source);
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
