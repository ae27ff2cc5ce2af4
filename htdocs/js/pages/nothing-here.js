/* The screen of an address that leads nowhere, and of a viewer who may see nothing yet. */
import { html, nothing } from '../core/html.js';
import { Screen, wayOn } from '../ui/screen.js';
import { t } from '../core/i18n.js';

class NothingHere extends Screen {
	/**
	 * @param {boolean} asked the address names a screen; otherwise there is none to begin with
	 * @param {[address: string, word: string]} [home] what this viewer may see
	 */
	constructor(asked, home) {
		super();
		this.asked = asked;
		this.home = home;
	}

	get title() {
		return t(this.asked ? 'nothing.title' : 'nothing.yet_title');
	}

	content() {
		return html`<p class="field">${t(this.asked ? 'nothing.text' : 'nothing.yet_text')}</p>
			${this.home ? wayOn(...this.home) : nothing}`;
	}
}

/**
 * @param {boolean} asked
 * @param {[address: string, word: string]} [home]
 * @returns {import('../core/router.js').Screen}
 */
export function nothingHere(asked, home) {
	return new NothingHere(asked, home);
}
