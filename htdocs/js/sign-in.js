/*
 * The way in: password, then a code if one is asked for, then a new password if the first one was
 * known to somebody else, then an authenticator app if the settings demand one. Each step is a
 * form; the server says which one comes next.
 */
import { announce, byId, setProduct, setTitle } from './ui/page.js';
import { call } from './core/api.js';
import { errorSummary, Form, saveButton } from './ui/form.js';
import { codeField, codeProblem, enrolmentFields, readEnrolment, recoveryCodes }
	from './ui/totp.js';
import { html, nothing, render } from './core/html.js';
import { languageMenu } from './ui/language-menu.js';
import { loadMessages, t } from './core/i18n.js';
import { newPasswordFields, newPasswordProblems, NO_PASSWORD } from './ui/new-password.js';
import { notice } from './ui/notice.js';
import { onlyWrong } from './lib/validate.js';
import { safeNext } from './lib/next.js';
import { textField } from './ui/field.js';

const PASSWORD_MIN = 15; // only for the hint; the server decides

/** @typedef {import('./records.js').SignInStep} SignInStep */

/**
 * One step of signing in.
 * @typedef {object} Step
 * @property {string} title
 * @property {string} [text]
 * @property {Record<string, any>} values
 * @property {() => unknown} fields
 * @property {(values: Record<string, any>) => Record<string, string>} check
 * @property {(values: Record<string, any>) => Promise<{data: SignInStep}>} send
 * @property {() => unknown} [more] beneath the button
 * @property {string} button
 */

const params = new URLSearchParams(location.search);
let message = params.has('ended') ? 'sign_in.ended' : '';
/** @type {Form<any>} */
let form = new Form({}, () => {});
/** @type {Step} */
let step;

/** @param {Step} next */
function begin(next) {
	step = next;
	form = new Form(next.values, draw);
	draw();
	document.querySelector('input')?.focus();
}

async function beginEnrolment() {
	const { data } = await call('POST', 'session/totp', { body: {} });

	begin(enrolmentStep(await readEnrolment(data)));
}

/** @param {SignInStep} done */
async function follow({ state, method, recovery_codes: codes }) {
	message = '';
	if (state === 'code_required') {
		begin(method === 'totp' ? appStep : codeStep);
	} else if (state === 'password_change_required') {
		begin(passwordStep);
	} else if (state === 'totp_enrolment_required') {
		await beginEnrolment();
	} else if (codes) {
		begin(recoveryStep(codes));
	} else {
		location.replace(`./${safeNext(params.get('next'))}`);
	}
}

/** The sign-in took too long, or its browser tab was another: the password comes first again. */
function beginAgain() {
	message = 'sign_in.begin_again';
	begin(firstStep);
}

/** @param {Event} event */
async function submit(event) {
	event.preventDefault();
	await form.save(step.check(form.values), async () => {
		const { data } = await step.send(form.values);

		await follow(data);
	});
	if (form.problem?.code === 'sign_in_expired') {
		beginAgain();
	}
}

async function resend() {
	await form.save({}, async () => {
		await call('POST', 'session/code/resend', { body: {} });
		message = 'sign_in.code_sent';
		announce(t(message));
	});
}

/** @type {Step} */
const firstStep = {
	title: 'sign_in.title',
	values: { email: '', password: '' },
	fields: () => html`
		${textField(form, 'email', { label: t('user.email'), type: 'email', inputmode: 'email',
			autocomplete: 'username' })}
		${textField(form, 'password', { label: t('user.password'), type: 'password',
			autocomplete: 'current-password' })}`,
	check: ({ email, password }) => onlyWrong({
		email: email ? '' : 'email.required',
		password: password ? '' : 'password.missing',
	}),
	send: ({ email, password }) => call('POST', 'session', { body: { email, password } }),
	button: 'sign_in.button',
};

/** @type {Step} */
const codeStep = {
	title: 'sign_in.code_title',
	text: 'sign_in.code_text',
	values: { code: '' },
	fields: () => textField(form, 'code', { label: t('sign_in.code'), inputmode: 'numeric',
		autocomplete: 'one-time-code' }),
	check: ({ code }) => onlyWrong({ code: codeProblem(code) }),
	send: ({ code }) => call('POST', 'session/code', { body: { code } }),
	more: () => html`<p><button type="button" class="button" @click=${resend}>
		${t('sign_in.resend')}</button></p>`,
	button: 'sign_in.go_on',
};

/** @type {Step} */
const appStep = {
	...codeStep,
	text: 'sign_in.app_text',
	fields: () => codeField(form, { label: t('sign_in.code') }),
	more: () => nothing,
};

/** @type {Step} */
const passwordStep = {
	title: 'sign_in.password_title',
	text: 'sign_in.password_text',
	values: NO_PASSWORD,
	fields: () => newPasswordFields(form, PASSWORD_MIN),
	check: newPasswordProblems,
	send: ({ password }) => call('POST', 'session/password', { body: { password } }),
	button: 'action.save',
};

/**
 * @param {import('./ui/totp.js').Enrolment} enrolment
 * @returns {Step}
 */
const enrolmentStep = (enrolment) => ({
	title: 'totp.scan_title',
	text: 'sign_in.enrolment_text',
	values: { code: '' },
	fields: () => enrolmentFields(form, enrolment),
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

/** @param {string} tag */
async function chooseLanguage(tag) {
	await loadMessages(tag);
	draw();
}

function draw() {
	setTitle(t(step.title), { wrong: form.refused });
	render(html`<div class="card">
		<h1 tabindex="-1">${t(step.title)}</h1>
		${message ? notice(t(message)) : nothing}
		${step.text ? html`<p>${t(step.text)}</p>` : nothing}
		${errorSummary(form)}
		<form class="form" novalidate @submit=${submit}>
			${step.fields()}
			<div class="form-buttons">${saveButton(form, t(step.button))}</div>
		</form>
		${step.more?.() ?? nothing}
	</div>
	<div class="alone-foot">${languageMenu(chooseLanguage)}</div>`, byId('main'));
}

async function start() {
	await loadMessages();
	setProduct(t('page.product'));
	begin(firstStep);
}

start();
