/* What stands around every screen: the bar with theme and account, and the menu. */
import { byId } from '../ui/page.js';
import { call } from '../core/api.js';
import { drawMailBanner } from './mail-banner.js';
import { drawWorkStrip } from './work-strip.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { icons } from '../ui/icons.js';
import { languageMenu } from '../ui/language-menu.js';
import { menuButton } from '../ui/menu-button.js';
import { openPalette } from '../ui/palette.js';
import { paletteSource } from './palette-entries.js';
import { readPref, writePref } from '../core/prefs.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/context.js').Context} Context */

/**
 * @typedef {object} MenuItem
 * @property {string} label message key
 * @property {string} [screen] where it leads; none for a heading
 * @property {string[]} [also] screens that belong to it
 * @property {string} [needs] permission
 * @property {unknown} [icon]
 * @property {MenuItem[]} [items]
 */

/** @type {MenuItem[]} */
const MENU = [
	{ label: 'menu.system', items: [
		{ label: 'menu.users', items: [
			{ label: 'menu.users', screen: 'users', needs: 'users.view', icon: icons.users,
				also: ['user', 'user-create', 'user-credentials', 'user-import'] },
			{ label: 'menu.groups', screen: 'groups',
				also: ['group', 'group-create', 'groups-import'], needs: 'groups.view',
				icon: icons.groups },
		] },
		{ label: 'menu.sessions', screen: 'sessions', needs: 'sessions.view',
			icon: icons.sessions },
		{ label: 'menu.audit', screen: 'audit', also: ['audit-entry'], needs: 'audit.view',
			icon: icons.audit },
		{ label: 'menu.mail', screen: 'mail', also: ['letter', 'mail-preview', 'mail-test'],
			needs: 'mail.view', icon: icons.mail },
	] },
	{ label: 'menu.clients', screen: 'clients', also: ['client', 'client-create', 'client-import'],
		needs: 'clients.view', icon: icons.person },
];

const THEMES = ['system', 'light', 'dark'];

/**
 * What the viewer may see of a menu; a heading without anything under it goes too.
 * @param {Context} context
 * @param {MenuItem[]} items
 * @returns {MenuItem[]}
 */
function visible(context, items) {
	return items.map((item) => item.items ? { ...item, items: visible(context, item.items) } : item)
		.filter((item) => item.items ? item.items.length > 0 : context.may(item.needs ?? ''));
}

/**
 * @param {MenuItem[]} items
 * @returns {string}
 */
function firstOf(items) {
	const [first] = items;

	return first?.screen ?? (first?.items ? firstOf(first.items) : '');
}

/**
 * The screen that an address without one shows; "" when there is none for this viewer.
 * @param {Context} context
 */
export function firstScreen(context) {
	return firstOf(visible(context, MENU));
}

/**
 * @param {MenuItem} item
 * @param {string} current
 * @returns {unknown}
 */
function menuItem(item, current) {
	if (item.items) {
		return html`<li><span class="menu-group">${t(item.label)}</span>
			<ul>${item.items.map((under) => menuItem(under, current))}</ul></li>`;
	}
	const here = item.screen === current || item.also?.includes(current);

	return html`<li><a href="./?p=${item.screen}" aria-current=${here ? 'page' : nothing}>
		${item.icon} ${t(item.label)}</a></li>`;
}

/**
 * The menu without its headings.
 * @param {MenuItem[]} items
 * @returns {{label: string, screen: string}[]}
 */
function leaves(items) {
	return items.flatMap(({ label, screen = '', items: under }) =>
		under ? leaves(under) : [{ label: t(label), screen }]);
}

/** @param {Context} context */
export function openSearch(context) {
	openPalette(paletteSource(context, leaves(visible(context, MENU)), signOut));
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

/** @param {import('../records.js').Account} user */
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
	drawWorkStrip(context);
	byId('skip').textContent = t('page.skip');
	menu.setAttribute('aria-label', t('menu.title'));
	render(html`<ul>${visible(context, MENU).map((item) => menuItem(item, current))}</ul>`, menu);
	if (menu.matches(':popover-open')) {
		menu.hidePopover();
	}
}
