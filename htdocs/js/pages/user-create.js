/* System > Users > Users > Create user. */
import { call } from '../core/api.js';
import { credentialsBody, credentialsFields, credentialsProblem, NO_CREDENTIALS, sendField }
	from '../ui/credentials.js';
import { emailField, groupsField, languageField, maskField, statusField, textFields, textsOf }
	from './user-fields.js';
import { emailProblem, onlyWrong } from '../lib/validate.js';
import { FormScreen } from '../ui/form-screen.js';
import { givenBy, HandOver } from '../ui/hand-over.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { notice } from '../ui/notice.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @param {import('../ui/context.js').Context} context */
function emptyUser({ session }) {
	return {
		...NO_CREDENTIALS,
		email: '',
		status: /** @type {import('../records.js').Status} */ ('enabled'),
		groups: /** @type {number[]} */ ([]),
		...textsOf({}),
		mask_data: session.user.mask_data,
		language: '',
	};
}

/**
 * The form of one user who does not exist yet.
 * @extends {FormScreen<ReturnType<typeof emptyUser>>}
 */
class UserCreate extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(emptyUser(context));
		this.context = context;
		this.features = context.session.features;
		this.keyOf = keyKeeper();
		/** @type {HandOver | null} what is to be handed over to the one who was made */
		this.handOver = null;
	}

	get title() {
		return this.handOver ? t('handover.title') : super.title;
	}

	get subject() {
		return this.handOver?.email ?? '';
	}

	problems() {
		const { values } = this.form;

		return onlyWrong({
			email: emailProblem(values.email),
			password: credentialsProblem(values, this.features),
		});
	}

	/** Once saved, the password exists nowhere in the page, unless it is to be handed over. */
	async send() {
		const body = credentialsBody(this.form.values);
		const answer = await call('POST', 'users', { body, key: this.keyOf(body) });
		const given = givenBy(body, answer);

		this.form.reset(emptyUser(this.context));
		showToast(t(body.send_to_email ? 'user.created_mailed' : 'user.created',
			{ email: answer.data.email }));
		if (given) {
			this.handOver = new HandOver(this, this.context, given, './?p=users');
			this.draw();
			this.takeFocus();
			return;
		}
		if (!body.send_to_email) {
			showToast(t('link.missed'));
		}
		this.goOn('./?p=users');
	}

	fields() {
		const { form, context, features } = this;

		return html`
			${emailField(form)}
			${credentialsFields(form, features)}
			${statusField(form)}
			${groupsField(form, context)}
			${textFields(form)}
			${sendField(form, features)}
			${maskField(form, context)}
			${languageField(form)}`;
	}

	formTemplate() {
		const { form, features } = this;

		return html`${this.summary()}
			${features.mail ? nothing : notice(t('user.no_mail'))}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${this.fields()}
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href="./?p=users">${t('action.cancel')}</a>
				</div>
			</form>`;
	}

	content() {
		return this.handOver?.template() ?? this.formTemplate();
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new UserCreate(context);
}
