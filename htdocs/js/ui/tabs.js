/*
 * Tabs over the panels of one screen: arrow keys go round, the chosen one alone is in the order of
 * the Tab key.
 */
import { html } from '../core/html.js';

/** @typedef {{name: string, label: string}} Tab */

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/**
 * @param {string} title
 * @param {Tab[]} list
 * @param {string} current
 * @param {(name: string) => void} choose
 */
export function tabs(title, list, current, choose) {
	const move = (/** @type {KeyboardEvent} */ event) => {
		const step = STEPS[event.key];

		if (step) {
			const at = list.findIndex(({ name }) => name === current);
			const { name } = /** @type {Tab} */ (list[(at + step + list.length) % list.length]);

			choose(name);
			document.getElementById(`tab-${name}`)?.focus();
		}
	};

	return html`<div class="tabs" role="tablist" aria-label=${title} @keydown=${move}>
		${list.map(({ name, label }) => html`<button type="button" class="tab" role="tab"
			id="tab-${name}" aria-controls="panel-${name}" aria-selected=${name === current}
			tabindex=${name === current ? 0 : -1} @click=${() => choose(name)}>${label}</button>`)}
	</div>`;
}

/**
 * The panel of the chosen tab. Both are there, so that each tab has the panel it names.
 * @param {string} name
 * @param {string} current
 * @param {unknown} content
 */
export function tabPanel(name, current, content) {
	return html`<div role="tabpanel" id="panel-${name}" aria-labelledby="tab-${name}"
		?hidden=${name !== current}>${content}</div>`;
}
