/* A box that says what went wrong or what to know, with what can be done about it. */
import { html, nothing } from '../core/html.js';

/**
 * @param {unknown} text
 * @param {{kind?: 'info' | 'problem', action?: string, run?: () => void, more?: unknown}} [options]
 *     more: other ways on than one act
 */
export function notice(text, { kind = 'info', action = '', run, more = nothing } = {}) {
	return html`<div class="notice notice-${kind}" role=${kind === 'problem' ? 'alert' : nothing}>
		<p>${text}</p>
		${action ? html`<button type="button" class="button small" @click=${run}>${action}</button>`
			: nothing}
		${more}
	</div>`;
}
