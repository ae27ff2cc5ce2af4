/* System > Users > Users > Edit user > New password: credentials in place of lost ones. */
import { explain, explainField, whyReadOnly } from '../ui/explain.js';
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { credentialsBody, credentialsFields, credentialsProblem, givenLink, NO_CREDENTIALS,
	sendField } from '../ui/one-time-link.js';
import { crumbs } from '../ui/crumbs.js';
import { errorSummary, saveButton } from '../ui/form.js';
import { FormScreen } from '../ui/form-screen.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { keyKeeper } from '../lib/once.js';
import { notice } from '../ui/notice.js';
import { onlyWrong } from '../lib/validate.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @param {Record<string, any>} body what was saved */
function doneKey({ link, send_to_email: mailed }) {
	if (link) {
		return mailed ? 'credentials.linked' : 'link.missed';
	}
	return mailed ? 'credentials.mailed' : 'credentials.saved';
}

/**
 * The form of a new password for somebody else.
 * @extends {FormScreen<typeof NO_CREDENTIALS>}
 */
class UserCredentials extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(NO_CREDENTIALS);
		this.context = context;
		this.features = context.session.features;
		this.path = '';
		this.back = '';
		/** @type {import('../records.js').User | null} */
		this.user = null;
		this.keyOf = keyKeeper();
		/** @type {import('../ui/one-time-link.js').Linked | null} whose link is shown */
		this.linked = null;
	}

	/** @param {URLSearchParams} params */
	show(params) {
		const id = Number(params.get('id'));

		this.path = `users/${id}`;
		this.back = `./?p=user&id=${id}`;
		this.draw();
		return this.load();
	}

	async read() {
		this.user = (await call('GET', this.path)).data;
	}

	/** Once saved, the password exists nowhere in the page; a link that is not mailed is shown. */
	async send() {
		const body = credentialsBody(this.form.values);
		const { data } = await call('POST', `${this.path}/credentials`,
			{ body, key: this.keyOf(body) });

		this.form.reset(NO_CREDENTIALS);
		if (data.link) {
			this.linked = data;
			return;
		}
		showToast(t(doneKey(body), { email: data.email }));
		goTo(this.back);
	}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.form.save(onlyWrong({
			password: credentialsProblem(this.form.values, this.features),
		}), () => this.send());
	}

	/** @param {import('../records.js').User} user */
	formTemplate({ email }) {
		const { form, features } = this;

		return html`${errorSummary(form)}
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

	/** Why there is nothing to fill in. @param {import('../records.js').User} user */
	whyNot(user) {
		return whyReadOnly(this.context, user, { needs: 'users.update', above: 'user.above' })
			|| explainField('user.own_credentials');
	}

	/** @param {import('../records.js').User} user */
	content(user) {
		if (this.linked) {
			return givenLink(this.linked, this.features, this.back);
		}
		return user.may.includes('credentials') ? this.formTemplate(user)
			: notice(this.whyNot(user));
	}

	draw() {
		const title = t(this.linked ? 'link.title' : 'credentials.title');

		setTitle(title, { wrong: this.form.refused });
		render(html`
			${crumbs([['./?p=users', t('users.title')], [this.back, this.user?.email
				?? t('user.view_title')]], title)}
			<div class="head"><h1 tabindex="-1">${title}</h1></div>
			${this.problem ? notice(explain(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${this.user ? this.content(this.user) : nothing}`, byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function userCredentials(context) {
	return new UserCredentials(context);
}
