/* The screen of an address that leads nowhere, and of a viewer who may see nothing yet. */
import { html } from '../core/html.js';
import { Screen } from '../ui/screen.js';
import { t } from '../core/i18n.js';

class NothingHere extends Screen {
	/** @param {boolean} asked the address names a screen; otherwise there is none to begin with */
	constructor(asked) {
		super();
		this.asked = asked;
	}

	get title() {
		return t(this.asked ? 'nothing.title' : 'nothing.yet_title');
	}

	content() {
		return html`<p>${t(this.asked ? 'nothing.text' : 'nothing.yet_text')}</p>`;
	}
}

/**
 * @param {boolean} asked
 * @returns {import('../core/router.js').Screen}
 */
export function nothingHere(asked) {
	return new NothingHere(asked);
}
