/*
 * The way in: password, then a code if one is asked for, then a new password if the first one was
 * known to somebody else, then an authenticator app if the settings demand one. Each step is a
 * form; the server says which one comes next. The sign-in page shows them, and the page where
 * somebody typed while the session ended. On the sign-in page there is a way around the first step
 * for those who have a link or have forgotten the password.
 */
import { announce } from './page.js';
import { asProblem } from './explain.js';
import { call } from '../core/api.js';
import { Countdown } from './countdown.js';
import { codeField, codeProblem, enrolmentFields, readEnrolment, recoveryCodes } from './totp.js';
import { errorSummary, Form, saveButton } from './form.js';
import { forgottenStep, linkStep } from './recovery.js';
import { html, nothing } from '../core/html.js';
import { newPasswordFields, newPasswordProblems, NO_PASSWORD } from './new-password.js';
import { notice } from './notice.js';
import { onlyWrong } from '../lib/validate.js';
import { LIMITS } from '../contract.js';
import { passwordType, showPassword } from './password-field.js';
import { t } from '../core/i18n.js';
import { textField, usernameField } from './field.js';

/** @typedef {import('../records.js').SignIn} SignIn */

/**
 * One step of signing in.
 * @typedef {object} Step
 * @property {string} title
 * @property {string} [text]
 * @property {Record<string, any>} values
 * @property {(form: Form<any>) => unknown} fields
 * @property {(values: Record<string, any>) => Record<string, string>} check
 * @property {(values: Record<string, any>) => Promise<{data: SignIn} | void>} send gives
 *     nothing when it has begun the next step itself
 * @property {(steps: SignInSteps) => unknown} [more] beneath the button
 * @property {string} button
 */

/**
 * Where the first step comes again: the sign-in took too long, its browser tab was another, or the
 * link was used meanwhile.
 * @type {Record<string, string>} code of a problem to key
 */
const BEGIN_AGAIN = { sign_in_expired: 'sign_in.begin_again', link_void: 'problem.link_void' };

/**
 * @param {string} label
 * @param {() => void} run
 */
const aside = (label, run) => html`<p><button type="button" class="button aside" @click=${run}>
	${label}</button></p>`;

/**
 * @param {{email: string, mayForget: boolean}} options
 * @returns {Step}
 */
