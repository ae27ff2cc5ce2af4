/* Profile > Change password. */
import { call } from '../core/api.js';
import { FormScreen } from '../ui/form-screen.js';
import { html } from '../core/html.js';
import { newPasswordFields, newPasswordProblems, NO_PASSWORD } from '../ui/new-password.js';
import { onlyWrong } from '../lib/validate.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';
import { textField, usernameField } from '../ui/field.js';

const EMPTY = { current: '', ...NO_PASSWORD };

/**
 * @extends {FormScreen<typeof EMPTY>}
 */
class ProfilePassword extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor({ session }) {
		super(EMPTY);
		this.least = session.features.password_min;
		this.email = session.user.email;
	}

	problems() {
		const { values } = this.form;

		return { ...onlyWrong({ current: values.current ? '' : 'current.required' }),
			...newPasswordProblems(values) };
	}

	/** Once saved, the passwords exist nowhere in the page. */
	async send() {
		const { current, password } = this.form.values;

		await call('PUT', 'profile/password', { body: { current, password } });
		this.form.reset(EMPTY);
		showToast(t('profile.password_changed'));
		this.goOn('./?p=profile');
	}

	content() {
		const { form } = this;

		return html`
			${this.summary()}
			<form class="card form" novalidate
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${usernameField(this.email)}
				${textField(form, 'current', { label: t('profile.current_password'),
					type: form.values.show ? 'text' : 'password',
					autocomplete: 'current-password' })}
				${newPasswordFields(form, this.least)}
				<p class="field hint">${t('profile.password_text')}</p>
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href="./?p=profile">${t('action.cancel')}</a>
				</div>
			</form>`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new ProfilePassword(context);
}
