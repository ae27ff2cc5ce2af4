/* The choice of a language, each named in itself. What is chosen is kept in this browser. */
import { html } from '../core/html.js';
import { icons } from './icons.js';
import { language, languageName, languages, t } from '../core/i18n.js';
import { menuButton } from './menu-button.js';
import { writePref } from '../core/prefs.js';

/** @typedef {import('../core/i18n.js').Language} Language */

/** @param {(tag: string) => void} chosen what else is to be done about it */
export function languageMenu(chosen) {
	const name = languageName(language());
	const actions = languages.map(({ tag, name: label }) => ({
		label,
		lang: tag,
		run: () => {
			writePref('language', tag);
			chosen(tag);
		},
	}));

	return menuButton('languages', html`${icons.language}<bdi class="bar-word">${name}</bdi>`,
		actions, t('language.button', { language: name }));
}
