/* Clients > Create client. */
import { explain } from '../ui/explain.js';
import { bodyOf, clientProblems, managerField, otherFields, personalFields, readManagers }
	from './client-fields.js';
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { crumbs } from '../ui/crumbs.js';
import { errorSummary, saveButton } from '../ui/form.js';
import { FormScreen } from '../ui/form-screen.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { keyKeeper } from '../lib/once.js';
import { notice } from '../ui/notice.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

const EMPTY = { name: '', email: '', phone: '', country: '', status: 'enabled', manager: '' };

/**
 * The form of one client who does not exist yet.
 * @extends {FormScreen<typeof EMPTY>}
 */
class ClientCreate extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(EMPTY);
		this.context = context;
		this.keyOf = keyKeeper();
		/** @type {import('../records.js').User[]} */
		this.managers = [];
	}

	show() {
		this.draw();
		return this.load();
	}

	async read() {
		this.managers = await readManagers(this.context);
	}

	async send() {
		const { manager, ...rest } = bodyOf(this.form.values);
		const body = manager ? { ...rest, manager } : rest;

		await call('POST', 'clients', { body, key: this.keyOf(body) });
		this.form.reset(EMPTY);
		showToast(t('client.created'));
		goTo('./?p=clients');
	}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.form.save(clientProblems(this.form.values), () => this.send());
	}

	draw() {
		const { form } = this;
		const { may, session } = this.context;

		setTitle(t('client.create_title'), { wrong: form.refused });
		render(html`
			${crumbs([['./?p=clients', t('clients.title')]], t('client.create_title'))}
			<div class="head"><h1 tabindex="-1">${t('client.create_title')}</h1></div>
			${this.problem ? notice(explain(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${errorSummary(form)}
			${session.user.mask_data ? notice(t('client.masked_create')) : nothing}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${personalFields(form)}
				${otherFields(form)}
				${may('users.view') ? managerField(form, this.managers) : nothing}
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href="./?p=clients">${t('action.cancel')}</a>
				</div>
			</form>`, byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function clientCreate(context) {
	return new ClientCreate(context);
}
