/* System > Mail > Send a test letter. Where it ends is shown on the letter's own page. */
import { call } from '../core/api.js';
import { emailProblem, onlyWrong } from '../lib/validate.js';
import { FormScreen } from '../ui/form-screen.js';
import { html } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { notice } from '../ui/notice.js';
import { saveButton } from '../ui/form.js';
import { t } from '../core/i18n.js';
import { textField } from '../ui/field.js';

/**
 * The form of a test letter.
 * @extends {FormScreen<{to: string}>}
 */
class MailTest extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor({ session }) {
		super({ to: session.user.email });
		this.features = session.features;
		this.keyOf = keyKeeper();
	}

	problems() {
		return onlyWrong({ to: emailProblem(this.form.values.to) });
	}

	async send() {
		const body = this.form.values;
		const { data } = await call('POST', 'mail/test', { body, key: this.keyOf(body) });

		this.form.reset(body);
		this.goOn(`./?p=letter&id=${data.id}`);
	}

	formTemplate() {
		const { form } = this;

		return html`${this.summary()}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${textField(form, 'to', { label: t('mail.to'), hint: t('mail.to_hint'),
					type: 'email', inputmode: 'email' })}
				<div class="form-buttons">
					${saveButton(form, t('mail.send'))}
					<a class="button" href="./?p=mail">${t('action.cancel')}</a>
				</div>
			</form>`;
	}

	content() {
		return this.features.mail ? this.formTemplate() : notice(t('mail.none'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new MailTest(context);
}
