/*
 * Profile > Enable 2FA: the enrolment of an authenticator app in steps (password, first code,
 * recovery codes), and what can be done with an app that is in use.
 */
import { call } from '../core/api.js';
import { codeField, codeProblem, enrolmentFields, readEnrolment, recoveryCodes }
	from '../ui/totp.js';
import { confirm } from '../ui/confirm.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { onlyWrong } from '../lib/validate.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';
import { textField, usernameField } from '../ui/field.js';

const EMPTY = { password: '', code: '' };

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {unknown} fields
 * @property {(values: Record<string, any>) => Record<string, string>} wrong
 * @property {() => Promise<void>} send
 * @property {string} button
 * @property {unknown} [more] buttons beside it
 */

/**
 * @extends {FormScreen<typeof EMPTY>}
 */
class ProfileTotp extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(EMPTY);
		this.user = context.session.user;
		/** @type {import('../records.js').TotpState | null} */
		this.state = null;
		this.moving = false; // to another app
		/** @type {import('../ui/totp.js').Enrolment | null} */
		this.enrolment = null;
		/** @type {string[] | null} shown once */
		this.codes = null;
	}

	get title() {
		return this.codes ? t('totp.codes_title') : this.step().title;
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		this.state = (await call('GET', 'profile/totp', { signal })).data;
	}

	problems() {
		return onlyWrong(this.step().wrong(this.form.values));
	}

	send() {
		return this.step().send();
	}

	/** Before the server has told, what it told at the sign-in is to be expected. */
	get hasApp() {
		return this.state ? this.state.method === 'totp' : this.user.two_factor === 'totp';
	}

	/**
	 * The step that is done leaves nothing behind, and reading begins anew at the heading.
	 * @param {typeof EMPTY} [values]
	 */
	next(values = EMPTY) {
		this.form.reset(values);
		this.draw();
		this.takeFocus();
	}

	async begin() {
		const { password, code } = this.form.values;
		const body = this.hasApp ? { password, code } : { password };
		const { data } = await call('POST', 'profile/totp', { body });

		this.enrolment = await readEnrolment(data);
		this.next();
	}

	async confirm() {
		const { code } = this.form.values;
		const { data } = await call('PUT', 'profile/totp', { body: { code } });

		this.codes = data.recovery_codes;
		this.user.two_factor = 'totp';
		this.next();
	}

	async renew() {
		const { code } = this.form.values;
		const { data } = await call('POST', 'profile/recovery-codes', { body: { code } });

		this.codes = data.recovery_codes;
		this.next();
	}

	async end() {
		const { code } = this.form.values;

		await call('DELETE', 'profile/totp', { body: { code } });
		this.form.reset(EMPTY);
		showToast(t('totp.ended'));
		this.goOn('./?p=profile');
	}

	async askToEnd() {
		const wrong = onlyWrong({ code: codeProblem(this.form.values.code) });

		if (Object.keys(wrong).length > 0 || await confirm({ title: t('totp.end_title'),
			text: t('totp.end_text'), yes: t('totp.end') })) {
			await this.form.save(wrong, () => this.end());
		}
	}

	/** A code that was typed already is good for that too. */
	move() {
		this.moving = true;
		this.next({ ...EMPTY, code: this.form.values.code });
	}

	/** @returns {Step} */
	beginStep() {
		const { form, hasApp } = this;

		return {
			title: t(hasApp ? 'totp.move' : 'profile.totp_enable'),
			fields: html`
				<p class="field">${t('totp.text')}</p>
				${usernameField(this.user.email)}
				${textField(form, 'password', { label: t('profile.current_password'),
					type: 'password', autocomplete: 'current-password' })}
				${hasApp ? codeField(form, { label: t('totp.own_code') }) : nothing}`,
			wrong: ({ password, code }) => ({ password: password ? '' : 'password.missing',
				code: hasApp ? codeProblem(code) : '' }),
			send: () => this.begin(),
			button: t('totp.go_on'),
		};
	}

	/**
	 * @param {import('../ui/totp.js').Enrolment} enrolment
	 * @returns {Step}
	 */
	scanStep(enrolment) {
		return {
			title: t('totp.scan_title'),
			fields: enrolmentFields(this.form, enrolment),
			wrong: ({ code }) => ({ code: codeProblem(code) }),
			send: () => this.confirm(),
			button: t('totp.confirm'),
		};
	}

	/** @returns {Step} */
	manageStep() {
		const { state } = this;

		return {
			title: t('profile.totp_change'),
			fields: html`
				<p class="field">
					${t('profile.codes_left', { count: state?.recovery_codes ?? 0 })}</p>
				${codeField(this.form, { label: t('totp.own_code'),
					hint: t('totp.own_code_hint') })}`,
			wrong: ({ code }) => ({ code: codeProblem(code) }),
			send: () => this.renew(),
			button: t('totp.renew'),
			more: html`
				<button type="button" class="button" @click=${() => this.move()}>
					${t('totp.move')}</button>
				${state?.required ? nothing : html`<button type="button" class="button"
					@click=${() => this.askToEnd()}>${t('totp.end')}</button>`}`,
		};
	}

	/** @returns {Step} */
	step() {
		if (this.enrolment) {
			return this.scanStep(this.enrolment);
		}
		return this.hasApp && !this.moving ? this.manageStep() : this.beginStep();
	}

	/** @param {Step} step */
	formTemplate(step) {
		return html`
			${this.summary()}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${step.fields}
				<div class="form-buttons">
					${saveButton(this.form, step.button)}
					${step.more ?? nothing}
					<a class="button" href="./?p=profile">${t('action.cancel')}</a>
				</div>
			</form>`;
	}

	/** @param {string[]} codes */
	codesTemplate(codes) {
		return html`<section class="card facts">
			${recoveryCodes(codes)}
			<p class="form-buttons"><a class="button primary" href="./?p=profile">
				${t('totp.kept')}</a></p>
		</section>`;
	}

	content() {
		if (!this.state || this.problem) {
			return nothing;
		}
		return this.codes ? this.codesTemplate(this.codes) : this.formTemplate(this.step());
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new ProfileTotp(context);
}
