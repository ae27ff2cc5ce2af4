/* An instant for people: absolute and relative, with the machine's form in the attribute. */
import { html } from '../core/html.js';
import { locale, t } from '../core/i18n.js';
import { absolute, relative } from '../lib/time.js';

/** @param {string | null} instant */
export function stamp(instant) {
	if (!instant) {
		return html`<span class="muted">${t('value.never')}</span>`;
	}
	return html`<time datetime=${instant}><bdi>${absolute(instant, locale())}</bdi>
		<span class="muted">· <bdi>${relative(instant, Date.now(), locale())}</bdi></span></time>`;
}
