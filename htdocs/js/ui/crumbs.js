/* Where a screen stands, with links to what is above it. */
import { html } from '../core/html.js';
import { t } from '../core/i18n.js';

/**
 * @param {[string, string][]} above address and word, from the top
 * @param {string} here
 */
export function crumbs(above, here) {
	return html`<nav class="crumbs" aria-label=${t('crumbs.title')}>
		${above.map(([address, word]) => html`<a href=${address}><bdi>${word}</bdi></a> / `)}
		<bdi aria-current="page">${here}</bdi>
	</nav>`;
}
