/*
 * The steps of signing in that need no password: choosing one by a link, and asking for such a link
 * because the password is forgotten. Each ends with a message at the first step.
 */
import { call } from '../core/api.js';
import { emailProblem, onlyWrong } from '../lib/validate.js';
import { html } from '../core/html.js';
import { newPasswordFields, newPasswordProblems, NO_PASSWORD } from './new-password.js';
import { t } from '../core/i18n.js';
import { textField, usernameField } from './field.js';

/** The token of the page's address, which then holds it no longer: not in the history either. */
export function takeToken() {
	const token = new URLSearchParams(location.hash.slice(1)).get('set') ?? '';

	if (token) {
		history.replaceState(null, '', location.pathname + location.search);
	}
	return token;
}

/**
 * Asks what the link is good for. Throws a Problem when it is good no longer.
 * @param {string} token
 * @param {(message: string) => void} done with the key of what to say
 * @returns {Promise<import('./sign-in-steps.js').Step>}
 */
export async function linkStep(token, done) {
	const { data } = await call('POST', 'session/link', { body: { token } });

	return {
		title: 'sign_in.link_title',
		text: 'sign_in.link_text',
		values: NO_PASSWORD,
		fields: (form) => html`${usernameField(data.email)}
			${newPasswordFields(form, data.password_min)}`,
		check: newPasswordProblems,
		send: async ({ password }) => {
			await call('POST', 'session/link/password', { body: { token, password } });
			done('sign_in.link_done');
		},
		button: 'action.save',
	};
}

/**
 * @param {string} email to begin with
 * @param {(message: string) => void} done with the key of what to say
 * @returns {import('./sign-in-steps.js').Step}
 */
export function forgottenStep(email, done) {
	return {
		title: 'sign_in.forgotten_title',
		text: 'sign_in.forgotten_text',
		values: { email },
		fields: (form) => textField(form, 'email', { label: t('user.email'), type: 'email',
			inputmode: 'email', autocomplete: 'username' }),
		check: ({ email: typed }) => onlyWrong({ email: emailProblem(typed) }),
		send: async ({ email: typed }) => {
			await call('POST', 'session/forgotten', { body: { email: typed } });
			done('sign_in.forgotten_sent');
		},
		button: 'sign_in.forgotten_send',
	};
}
