/*
 * A list as a file: a link that downloads it as the reader had it last, at first as spreadsheets of
 * their language want it, and beside it a choice of the form, which is remembered.
 */
import { addressOf } from '../core/api.js';
import { html } from '../core/html.js';
import { menuButton } from './menu-button.js';
import { readPref, writePref } from '../core/prefs.js';
import { tableSeparator, t } from '../core/i18n.js';

/** @typedef {Record<string, string>} Query */

/** @returns {'comma' | 'semicolon'} */
const kept = () => readPref('separator', tableSeparator() === ';' ? 'semicolon' : 'comma');

/**
 * As if a link had been followed: what has to be asked for before a download is (ui/downloads.js).
 * @param {string} href
 */
function download(href) {
	const link = document.createElement('a');

	link.href = href;
	link.download = '';
	document.body.append(link);
	link.click();
	link.remove();
}

/** @typedef {'users/export.csv' | 'clients/export.csv' | 'audit/export.csv'} Path */

/**
 * @param {Path} path
 * @param {Query} query the filters and the order
 * @param {'comma' | 'semicolon'} separator
 */
const inForm = (path, query, separator) => addressOf(path, { ...query, separator });

/**
 * The choice of the form.
 * @param {Path} path
 * @param {Query} query the filters and the order
 * @param {string} what is chosen
 * @param {[string, string][]} [more] other files: label and address
 */
export function exportMenu(path, query, what, more = []) {
	const choice = (/** @type {'comma' | 'semicolon'} */ separator) => ({
		label: t(`export.${separator}`),
		run: () => {
			writePref('separator', separator);
			download(inForm(path, query, separator));
		},
	});

	return menuButton('export-form',
		html`<span class="sr">${what}: ${t('export.form')}</span>`,
		[choice('comma'), choice('semicolon'),
			...more.map(([label, href]) => ({ label, run: () => download(href) }))]);
}

/**
 * @param {Path} path
 * @param {Query} query
 * @param {string} label of the link
 * @param {[string, string][]} [more]
 */
export function exportButtons(path, query, label, more) {
	const renew = (/** @type {Event} */ event) => { // another form was chosen, perhaps
		/** @type {HTMLAnchorElement} */ (event.currentTarget).href = inForm(path, query, kept());
	};

	return html`<span class="split"><a class="button" href=${inForm(path, query, kept())} download
		@click=${renew}>${label}</a>${exportMenu(path, query, label, more)}</span>`;
}
