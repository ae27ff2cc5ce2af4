/*
 * A question before something that cannot be taken back. Cancel has the focus, Escape means no, and
 * the focus returns to where it was.
 */
import { html, nothing, render } from '../core/html.js';
import { makeDialog, showDialog } from './dialog.js';
import { t } from '../core/i18n.js';

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} text who and what: the person and the consequence
 * @property {unknown} [details] more of the consequence than a sentence
 * @property {string} yes the word on the button that does it
 * @property {string} [no]
 * @property {boolean} [harmless] it can be taken back
 */

/** @param {Question} question */
function template({ title, text, details, yes, no = t('action.cancel'), harmless }) {
	return html`<form method="dialog" class="dialog-form">
		<h2 id="question-title">${title}</h2>
		<div id="question-text"><p>${text}</p>${details ?? nothing}</div>
		<div class="dialog-buttons">
			<button class="button" value="no" autofocus>${no}</button>
			<button class="button ${harmless ? 'primary' : 'danger'}" value="yes">${yes}</button>
		</div>
	</form>`;
}

/**
 * @param {Question} question
 * @returns {Promise<boolean>}
 */
export async function confirm(question) {
	const dialog = makeDialog('question');

	render(template(question), dialog);
	return await showDialog(dialog) === 'yes';
}
