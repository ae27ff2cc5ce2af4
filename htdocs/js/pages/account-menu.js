/* What concerns whoever is signed in: their profile, how the page looks to them, the way out. */
import { call } from '../core/api.js';
import { entries } from '../ui/menu-button.js';
import { goTo } from '../core/router.js';
import { html, live } from '../core/html.js';
import { icons } from '../ui/icons.js';
import { language, languages, t } from '../core/i18n.js';
import { readPref, writePref } from '../core/prefs.js';

const THEMES = ['system', 'light', 'dark'];

/** @param {string} theme */
function setTheme(theme) {
	const { dataset } = document.documentElement;

	delete dataset.theme;
	if (theme !== 'system') {
		dataset.theme = theme;
	}
	writePref('theme', theme);
}

/**
 * Kept for the user too, wherever they sign in; if that fails, in this browser at least. Every
 * screen is drawn anew, by the browser.
 * @param {string} tag
 */
async function chooseLanguage(tag) {
	writePref('language', tag);
	await call('PUT', 'profile/language', { body: { language: tag } }).catch(() => {});
	location.reload();
}

/** @param {import('../records.js').Session['user']} user */
function ownScreens(user) {
	const go = (/** @type {string} */ screen) => () => goTo(`./?p=${screen}`);

	return [
		{ label: t('profile.title'), run: go('profile') },
		...user.two_factor === 'totp' ? []
			: [{ label: t('profile.totp_enable'), run: go('profile-totp') }],
	];
}

/** @param {() => void} redraw */
function themeChoice(redraw) {
	const now = readPref('theme', 'system');
	const choose = (/** @type {string} */ name) => () => {
		setTheme(name);
		redraw();
	};

	return html`<div class="account-choice" role="group" aria-labelledby="account-theme">
		<span class="account-word" id="account-theme">${t('theme.title')}</span>
		<span class="account-themes">${THEMES.map((name) => html`
			<button type="button" class="button small" aria-pressed=${name === now}
				@click=${choose(name)}>${t(`theme.${name}`)}</button>`)}</span></div>`;
}

function languageChoice() {
	const use = (/** @type {Event} */ event) =>
		chooseLanguage(/** @type {HTMLSelectElement} */ (event.target).value);

	return html`<div class="account-choice">
		<label class="account-word" for="account-language">${t('language.title')}</label>
		<select class="input small" id="account-language" @change=${use}>
			${languages.map(({ tag, name }) => html`<option value=${tag} lang=${tag}
				.selected=${live(tag === language())}>${name}</option>`)}
		</select></div>`;
}

/**
 * @param {import('../records.js').Session['user']} user
 * @param {() => void} redraw when another theme is chosen
 * @param {() => void} signOut
 */
export function accountMenu(user, redraw, signOut) {
	const person = user.name || user.email;

	return html`<button class="button" type="button" popovertarget="account"
			aria-label=${t('account.button', { person })}>
			${icons.person}<span class="bar-word"><bdi>${person}</bdi></span> ${icons.down}</button>
		<div class="popup popup-end account" id="account" popover>
			<ul class="account-list">${entries(ownScreens(user))}</ul>
			${themeChoice(redraw)}
			${languageChoice()}
			<ul class="account-list">${entries([
		{ label: t('account.sign_out'), run: signOut },
	])}</ul>
		</div>`;
}
