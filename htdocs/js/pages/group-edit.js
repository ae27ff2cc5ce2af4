/*
 * System > Users > Groups > Edit group: the tabs Group and Users. What a viewer may not change is
 * shown, but disabled.
 */
import { ADMINISTRATORS, LIMITS } from '../contract.js';
import { call } from '../core/api.js';
import { changesOf } from '../lib/changes.js';
import { confirm } from '../ui/confirm.js';
import { confirmRights } from './group-changes.js';
import { differences } from '../lib/rights.js';
import { FormScreen } from '../ui/form-screen.js';
import { GroupMembers } from './group-members.js';
import { html, nothing } from '../core/html.js';
import { menuButton } from '../ui/menu-button.js';
import { nameProblem, onlyWrong } from '../lib/validate.js';
import { noteAddress } from '../core/router.js';
import { notice } from '../ui/notice.js';
import { rightsField } from './group-rights.js';
import { saveButton } from '../ui/form.js';
import { SavedSince } from './saved-since.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';
import { tabPanel, tabs } from '../ui/tabs.js';
import { textField } from '../ui/field.js';
import { whyReadOnly } from '../ui/explain.js';

/** @typedef {import('../records.js').Group} Group */

/** @param {Group} group */
function valuesOf({ name, permissions }) {
	return { name, permissions };
}

/**
 * The form of one group that exists.
 * @extends {FormScreen<ReturnType<typeof valuesOf>, 'groups'>}
 */
class GroupEdit extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super({}, 'groups');
		this.context = context;
		this.since = new SavedSince(this, context, 'group');
		this.tab = 'group';
		/** @type {import('../records.js').Permission[]} */
		this.catalogue = [];
		this.members = new GroupMembers(0, this);
	}

	/** @param {URLSearchParams} params */
	readAddress(params) {
		super.readAddress(params);
		this.members = new GroupMembers(this.id, this);
		if (params.get('tab') === 'users' && this.maySeeUsers) {
			this.open('users');
		}
	}

	get title() {
		return this.mayUpdate ? super.title : t('group.view_title');
	}

	get subject() {
		return this.record?.name ?? '';
	}

	get maySeeUsers() {
		return this.context.may('GET groups/{id}/users');
	}

	/** Before the record is there, what it says is to be expected. */
	get mayUpdate() {
		return this.record?.may.includes('update') ?? this.context.may('PATCH groups/{id}');
	}

	/** Why the viewer can only look at this group. @param {Group} group */
	whyReadOnly(group) {
		const why = this.id === ADMINISTRATORS ? t('group.fixed')
			: whyReadOnly(this.context, group,
				{ needs: 'PATCH groups/{id}', above: 'group.above' });

		return why ? notice(why) : nothing;
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		const [answer, { data }] = await Promise.all([call('GET', this.path, { signal }),
			call('GET', 'permissions', { signal })]);

		this.catalogue = data.items;
		this.take(answer);
	}

	/** @param {{data: Group, etag: string}} answer */
	take(answer) {
		super.take(answer);
		this.form.reset(valuesOf(answer.data));
	}

	problems() {
		return onlyWrong({ name: nameProblem(this.form.values.name) });
	}

	/**
	 * The members are asked for when somebody wants to see them; the form keeps what was typed.
	 * @param {string} tab
	 */
	open(tab) {
		this.tab = tab;
		if (tab === 'users' && !this.members.list) {
			this.members.load();
		}
	}

	/** @param {string} tab */
	choose(tab) {
		this.open(tab);
		noteAddress(`./?p=group&id=${this.id}${tab === 'group' ? '' : `&tab=${tab}`}`);
		this.draw();
	}

	/** Whom a change is about: of more than one request tells of, the first ones. */
	async affected() {
		if (!this.maySeeUsers) {
			return { people: [], whole: false };
		}
		const { data } = await call('GET', `groups/${this.id}/users`,
			{ query: { sort: 'name', size: LIMITS.page_size_max } });

		return { people: data.items, whole: data.page.next === null };
	}

	/**
	 * Asks before rights change.
	 * @param {Group} group
	 */
	async agreed(group) {
		const { permissions } = this.form.values;
		const { added, removed } = differences(group.permissions, permissions);

		if (added.length + removed.length === 0) {
			return true;
		}

		return confirmRights(group, permissions, await this.affected(), this.context.groups);
	}

	async send() {
		const body = changesOf(this.form.saved, this.form.values);

		if (Object.keys(body).length > 0) {
			if (!this.record || !await this.agreed(this.record)) {
				return;
			}
			this.take(await call('PATCH', this.path, { body, etag: this.etag }));
			await this.context.refresh();
		}
		showToast(t('group.saved'));
	}

	async remove() {
		const { name } = this.form.saved;

		if (await confirm({ title: t('group.delete_title'), text: t('group.delete_text', { name }),
			yes: t('group.delete') })) {
			await this.form.save({}, () => this.sendRemoval());
		}
	}

	async sendRemoval() {
		const { name } = this.form.saved;

		await call('DELETE', this.path, { etag: this.etag });
		this.form.reset(this.form.saved);
		await this.context.refresh();
		showToast(t('group.deleted', { name }));
		this.goOn('./?p=groups');
	}

	actions() {
		return this.record?.may.includes('delete')
			? menuButton('actions', t('group.actions'), [
				{ label: t('group.delete'), run: () => this.remove(), danger: true }])
			: nothing;
	}

	/** How much Save would change. */
	changeCount() {
		const { added, removed } = differences(this.form.saved.permissions,
			this.form.values.permissions);

		return html`<span class="hint" role="status">${added.length + removed.length > 0
			? t('group.change_count', { added: added.length, removed: removed.length })
			: nothing}</span>`;
	}

	/** @param {Group} group */
	formTemplate(group) {
		const { form, context, catalogue } = this;
		const disabled = !this.mayUpdate;

		return html`
			${this.whyReadOnly(group)}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${textField(form, 'name', { label: t('group.name'), disabled })}
				${rightsField({ form, catalogue, holds: context.holds, barred: disabled })}
				<div class="form-buttons">
					${disabled ? nothing : saveButton(form, t('action.save'))}
					<a class="button" href="./?p=groups">
						${t(disabled ? 'action.back' : 'action.cancel')}</a>
					${this.changeCount()}
				</div>
			</form>`;
	}

	/** @param {Group} group */
	panels(group) {
		const choices = [{ name: 'group', label: t('group.tab_group') }];

		if (this.maySeeUsers) {
			choices.push({ name: 'users', label: t('group.tab_users') });
		}
		return html`
			${tabs(t('group.tabs'), choices, this.tab, (name) => this.choose(name))}
			${tabPanel('group', this.tab, this.formTemplate(group))}
			${this.maySeeUsers ? tabPanel('users', this.tab, this.members.template()) : nothing}`;
	}

	content() {
		return html`
			${this.summary()}
			${this.since.template(t('group.stale'))}
			${this.record ? this.panels(this.record) : nothing}`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new GroupEdit(context);
}
