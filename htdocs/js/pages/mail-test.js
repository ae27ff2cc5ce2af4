/* System > Mail > Send a test letter. Where it ends is shown on the letter's own page. */
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { crumbs } from '../ui/crumbs.js';
import { emailProblem, onlyWrong } from '../lib/validate.js';
import { errorSummary, saveButton } from '../ui/form.js';
import { FormScreen } from '../ui/form-screen.js';
import { goTo } from '../core/router.js';
import { html, render } from '../core/html.js';
import { keyKeeper } from '../lib/once.js';
import { notice } from '../ui/notice.js';
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

	show() {
		this.draw();
	}

	async send() {
		const body = this.form.values;
		const { data } = await call('POST', 'mail/test', { body, key: this.keyOf(body) });

		this.form.reset(body);
		goTo(`./?p=letter&id=${data.id}`);
	}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.form.save(onlyWrong({ to: emailProblem(this.form.values.to) }),
			() => this.send());
	}

	formTemplate() {
		const { form } = this;

		return html`${errorSummary(form)}
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

	draw() {
		const title = t('mail.test_title');

		setTitle(title, { wrong: this.form.refused });
		render(html`
			${crumbs([['./?p=mail', t('mail.title')]], title)}
			<div class="head"><h1 tabindex="-1">${title}</h1></div>
			${this.features.mail ? this.formTemplate() : notice(t('mail.none'))}`, byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function mailTest(context) {
	return new MailTest(context);
}
