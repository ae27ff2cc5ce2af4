/* What stands around every screen: the bar and the menu. */
import { accountMenu } from './account-menu.js';
import { byId } from '../ui/page.js';
import { asProblem, explain } from '../ui/explain.js';
import { call, fetched, mustSignIn } from '../core/api.js';
import { confirm } from '../ui/confirm.js';
import { drawMailBanner } from './mail-banner.js';
import { drawJobStrip } from './job-strip.js';
import { html, nothing, render } from '../core/html.js';
import { icons } from '../ui/icons.js';
import { noteSignedIn } from '../core/prefs.js';
import { openPalette } from '../ui/palette.js';
import { screenOf, screensFor } from './screens.js';
import { siteMark } from '../ui/site.js';
import { dropToasts } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../core/api.js').Problem} Problem */
/** @typedef {import('../ui/context.js').Context} Context */

/**
 * A heading, or a screen under it.
 * @typedef {object} MenuItem
 * @property {string} label message key
 * @property {MenuItem[]} items none of a screen
 * @property {ReturnType<typeof screensFor>[number]} [screen]
 */

/** @param {Context} context */
function menuScreens(context) {
	return screensFor(context).filter(({ menu }) => menu);
}

/**
 * The screen that an address without one shows; "" when there is none for this viewer.
 * @param {Context} context
 */
export function firstScreen(context) {
	return menuScreens(context)[0]?.name ?? '';
}

/**
 * The heading among the items, which gets it where it is the first of its kind.
 * @param {MenuItem[]} items
 * @param {string} label
 */
function headingOf(items, label) {
	const known = items.find((item) => !item.screen && item.label === label);
	/** @type {MenuItem} */
	const heading = known ?? { label, items: [] };

	if (!known) {
		items.push(heading);
	}
	return heading;
}

/**
 * The screens under their headings.
 * @param {ReturnType<typeof screensFor>} screens
 */
function menuOf(screens) {
	/** @type {MenuItem[]} */
	const top = [];

	for (const screen of screens) {
		const words = screen.menu ?? [];
		const items = words.slice(0, -1)
			.reduce((among, label) => headingOf(among, label).items, top);

		items.push({ label: words.at(-1) ?? '', items: [], screen });
	}
	return top;
}

/**
 * @param {MenuItem} item
 * @param {string} current
 * @returns {unknown}
 */
function menuItem({ label, items, screen }, current) {
	if (!screen) {
		return html`<li><span class="menu-group">${t(label)}</span>
			<ul>${items.map((item) => menuItem(item, current))}</ul></li>`;
	}
	const here = [current, screenOf(current)?.under].includes(screen.name);

	return html`<li><a href="./?p=${screen.name}" aria-current=${here ? 'page' : nothing}>
		${screen.icon} ${t(label)}</a></li>`;
}

/** @param {Context} context */
export function openSearch(context) {
	openPalette(async () => {
		const { paletteSource } = await fetched(import('./palette-entries.js'));

		return paletteSource(context, screensFor(context), signOut);
	});
}

/**
 * The session lives on where the server could not be told.
 * @param {Problem} problem
 * @returns {Promise<boolean>} whether to try again
 */
function askToTryAgain(problem) {
	return confirm({ title: t('account.sign_out'), text: explain(problem), harmless: true,
		details: html`<p>${t('problem.still_signed_in')}</p>`, yes: t('action.try_again'),
		no: t('action.close') });
}

async function signOut() {
	const problem = await call('DELETE', 'session', { final: true }).then(() => null, asProblem);

	if (problem && !mustSignIn(problem)) {
		if (await askToTryAgain(problem)) {
			await signOut();
		}
		return;
	}
	dropToasts();
	noteSignedIn(false);
	location.replace('sign-in.html');
}

/**
 * @param {Context} context
 * @param {() => void} redraw
 */
function barTemplate(context, redraw) {
	const { user, features } = context.session;

	return html`
		<button class="button bar-menu" type="button" popovertarget="menu"
			aria-label=${t('menu.open')}>
			${icons.menu}</button>
		<a class="brand" href="./">${siteMark(features)}</a>
		<span class="bar-space"></span>
		<button class="button" type="button" title=${t('palette.button')}
			aria-label=${t('palette.button')} @click=${() => openSearch(context)}>
			${icons.search}</button>
		${user.two_factor === 'disabled' ? html`<a class="button no-factor"
			href="./?p=profile-totp" title=${t('account.no_factor_text')}>
			${icons.shield}<span class="bar-word">${t('account.no_factor')}</span></a>` : nothing}
		${accountMenu(user, redraw, signOut)}`;
}

/**
 * @param {Context} context
 * @param {string} current name of the screen
 */
export function drawShell(context, current) {
	const menu = byId('menu');
	const redraw = () => render(barTemplate(context, redraw), byId('bar'));

	redraw();
	drawMailBanner(context);
	drawJobStrip(context);
	byId('skip').textContent = t('page.skip');
	menu.setAttribute('aria-label', t('menu.title'));
	render(html`<ul>${menuOf(menuScreens(context)).map((item) => menuItem(item, current))}</ul>`,
		menu);
	if (menu.matches(':popover-open')) {
		menu.hidePopover();
	}
}
