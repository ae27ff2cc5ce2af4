/* System > Users > Users > Edit user > New password: credentials in place of lost ones. */
import { call } from '../core/api.js';
import { credentialsBody, credentialsFields, credentialsProblem, givenLink, NO_CREDENTIALS,
	sendField } from '../ui/one-time-link.js';
import { explainField, whyReadOnly } from '../ui/explain.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { notice } from '../ui/notice.js';
import { onlyWrong } from '../lib/validate.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').User} User */

/** @param {Record<string, any>} body what was saved */
function doneKey({ link, send_to_email: mailed }) {
	if (link) {
		return mailed ? 'credentials.linked' : 'link.missed';
	}
	return mailed ? 'credentials.mailed' : 'credentials.saved';
}

/**
 * The form of a new password for somebody else.
 * @extends {FormScreen<typeof NO_CREDENTIALS, 'users'>}
 */
class UserCredentials extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(NO_CREDENTIALS, 'users');
		this.context = context;
		this.features = context.session.features;
		this.keyOf = keyKeeper();
		/** @type {import('../ui/one-time-link.js').Linked | null} whose link is shown */
		this.linked = null;
	}

	get back() {
		return `./?p=user&id=${this.id}`;
	}

	get title() {
		return this.linked ? t('link.title') : super.title;
	}

	get subject() {
		return this.record?.email ?? '';
	}

	/** @returns {[string, string][]} */
	get above() {
		return [...super.above, [this.back, this.subject || t('user.view_title')]];
	}

	get here() {
		return this.title;
	}

	problems() {
		return onlyWrong({ password: credentialsProblem(this.form.values, this.features) });
	}

	/** Once saved, the password exists nowhere in the page; a link that is not mailed is shown. */
	async send() {
		const body = credentialsBody(this.form.values);
		const { data } = await call('POST', `${this.path}/credentials`,
			{ body, key: this.keyOf(body) });

		this.form.reset(NO_CREDENTIALS);
		if (data.link) {
			this.linked = { email: data.email, link: data.link };
			return;
		}
		showToast(t(doneKey(body), { email: data.email }));
		this.goOn(this.back);
	}

	/** @param {User} user */
	formTemplate({ email }) {
		const { form, features } = this;

		return html`${this.summary()}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				<p class="field">${t('credentials.text', { email })}</p>
				${credentialsFields(form, features)}
				${sendField(form, features)}
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href=${this.back}>${t('action.cancel')}</a>
				</div>
			</form>`;
	}

	/** Why there is nothing to fill in. @param {User} user */
	whyNot(user) {
		return whyReadOnly(this.context, user,
			{ needs: 'POST users/{id}/credentials', above: 'user.above' })
			|| explainField('user.own_credentials');
	}

	content() {
		if (this.linked) {
			return givenLink(this.linked, this.features, this.back);
		}
		if (!this.record) {
			return nothing;
		}
		return this.record.may.includes('credentials') ? this.formTemplate(this.record)
			: notice(this.whyNot(this.record));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new UserCredentials(context);
}
