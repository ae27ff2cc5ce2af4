/* The screen of an address that leads nowhere, and of a viewer who may see nothing yet. */
import { byId, setTitle } from '../ui/page.js';
import { html, render } from '../core/html.js';
import { t } from '../core/i18n.js';

/**
 * @param {boolean} asked the address names a screen; otherwise there is none to begin with
 * @returns {import('../core/router.js').Screen}
 */
export function nothingHere(asked) {
	const title = t(asked ? 'nothing.title' : 'nothing.yet_title');

	return {
		show() {
			setTitle(title);
			render(html`<div class="head"><h1 tabindex="-1">${title}</h1></div>
				<p>${t(asked ? 'nothing.text' : 'nothing.yet_text')}</p>`, byId('main'));
		},
	};
}
