/*
 * The way in: password, then a code if one is asked for, then a new password if the first one was
 * known to somebody else, then an authenticator app if the settings demand one. Each step is a
 * form; the server says which one comes next. The sign-in page shows them, and the page where
 * somebody typed while the session ended.
 */
import { announce } from './page.js';
import { call } from '../core/api.js';
import { codeField, codeProblem, enrolmentFields, readEnrolment, recoveryCodes } from './totp.js';
import { errorSummary, Form, saveButton } from './form.js';
import { html, nothing } from '../core/html.js';
import { newPasswordFields, newPasswordProblems, NO_PASSWORD } from './new-password.js';
import { notice } from './notice.js';
import { onlyWrong } from '../lib/validate.js';
import { t } from '../core/i18n.js';
import { textField } from './field.js';

const PASSWORD_MIN = 15; // only for the hint; the server decides

/** @typedef {import('../records.js').SignInStep} SignInStep */

/**
 * One step of signing in.
 * @typedef {object} Step
 * @property {string} title
 * @property {string} [text]
 * @property {Record<string, any>} values
 * @property {(form: Form<any>) => unknown} fields
 * @property {(values: Record<string, any>) => Record<string, string>} check
 * @property {(values: Record<string, any>) => Promise<{data: SignInStep}>} send
 * @property {(steps: SignInSteps) => unknown} [more] beneath the button
 * @property {string} button
 */

/**
 * @param {string} email to begin with
 * @returns {Step}
 */
const firstStep = (email) => ({
	title: 'sign_in.title',
	values: { email, password: '' },
	fields: (form) => html`
		${textField(form, 'email', { label: t('user.email'), type: 'email', inputmode: 'email',
			autocomplete: 'username' })}
		${textField(form, 'password', { label: t('user.password'), type: 'password',
			autocomplete: 'current-password' })}`,
	check: ({ email: typed, password }) => onlyWrong({
		email: typed ? '' : 'email.required',
		password: password ? '' : 'password.missing',
	}),
	send: ({ email: typed, password }) =>
		call('POST', 'session', { body: { email: typed, password } }),
	button: 'sign_in.button',
});

/** @type {Step} */
const codeStep = {
	title: 'sign_in.code_title',
	text: 'sign_in.code_text',
	values: { code: '' },
	fields: (form) => textField(form, 'code', { label: t('sign_in.code'), inputmode: 'numeric',
		autocomplete: 'one-time-code' }),
	check: ({ code }) => onlyWrong({ code: codeProblem(code) }),
	send: ({ code }) => call('POST', 'session/code', { body: { code } }),
	more: (steps) => html`<p><button type="button" class="button" @click=${() => steps.resend()}>
		${t('sign_in.resend')}</button></p>`,
	button: 'sign_in.go_on',
};

/** @type {Step} */
const appStep = {
	...codeStep,
	text: 'sign_in.app_text',
	fields: (form) => codeField(form, { label: t('sign_in.code') }),
	more: () => nothing,
};

/** @type {Step} */
const passwordStep = {
	title: 'sign_in.password_title',
	text: 'sign_in.password_text',
	values: NO_PASSWORD,
	fields: (form) => newPasswordFields(form, PASSWORD_MIN),
	check: newPasswordProblems,
	send: ({ password }) => call('POST', 'session/password', { body: { password } }),
	button: 'action.save',
};

/**
 * @param {import('./totp.js').Enrolment} enrolment
 * @returns {Step}
 */
const enrolmentStep = (enrolment) => ({
	title: 'totp.scan_title',
	text: 'sign_in.enrolment_text',
	values: { code: '' },
	fields: (form) => enrolmentFields(form, enrolment),
	check: ({ code }) => onlyWrong({ code: codeProblem(code) }),
	send: ({ code }) => call('PUT', 'session/totp', { body: { code } }),
	button: 'totp.confirm',
});

/**
 * The session is there already; what is left is to keep the codes.
 * @param {string[]} codes
 * @returns {Step}
 */
const recoveryStep = (codes) => ({
	title: 'totp.codes_title',
	values: {},
	fields: () => recoveryCodes(codes),
	check: () => ({}),
	send: async () => ({ data: { state: 'signed_in' } }),
	button: 'totp.kept',
});

export class SignInSteps {
	/**
	 * @param {object} options
	 * @param {() => void} options.redraw what shows title and content()
	 * @param {() => void} options.begun a step was drawn for the first time
	 * @param {() => void} options.done
	 * @param {string} [options.email] to begin with
	 * @param {string} [options.message] key of what to say first
	 * @param {string} [options.scope] before the ids, in a dialog over another form
	 */
	constructor({ redraw, begun, done, email = '', message = '', scope = '' }) {
		this.options = { redraw, begun, done, email, scope };
		this.message = message;
		this.signedIn = false;
		this.step = firstStep(email);
		this.form = new Form(this.step.values, redraw, { scope });
	}

	/** @param {Step} step */
	begin(step = firstStep(this.options.email)) {
		const { redraw, begun, scope } = this.options;

		this.step = step;
		this.form = new Form(step.values, redraw, { scope });
		redraw();
		begun();
	}

	get title() {
		return t(this.step.title);
	}

	async beginEnrolment() {
		const { data } = await call('POST', 'session/totp', { body: {} });

		this.begin(enrolmentStep(await readEnrolment(data)));
	}

	/** @param {SignInStep} done */
	async follow({ state, method, recovery_codes: codes }) {
		this.message = '';
		this.signedIn = state === 'signed_in';
		if (state === 'code_required') {
			this.begin(method === 'totp' ? appStep : codeStep);
		} else if (state === 'password_change_required') {
			this.begin(passwordStep);
		} else if (state === 'totp_enrolment_required') {
			await this.beginEnrolment();
		} else if (codes) {
			this.begin(recoveryStep(codes));
		} else {
			this.options.done();
		}
	}

	/** It took too long, or its browser tab was another: the password comes first again. */
	beginAgain() {
		this.message = 'sign_in.begin_again';
		this.begin();
	}

	/** @param {Event} event */
	async submit(event) {
		const { form, step } = this;

		event.preventDefault();
		await form.save(step.check(form.values), async () => {
			const { data } = await step.send(form.values);

			await this.follow(data);
		});
		if (form.problem?.code === 'sign_in_expired') {
			this.beginAgain();
		}
	}

	async resend() {
		await this.form.save({}, async () => {
			await call('POST', 'session/code/resend', { body: {} });
			this.message = 'sign_in.code_sent';
			announce(t(this.message));
		});
	}

	/**
	 * The form of the step, with what is to be said before it.
	 * @param {unknown} [aside] another button
	 */
	content(aside = nothing) {
		const { form, step, message } = this;

		return html`
			${message ? notice(t(message)) : nothing}
			${step.text ? html`<p>${t(step.text)}</p>` : nothing}
			${errorSummary(form)}
			<form class="form" novalidate
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${step.fields(form)}
				<div class="form-buttons">${saveButton(form, t(step.button))} ${aside}</div>
			</form>
			${step.more?.(this) ?? nothing}`;
	}
}
