/* System > Users > Users > Create user. */
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { checkField } from '../ui/field.js';
import { crumbs } from '../ui/crumbs.js';
import { emailField, groupsField, maskField, nameField, statusField } from './user-fields.js';
import { emailProblem, onlyWrong, passwordProblem } from '../lib/validate.js';
import { errorSummary, Form, saveButton } from '../ui/form.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { keyKeeper } from '../lib/once.js';
import { notice } from '../ui/notice.js';
import { passwordField } from '../ui/password-field.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @param {import('../ui/context.js').Context} context */
function emptyUser({ session }) {
	return {
		email: '',
		password: '',
		show: false,
		status: 'enabled',
		groups: [],
		name: '',
		send_to_email: false,
		mask_data: session.user.mask_data,
	};
}

/** The form of one user who does not exist yet. */
class UserCreate {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		this.context = context;
		this.features = context.session.features;
		this.keyOf = keyKeeper();
		this.form = new Form(emptyUser(context), () => this.draw());
	}

	show() {
		this.draw();
	}

	isDirty() {
		return this.form.isDirty();
	}

	/** An answer that comes late must not draw over the next screen. */
	close() {
		this.draw = () => {};
	}

	problems() {
		const { email, password } = this.form.values;

		return onlyWrong({
			email: emailProblem(email),
			password: passwordProblem(password, this.features.password_min),
		});
	}

	/** Once saved, the password exists nowhere in the page. */
	async send() {
		const { show, ...body } = this.form.values;

		await call('POST', 'users', { body, key: this.keyOf(body) });
		this.form.reset(emptyUser(this.context));
		showToast(t(body.send_to_email ? 'user.created_mailed' : 'user.created',
			{ email: body.email.trim() }));
		goTo('./?p=users');
	}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.form.save(this.problems(), () => this.send());
	}

	fields() {
		const { form, context, features } = this;

		return html`
			${emailField(form)}
			${passwordField(form, { label: t('user.password'),
				hint: t('user.password_hint', { count: features.password_min }) })}
			${statusField(form)}
			${groupsField(form, context)}
			${nameField(form)}
			${checkField(form, 'send_to_email', {
				label: t('user.send_to_email'),
				hint: t(features.mail ? 'user.send_to_email_hint' : 'user.send_to_email_barred'),
				disabled: !features.mail,
			})}
			${maskField(form, context)}`;
	}

	draw() {
		const { form, features } = this;

		setTitle(t('user.create_title'), { wrong: form.refused });
		render(html`
			${crumbs([['./?p=users', t('users.title')]], t('user.create_title'))}
			<div class="head"><h1 tabindex="-1">${t('user.create_title')}</h1></div>
			${errorSummary(form)}
			${features.mail ? nothing : notice(t('user.no_mail'))}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${this.fields()}
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href="./?p=users">${t('action.cancel')}</a>
				</div>
			</form>`, byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function userCreate(context) {
	return new UserCreate(context);
}
