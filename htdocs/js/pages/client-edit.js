/*
 * Clients > Edit client; for a viewer who may only look, Client. What is masked is shown as
 * asterisks in fields that are closed, and is never sent.
 */
import { bodyOf, clientProblems, managerField, otherFields, personalFields, valuesOf }
	from './client-fields.js';
import { call } from '../core/api.js';
import { changesOf } from '../lib/changes.js';
import { confirm } from '../ui/confirm.js';
import { FormScreen } from '../ui/form-screen.js';
import { countryName } from '../ui/countries.js';
import { groupedPhone } from '../lib/phone.js';
import { html, nothing } from '../core/html.js';
import { MASKED } from '../contract.js';
import { menuButton } from '../ui/menu-button.js';
import { notice } from '../ui/notice.js';
import { noteName } from '../ui/records-found.js';
import { personName, statusBadge } from '../ui/words.js';
import { saveButton } from '../ui/form.js';
import { SavedSince } from './saved-since.js';
import { showToast } from '../ui/toast.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Client} Client */

/**
 * The form of one client who exists.
 * @extends {FormScreen<import('./client-fields.js').Values, 'clients'>}
 */
class ClientEdit extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super({}, 'clients');
		this.context = context;
		this.since = new SavedSince(this, context, 'client');
	}

	/** Before the record is there, what it says is to be expected. */
	get mayEdit() {
		return this.record?.may.includes('update') ?? this.context.may('PATCH clients/{id}');
	}

	get title() {
		return this.mayEdit ? super.title : t('client.title');
	}

	/** The asterisks of a masked name tell nobody apart. */
	get subject() {
		return this.record ? !this.record.masked && this.record.name || String(this.record.id) : '';
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		this.take(await call('GET', this.path, { signal }));
	}

	/** @param {{data: Client, etag: string}} answer */
	take(answer) {
		super.take(answer);
		this.form.reset(valuesOf(answer.data));
		if (answer.data.manager) {
			noteName('user', answer.data.manager);
		}
	}

	problems() {
		return this.record?.masked ? {} : clientProblems(this.form.values);
	}

	async send() {
		const body = changesOf(bodyOf(this.form.saved), bodyOf(this.form.values));

		if (this.record?.masked) {
			MASKED.Client.forEach((name) => delete body[name]);
		}
		if (Object.keys(body).length > 0) {
			this.take(await call('PATCH', this.path, { body, etag: this.etag }));
		}
		showToast(t('client.saved'));
	}

	/** @param {Client} client */
	async remove({ id, name }) {
		if (await confirm({ title: t('client.delete_title'),
			text: t('client.delete_text', { id: String(id), name }), yes: t('client.delete') })) {
			await this.form.save({}, () => this.sendRemoval());
		}
	}

	async sendRemoval() {
		await call('DELETE', this.path, { etag: this.etag });
		this.form.reset(this.form.saved);
		showToast(t('client.deleted'));
		this.goOn('./?p=clients');
	}

	actions() {
		const client = this.record;

		return client ? html`<span class="head-links">
			${this.context.may('GET audit') ? html`<a class="button"
				href="./?p=audit&target_type=client&target_id=${client.id}">
				${t('audit.title')}</a>` : nothing}
			${client.may.includes('delete') ? menuButton('actions', t('client.actions'), [
				{ label: t('client.delete'), run: () => this.remove(client), danger: true }])
			: nothing}</span>` : nothing;
	}

	/** @param {Client} client */
	formTemplate(client) {
		const { form } = this;

		return html`<form class="card form" novalidate autocomplete="off"
			@submit=${(/** @type {Event} */ event) => this.submit(event)}>
			${personalFields(form, { disabled: client.masked })}
			${otherFields(form)}
			${this.context.may('GET users') ? managerField(form, this.context) : nothing}
			<div class="form-buttons">
				${saveButton(form, t('action.save'))}
				<a class="button" href="./?p=clients">${t('action.cancel')}</a>
			</div>
		</form>`;
	}

	/** @param {Client} client */
	facts(client) {
		return html`<section class="card facts"><dl class="details">
			<dt>${t('client.id')}</dt><dd>${client.id}</dd>
			${this.mayEdit ? nothing : html`
				<dt>${t('client.name')}</dt><dd><bdi>${client.name}</bdi></dd>
				<dt>${t('client.email')}</dt><dd><bdi>${client.email}</bdi></dd>
				<dt>${t('client.phone')}</dt><dd><bdi dir="ltr">
					${groupedPhone(client.phone)}</bdi></dd>
				<dt>${t('client.country')}</dt>
				<dd>${client.country && countryName(client.country)}</dd>`}
			<dt>${t('client.status')}</dt><dd>${statusBadge(client.status)}</dd>
			<dt>${t('client.manager')}</dt><dd><bdi>${personName(client.manager)}</bdi></dd>
			<dt>${t('client.created_at')}</dt><dd>${stamp(client.created_at)}</dd>
		</dl></section>`;
	}

	content() {
		const client = this.record;

		return client ? html`
			${this.summary()}
			${this.since.template(t('client.stale'))}
			${client.masked ? notice(t('client.masked')) : nothing}
			<div class="beside">
				${this.mayEdit ? this.formTemplate(client) : nothing}
				${this.facts(client)}
			</div>` : nothing;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new ClientEdit(context);
}
