/* System > Users > Users > Edit user > New password: credentials in place of lost ones. */
import { call } from '../core/api.js';
import { credentialsBody, credentialsFields, credentialsProblem, NO_CREDENTIALS, sendField }
	from '../ui/credentials.js';
import { explainField, whyReadOnly } from '../ui/explain.js';
import { FormScreen } from '../ui/form-screen.js';
import { givenBy, HandOver } from '../ui/hand-over.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { notice } from '../ui/notice.js';
import { onlyWrong } from '../lib/validate.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').User} User */

/** @param {Record<string, any>} body what was saved, and is not to be handed over */
function doneKey({ link, send_to_email: mailed }) {
	if (!mailed) {
		return 'link.missed';
	}
	return link ? 'credentials.linked' : 'credentials.mailed';
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
		/** @type {HandOver | null} what is to be handed over */
		this.handOver = null;
	}

	get back() {
		return `./?p=user&id=${this.id}`;
	}

	get title() {
		return this.handOver ? t('handover.title') : super.title;
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

	/** Once saved, the password exists nowhere in the page, unless it is to be handed over. */
	async send() {
		const body = credentialsBody(this.form.values);
		const answer = await call('POST', `${this.path}/credentials`,
			{ body, key: this.keyOf(body) });
		const given = givenBy(body, answer);

		this.form.reset(NO_CREDENTIALS);
		if (given) {
			this.handOver = new HandOver(this, this.context, given, this.back);
			this.draw();
			this.takeFocus();
			return;
		}
		showToast(t(doneKey(body), { email: answer.data.email }));
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
		if (this.handOver) {
			return this.handOver.template();
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
