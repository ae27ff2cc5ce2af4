/* What stands around every screen: the bar with theme and account, and the menu. */
import { byId } from '../ui/page.js';
import { call } from '../core/api.js';
import { drawMailBanner } from './mail-banner.js';
import { drawJobStrip } from './job-strip.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { icons } from '../ui/icons.js';
import { languageMenu } from '../ui/language-menu.js';
import { menuButton } from '../ui/menu-button.js';
import { openPalette } from '../ui/palette.js';
import { paletteSource } from './palette-entries.js';
import { screenOf, screensFor } from './screens.js';
import { readPref, writePref } from '../core/prefs.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/context.js').Context} Context */

/**
 * A heading, or a screen under it.
 * @typedef {object} MenuItem
 * @property {string} label message key
 * @property {MenuItem[]} items none of a screen
 * @property {ReturnType<typeof screensFor>[number]} [screen]
 */

const THEMES = ['system', 'light', 'dark'];

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
	openPalette(paletteSource(context, screensFor(context), signOut));
}

/** @param {string} theme */
function setTheme(theme) {
	const { dataset } = document.documentElement;

	delete dataset.theme;
	if (theme !== 'system') {
		dataset.theme = theme;
	}
	writePref('theme', theme);
}

/** @param {import('../records.js').Session['user']} user */
function accountActions(user) {
	const go = (/** @type {string} */ screen) => () => goTo(`./?p=${screen}`);

	return [
		{ label: t('profile.title'), run: go('profile') },
		...user.two_factor === 'totp' ? []
			: [{ label: t('profile.totp_enable'), run: go('profile-totp') }],
		{ label: t('account.sign_out'), run: signOut },
	];
}

/**
 * Kept for the user too, wherever they sign in; if that fails, in this browser at least. Every
 * screen is drawn anew, by the browser.
 * @param {string} tag
 */
async function chooseLanguage(tag) {
	await call('PUT', 'profile/language', { body: { language: tag } }).catch(() => {});
	location.reload();
}

/** The session is over even if the server could not be told: it ends by itself. */
async function signOut() {
	await call('DELETE', 'session', { final: true }).catch(() => {});
	location.replace('sign-in.html');
}

/**
 * @param {Context} context
 * @param {() => void} redraw
 */
function barTemplate(context, redraw) {
	const { session } = context;
	const theme = t('theme.button', { theme: t(`theme.${readPref('theme', 'system')}`) });
	const { user, features } = session;
	const person = user.name || user.email;

	return html`
		<button class="button bar-menu" type="button" popovertarget="menu"
			aria-label=${t('menu.open')}>
			${icons.menu}</button>
		<a class="brand" href="./">${features.name}</a>
		<span class="bar-space"></span>
		<button class="button" type="button" title=${t('palette.button')}
			aria-label=${t('palette.button')} @click=${() => openSearch(context)}>
			${icons.search}</button>
		${menuButton('themes', html`${icons.theme}<span class="bar-word">${theme}</span>`,
			THEMES.map((name) => ({
				label: t(`theme.${name}`),
				run: () => {
					setTheme(name);
					redraw();
				},
			})), theme)}
		${languageMenu(chooseLanguage)}
		${menuButton('account', html`${icons.person}<span class="bar-word">${person}</span>`,
			accountActions(user), t('account.button', { person }))}`;
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