const firstStep = ({ email, mayForget }) => ({
	title: 'sign_in.title',
	values: { email, password: '', show: false },
	fields: (form) => html`
		${textField(form, 'email', { label: t('user.email'), type: 'email', inputmode: 'email',
			autocomplete: 'username' })}
		${textField(form, 'password', { label: t('user.password'), type: passwordType(form),
			autocomplete: 'current-password' })}
		${showPassword(form)}`,
	check: ({ email: typed, password }) => onlyWrong({
		email: typed ? '' : 'email.required',
		password: password ? '' : 'password.missing',
	}),
	send: ({ email: typed, password }) =>
		call('POST', 'session', { body: { email: typed, password } }),
	more: (steps) => mayForget
		? aside(t('sign_in.forgotten'), () => steps.beginForgotten()) : nothing,
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
	more: (steps) => aside(t('sign_in.resend'), () => steps.resend()),
	button: 'sign_in.go_on',
};

/** @type {Step} */
const appStep = {
	...codeStep,
	text: 'sign_in.app_text',
	fields: (form) => codeField(form, { label: t('sign_in.code') }),
	more: () => nothing,
};

/**
 * @param {string} email of the first step
 * @returns {Step}
 */
const passwordStep = (email) => ({
	title: 'sign_in.password_title',
	text: 'sign_in.password_text',
	values: NO_PASSWORD,
	fields: (form) => html`${usernameField(email)}
		${newPasswordFields(form, LIMITS.password_min)}`,
	check: newPasswordProblems,
	send: ({ password }) => call('POST', 'session/password', { body: { password } }),
	button: 'action.save',
});

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
	 * @param {boolean} [options.mayForget] offer the way back for a forgotten password
	 */
	constructor({ redraw, begun, done, email = '', message = '', scope = '', mayForget = false }) {
		this.options = { redraw, begun, done, email, scope, mayForget };
		this.message = message;
		this.signedIn = false;
		this.email = email; // whoever came past the first step
		this.hasCapsLock = false;
		this.wait = new Countdown(redraw);
		this.step = this.first();
		this.form = new Form(this.step.values, redraw, { scope });
	}

	first() {
		const { email, mayForget } = this.options;

		return firstStep({ email, mayForget });
	}

	/** @param {Step} step */
	begin(step = this.first()) {
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

	/** @param {SignIn} done */
	async follow({ state, method, recovery_codes: codes }) {
		this.message = '';
		this.signedIn = state === 'signed_in';
		if (state === 'code_required') {
			this.begin(method === 'totp' ? appStep : codeStep);
		} else if (state === 'password_change_required') {
			this.begin(passwordStep(this.email));
		} else if (state === 'totp_enrolment_required') {
			await this.beginEnrolment();
		} else if (codes) {
			this.begin(recoveryStep(codes));
		} else {
			this.options.done();
		}
	}

	/** @param {string} message key of what to say at the first step */
	beginAgain(message) {
		this.message = message;
		this.begin();
		announce(message && t(message));
	}

	beginForgotten() {
		this.message = '';
		this.begin({
			...forgottenStep(this.form.values.email, (message) => this.beginAgain(message)),
			more: () => aside(t('sign_in.back'), () => this.beginAgain('')),
		});
	}

	/** @param {string} token of a one-time link */
	async beginLink(token) {
		try {
			this.begin(await linkStep(token, (message) => this.beginAgain(message)));
		} catch (error) {
			const problem = asProblem(error);

			this.beginAgain(BEGIN_AGAIN[problem.code] ?? '');
			this.form.problem = this.message ? null : problem;
			this.options.redraw();
		}
	}

	/** @param {Event} event */
	async submit(event) {
		const { form, step } = this;

		event.preventDefault();
		await form.save(step.check(form.values), async () => {
			this.email = form.values.email ?? this.email;
			const answer = await step.send(form.values);

			if (answer) {
				await this.follow(answer.data);
			}
		});
		this.wait.begin(form.problem?.retryAfter ?? 0);
		const message = BEGIN_AGAIN[form.problem?.code ?? ''];

		if (message) {
			this.beginAgain(message);
		}
	}

	async resend() {
		await this.form.save({}, async () => {
			await call('POST', 'session/code/resend', { body: {} });
			this.message = 'sign_in.code_sent';
			announce(t(this.message));
		});
	}

	/** @param {KeyboardEvent} event */
	noteCapsLock(event) {
		const target = /** @type {HTMLElement} */ (event.target);
		const has = target.matches('[autocomplete$="password"]')
			&& event.getModifierState('CapsLock');

		if (has !== this.hasCapsLock) {
			this.hasCapsLock = has;
			this.options.redraw();
		}
	}

	/**
	 * The form of the step, with what is to be said before it.
	 * @param {unknown} [beside] another button
	 */
	content(beside = nothing) {
		const { form, step, message } = this;

		return html`
			${message ? notice(t(message)) : nothing}
			${step.text ? html`<p>${t(step.text)}</p>` : nothing}
			${errorSummary(form)}
			<form class="form" novalidate
				@submit=${(/** @type {Event} */ event) => this.submit(event)}
				@keydown=${(/** @type {KeyboardEvent} */ event) => this.noteCapsLock(event)}
				@keyup=${(/** @type {KeyboardEvent} */ event) => this.noteCapsLock(event)}>
				${step.fields(form)}
				<p class="hint said" role="status">${this.hasCapsLock ? t('sign_in.caps_lock')
			: nothing}</p>
				<div class="form-buttons">${saveButton(form, t(step.button))} ${beside}
					${this.wait.template()}</div>
			</form>
			${step.more?.(this) ?? nothing}`;
	}
}
