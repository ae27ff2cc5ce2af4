/* System > Users > Users > Edit user. What a viewer may not change is shown, but disabled. */
import { call } from '../core/api.js';
import { changesOf } from '../lib/changes.js';
import { confirm } from '../ui/confirm.js';
import { creatorLink, groupNames, statusBadge } from '../ui/words.js';
import { deliveryWords } from './mail-words.js';
import { emailField, groupsField, languageField, maskField, networksField, statusField,
	textFields, textsOf } from './user-fields.js';
import { emailProblem, onlyWrong } from '../lib/validate.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { menuButton } from '../ui/menu-button.js';
import { notice } from '../ui/notice.js';
import { saveButton } from '../ui/form.js';
import { SavedSince } from './saved-since.js';
import { showToast } from '../ui/toast.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';
import { twoFactorActions, twoFactorField } from './user-two-factor.js';
import { UserRights } from './user-rights.js';
import { whyReadOnly } from '../ui/explain.js';

/** @typedef {import('../records.js').UserWhole} User */

/**
 * The part of a record that the form can change: as the API takes it, but for the networks, which
 * are lines of a text here.
 * @param {import('../records.js').User} user
 */
function valuesOf(user) {
	const { email, status, groups, language, mask_data: masked, two_factor: twoFactor,
		ip_allow_list: networks } = user;

	return { ...textsOf(user), email, status, language, mask_data: masked,
		groups: groups.map(({ id }) => id).sort((a, b) => a - b), two_factor: twoFactor,
		ip_allow_list: networks.join('\n') };
}

/** @typedef {ReturnType<typeof valuesOf>} Values */

/**
 * What the API is asked to change.
 * @param {Values} saved
 * @param {Values} values
 */
function bodyOf(saved, values) {
	const { ip_allow_list: lines, two_factor: factor, ...body } = changesOf(saved, values);

	return {
		...body,
		...factor && factor !== 'totp' && { two_factor: factor }, // an app is its owner's to enrol
		...lines !== undefined && { ip_allow_list: lines.split(/[\s,;]+/).filter(Boolean) },
	};
}

/**
 * The form of one user who exists.
 * @extends {FormScreen<Values, 'users'>}
 */
