/* Clients > Create client. */
import { bodyOf, clientProblems, managerField, otherFields, personalFields, valuesOf }
	from './client-fields.js';
import { call } from '../core/api.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { notice } from '../ui/notice.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/**
 * The form of one client who does not exist yet.
 * @extends {FormScreen<import('./client-fields.js').Values>}
 */
class ClientCreate extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(valuesOf({}));
		this.context = context;
		this.keyOf = keyKeeper();
	}

	problems() {
		return clientProblems(this.form.values);
	}

	async send() {
		const { manager, ...rest } = bodyOf(this.form.values);
		const body = manager ? { ...rest, manager } : rest;

		await call('POST', 'clients', { body, key: this.keyOf(body) });
		this.form.reset(valuesOf({}));
		showToast(t('client.created'));
		this.goOn('./?p=clients');
	}

	content() {
		const { form } = this;
		const { may, session } = this.context;

		return html`
			${this.summary()}
			${session.user.mask_data ? notice(t('client.masked_create')) : nothing}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${personalFields(form)}
				${otherFields(form)}
				${may('GET users') ? managerField(form, this.context) : nothing}
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href="./?p=clients">${t('action.cancel')}</a>
				</div>
			</form>`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new ClientCreate(context);
}
