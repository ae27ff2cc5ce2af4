/* A button that opens a short list of actions. The browser opens, closes and places it. */
import { html, nothing } from '../core/html.js';
import { icons } from './icons.js';
import { showAll, typeToFind } from './type-to-find.js';

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {() => void} run
 * @property {boolean} [danger]
 * @property {string} [barred] why it cannot be done now; it is said beneath the label
 * @property {string} [lang] of the label, where it is not that of the page
 */

/**
 * The list is closed first, so that the focus is back on the button when the action asks.
 * @param {Event} event
 * @param {Action} action
 */
function choose(event, action) {
	const button = /** @type {HTMLElement} */ (event.currentTarget);

	if (action.barred) {
		return;
	}
	/** @type {HTMLElement} */ (button.closest('[popover]')).hidePopover();
	action.run();
}

/** @param {Action} action */
function entry(action) {
	return html`<li data-find=${action.label}><button type="button" lang=${action.lang ?? nothing}
		class="action ${action.danger ? 'action-danger' : ''}"
		aria-disabled=${action.barred ? 'true' : nothing}
		@click=${(/** @type {Event} */ event) => choose(event, action)}>
		${action.label}
		${action.barred ? html`<span class="action-reason">${action.barred}</span>` : nothing}
	</button></li>`;
}

/** What stands in a list that is open. @param {Action[]} actions */
export function entries(actions) {
	return actions.map(entry);
}

/**
 * @param {string} id
 * @param {unknown} label
 * @param {Action[]} actions
 * @param {string} [name] for those who cannot see the label, or when a narrow window hides it
 * @param {{disabled?: boolean, small?: boolean}} [options]
 */
export function menuButton(id, label, actions, name, { disabled = false, small = false } = {}) {
	return html`<button class="button ${small ? 'small' : ''}" type="button" popovertarget=${id}
			aria-label=${name ?? nothing} ?disabled=${disabled}>
			${label} ${icons.down}
		</button>
		<div class="popup popup-end" id=${id} popover @beforetoggle=${showAll}>
			${typeToFind(actions.length)}
			<ul class="actions">${entries(actions)}</ul>
		</div>`;
}