class UserEdit extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super({}, 'users');
		this.context = context;
		this.since = new SavedSince(this, context, 'user');
		/** The last change has voided what the user was given to come in with. */
		this.hasNothing = false;
		this.rights = new UserRights(this, context.may('GET rooms'));
	}

	get title() {
		return this.mayUpdate ? super.title : t('user.view_title');
	}

	get subject() {
		return this.record?.email ?? '';
	}

	problems() {
		return onlyWrong({ email: emailProblem(this.form.values.email) });
	}

	/** @param {{data: import('../records.js').UserChanged & Partial<User>, etag: string}} answer */
	take({ data, etag }) {
		const { delivery = null } = this.record ?? {}; // no change answers with it

		super.take({ data: { delivery, ...data }, etag });
		this.form.reset(valuesOf(data));
		this.hasNothing = data.credentials_void === true;
		this.rights.refresh(this.id, data.groups.map(({ id }) => id));
	}

	async send() {
		const body = bodyOf(this.form.saved, this.form.values);

		if (Object.keys(body).length > 0) {
			this.take(await call('PATCH', this.path, { body, etag: this.etag }));
		}
		showToast(t('user.saved'));
	}

	async remove() {
		const { email } = this.form.saved;

		if (await confirm({ title: t('user.delete_title'), text: t('user.delete_text', { email }),
			yes: t('user.delete') })) {
			await this.form.save({}, () => this.sendRemoval());
		}
	}

	async sendRemoval() {
		const { email } = this.form.saved;

		await call('DELETE', this.path, { etag: this.etag });
		this.form.reset(this.form.saved);
		showToast(t('user.deleted', { email }));
		this.goOn('./?p=users');
	}

	/** Typed changes stay: the record itself is the same, only the delay is over. */
	async unlock() {
		const values = this.form.values;

		await this.form.save({}, async () => {
			this.take(await call('POST', `${this.path}/unlock`, { body: {} }));
			this.form.values = values;
			showToast(t('user.unlocked'));
		});
	}

	get isSelf() {
		return this.record?.id === this.context.session.user.id;
	}

	/** @param {import('../records.js').UserAct} act that the viewer may do with this user */
	may(act) {
		return this.record?.may.includes(act) === true;
	}

	/** Before the record is there, what it says is to be expected. */
	get mayUpdate() {
		return this.record?.may.includes('update') ?? this.context.may('PATCH users/{id}');
	}

	/** No record tells whether too many wrong codes have shut the second factor, which no time
	 * ends: who looks after its owner may open it. */
	get canBeShutOut() {
		return Boolean(this.record?.locked_until) || this.record?.two_factor !== 'disabled';
	}

	menu() {
		const actions = this.may('two_factor')
			? twoFactorActions(this.form, this.context.session.features) : [];

		if (this.may('unlock') && this.canBeShutOut) {
			actions.push({ label: t('user.unlock'), run: () => this.unlock() });
		}
		if (this.may('credentials')) {
			actions.push({ label: t('credentials.title'), run: () => this.giveCredentials() });
		}
		if (this.may('delete')) {
			actions.push({ label: t('user.delete'), run: () => this.remove(), danger: true });
		}
		return actions.length > 0 ? menuButton('actions', t('user.actions'), actions) : nothing;
	}

	/** What else there is about this user, and what can be done. */
	actions() {
		const { may } = this.context;
		const { id } = this;

		return this.record ? html`<span class="head-links">
			${may('GET sessions') ? html`<a class="button"
				href="./?p=sessions&user=${id}">${t('sessions.title')}</a>` : nothing}
			${may('GET audit') ? html`<a class="button"
				href="./?p=audit&target_type=user&target_id=${id}">
				${t('audit.title')}</a>` : nothing}
			${this.menu()}</span>` : nothing;
	}

	fields() {
		const { form, context } = this;
		const rule = { disabled: !this.may('update') };

		return html`
			${emailField(form, rule)}
			${statusField(form, this.ruleOf('status'))}
			${context.may('GET groups') ? groupsField(form, context, this.ruleOf('groups'))
				: nothing}
			${textFields(form, rule)}
			${languageField(form, rule)}
			${twoFactorField(form)}
			${maskField(form, context, this.ruleOf('mask_data'))}
			${networksField(form, rule)}`;
	}

	/**
	 * How a field is shown that takes more than the right to change the record.
	 * @param {import('../records.js').UserAct} act
	 */
	ruleOf(act) {
		if (this.may(act)) {
			return {};
		}
		return this.isSelf && this.may('update')
			? { disabled: true, hint: t('user.self_barred') } : { disabled: true };
	}

	giveCredentials() {
		this.goOn(`./?p=user-credentials&id=${this.id}`);
	}

	/** What is to be done now. @param {User} user */
	nextStep({ email }) {
		return this.hasNothing && this.may('credentials')
			? notice(t('user.credentials_void', { email }), { action: t('credentials.title'),
				run: () => this.giveCredentials() }) : nothing;
	}

	/** Why the viewer can only look at this user. @param {User} user */
	whyReadOnly(user) {
		const why = whyReadOnly(this.context, user,
			{ needs: 'PATCH users/{id}', above: 'user.above' });

		return why ? notice(why) : nothing;
	}

	/** @param {User} user */
	facts(user) {
		return html`<dl class="details">
			<dt>${t('user.id')}</dt><dd>${user.id}</dd>
			<dt>${t('user.status')}</dt><dd>${statusBadge(user.status)}
				${user.locked_until ? html`<br>${t('user.locked_until')}
					${stamp(user.locked_until)}` : nothing}</dd>
			<dt>${t('user.groups')}</dt><dd>${groupNames(user.groups) || t('user.groups_none')}</dd>
			<dt>${t('user.creator')}</dt><dd>${creatorLink(user)}</dd>
			<dt>${t('user.created_at')}</dt><dd>${stamp(user.created_at)}</dd>
			<dt>${t('user.last_sign_in_at')}</dt><dd>${stamp(user.last_sign_in_at)}</dd>
			<dt>${t('delivery.title')}</dt>
			<dd>${deliveryWords(user)}
				${user.delivery ? html`<br>${stamp(user.delivery.at)}` : nothing}
				${this.context.may('GET mail') ? html`<br><a href="./?p=mail&user=${user.id}">
					${t('delivery.all')}</a>` : nothing}</dd>
		</dl>`;
	}

	/** @param {User} user */
	formTemplate(user) {
		const editable = this.may('update');

		return html`
			${this.summary()}
			${this.since.template(t('user.stale'))}
			${this.nextStep(user)}
			${this.whyReadOnly(user)}
			<div class="beside">
				<form class="card form" novalidate autocomplete="off"
					@submit=${(/** @type {Event} */ event) => this.submit(event)}>
					${this.fields()}
					<div class="form-buttons">
						${editable ? saveButton(this.form, t('action.save')) : nothing}
						<a class="button" href="./?p=users">
							${t(editable ? 'action.cancel' : 'action.back')}</a>
					</div>
				</form>
				<div>
					<section class="card facts">${this.facts(user)}</section>
					${this.rights.template()}
				</div>
			</div>`;
	}

	content() {
		return this.record ? this.formTemplate(this.record) : nothing;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new UserEdit(context);
}
