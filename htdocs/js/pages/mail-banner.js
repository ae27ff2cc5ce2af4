/*
 * The line above every screen that says that mail is failing, for those who look after it. Asked
 * again when the reader moves on and the last answer is old, never by itself: that would keep an
 * abandoned session alive.
 */
import { byId } from '../ui/page.js';
import { call } from '../core/api.js';
import { html, nothing, render } from '../core/html.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/context.js').Context} Context */

const FRESH = 5 * 60_000;

let asked = Date.now();

/** @param {Context} context */
function draw({ session }) {
	const banner = byId('banner');
	const failing = session.features.mail_failing;

	banner.hidden = !failing;
	banner.setAttribute('aria-label', t('banner.title'));
	render(failing ? html`<p>${t('banner.text')} <a href="./?p=mail">${t('banner.link')}</a></p>`
		: nothing, banner);
}

/** @param {Context} context */
async function askAgain(context) {
	const { data } = await call('GET', 'session');

	context.session.features = data.features;
	draw(context);
}

/** @param {Context} context */
export function drawMailBanner(context) {
	draw(context);
	if (context.may('GET mail') && Date.now() - asked > FRESH) {
		asked = Date.now();
		askAgain(context).catch(() => {}); // the screen itself says that the server is away
	}
}
