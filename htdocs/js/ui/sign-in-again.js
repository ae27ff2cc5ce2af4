/*
 * The session ended while somebody typed: they sign in again over the form, which stays as it is.
 * Should it be somebody else who signs in, the page is loaded anew: nobody saves what another one
 * has typed.
 */
import { call } from '../core/api.js';
import { html, render } from '../core/html.js';
import { loadAnew } from '../core/router.js';
import { makeDialog, showDialog } from './dialog.js';
import { personName } from './words.js';
import { SignInSteps } from './sign-in-steps.js';
import { t } from '../core/i18n.js';

/** @typedef {import('./context.js').Context} Context */

/**
 * @param {string} email of the one who was signed in
 * @returns {Promise<boolean>} whether somebody is now
 */
async function askToSignIn(email) {
	const dialog = makeDialog('again');
	const close = () => dialog.close();
	const steps = new SignInSteps({ redraw: draw, begun: focus, done: close, email,
		scope: 'again-' });

	/** The address stands there already. */
	function focus() {
		/** @type {HTMLElement | null} */
		const first = dialog.querySelector('input:not([type=email], [hidden])');

		first?.focus();
	}

	function draw() {
		render(html`<div class="dialog-form">
			<h2 id="again-title">${steps.title}</h2>
			<p id="again-text">${t('sign_in.again')}</p>
			${steps.content(html`<button type="button" class="button" @click=${close}>
				${t('action.cancel')}</button>`)}
		</div>`, dialog);
	}

	const closed = showDialog(dialog);

	steps.begin();
	await closed;
	return steps.signedIn;
}

/** @param {import('../records.js').Session['user']} user who is signed in now */
async function sayWhoItIs(user) {
	const dialog = makeDialog('other');

	render(html`<form method="dialog" class="dialog-form">
		<h2 id="other-title">${t('sign_in.other_title')}</h2>
		<p id="other-text">${t('sign_in.other_text', { name: personName(user) })}</p>
		<div class="dialog-buttons"><button class="button primary" autofocus>
			${t('sign_in.other_button')}</button></div>
	</form>`, dialog);
	await showDialog(dialog);
	loadAnew();
}

/**
 * @param {Context} context of the one who was signed in
 * @returns {Promise<boolean>} whether they are again
 */
export async function signInAgain(context) {
	const { user } = context.session;

	if (!await askToSignIn(user.email)) {
		return false;
	}
	const { data } = await call('GET', 'session', { final: true }); // or it would wait for itself

	if (data.user.id !== user.id) {
		await sayWhoItIs(data.user);
		return false;
	}
	context.session = data;
	return true;
}
