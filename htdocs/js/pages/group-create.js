/* System > Users > Groups > Create group. */
import { call } from '../core/api.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { nameProblem, onlyWrong } from '../lib/validate.js';
import { rightsField } from './group-rights.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';
import { textField } from '../ui/field.js';

const NO_GROUP = { name: '',
	permissions: /** @type {import('../records.js').PermissionName[]} */ ([]) };

/**
 * The form of one group that does not exist yet.
 * @extends {FormScreen<typeof NO_GROUP>}
 */
class GroupCreate extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(NO_GROUP);
		this.context = context;
		this.keyOf = keyKeeper();
		/** @type {import('../records.js').Permission[] | null} */
		this.catalogue = null;
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		this.catalogue = (await call('GET', 'permissions', { signal })).data.items;
	}

	problems() {
		return onlyWrong({ name: nameProblem(this.form.values.name) });
	}

	async send() {
		const body = this.form.values;

		await call('POST', 'groups', { body, key: this.keyOf(body) });
		this.form.reset(NO_GROUP);
		await this.context.refresh();
		showToast(t('group.created', { name: body.name.trim() }));
		this.goOn('./?p=groups');
	}

	/** @param {import('../records.js').Permission[]} catalogue */
	formTemplate(catalogue) {
		const { form, context } = this;

		return html`<form class="card form" novalidate autocomplete="off"
			@submit=${(/** @type {Event} */ event) => this.submit(event)}>
			${textField(form, 'name', { label: t('group.name') })}
			${rightsField({ form, catalogue, holds: context.holds, barred: false })}
			<div class="form-buttons">
				${saveButton(form, t('action.save'))}
				<a class="button" href="./?p=groups">${t('action.cancel')}</a>
			</div>
		</form>`;
	}

	content() {
		return html`
			${this.summary()}
			${this.catalogue ? this.formTemplate(this.catalogue) : nothing}`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new GroupCreate(context);
}
