/* Profile > Change password. */
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { crumbs } from '../ui/crumbs.js';
import { errorSummary, saveButton } from '../ui/form.js';
import { FormScreen } from '../ui/form-screen.js';
import { goTo } from '../core/router.js';
import { html, render } from '../core/html.js';
import { newPasswordFields, newPasswordProblems, NO_PASSWORD } from '../ui/new-password.js';
import { onlyWrong } from '../lib/validate.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';
import { textField } from '../ui/field.js';

const EMPTY = { current: '', ...NO_PASSWORD };

/**
 * @extends {FormScreen<typeof EMPTY>}
 */
class ProfilePassword extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor({ session }) {
		super(EMPTY);
		this.least = session.features.password_min;
	}

	show() {
		this.draw();
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
		goTo('./?p=profile');
	}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.form.save(this.problems(), () => this.send());
	}

	draw() {
		const { form } = this;
		const title = t('profile.password_change');

		setTitle(title, { wrong: form.refused });
		render(html`
			${crumbs([['./?p=profile', t('profile.title')]], title)}
			<div class="head"><h1 tabindex="-1">${title}</h1></div>
			${errorSummary(form)}
			<form class="card form" novalidate
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${textField(form, 'current', { label: t('profile.current_password'),
					type: form.values.show ? 'text' : 'password',
					autocomplete: 'current-password' })}
				${newPasswordFields(form, this.least)}
				<p class="field hint">${t('profile.password_text')}</p>
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href="./?p=profile">${t('action.cancel')}</a>
				</div>
			</form>`, byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function profilePassword(context) {
	return new ProfilePassword(context);
}
