/* System > Users > Groups > Create group. */
import { explain } from '../ui/explain.js';
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { crumbs } from '../ui/crumbs.js';
import { errorSummary, saveButton } from '../ui/form.js';
import { FormScreen } from '../ui/form-screen.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { keyKeeper } from '../lib/once.js';
import { nameProblem, onlyWrong } from '../lib/validate.js';
import { notice } from '../ui/notice.js';
import { rightsField } from './group-rights.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';
import { textField } from '../ui/field.js';

const NO_GROUP = { name: '', permissions: [] };

/**
 * The form of one group that does not exist yet.
 * @extends {FormScreen<any>}
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

	show() {
		this.draw();
		return this.load();
	}

	async read() {
		this.catalogue = (await call('GET', 'permissions')).data.items;
	}

	async send() {
		const body = this.form.values;

		await call('POST', 'groups', { body, key: this.keyOf(body) });
		this.form.reset(NO_GROUP);
		await this.context.refresh();
		showToast(t('group.created', { name: body.name.trim() }));
		goTo('./?p=groups');
	}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.form.save(onlyWrong({ name: nameProblem(this.form.values.name) }),
			() => this.send());
	}

	/** @param {import('../records.js').Permission[]} catalogue */
	formTemplate(catalogue) {
		const { form, context } = this;

		return html`<form class="card form" novalidate autocomplete="off"
			@submit=${(/** @type {Event} */ event) => this.submit(event)}>
			${textField(form, 'name', { label: t('group.name') })}
			${rightsField({ form, catalogue, may: context.may, barred: false })}
			<div class="form-buttons">
				${saveButton(form, t('action.save'))}
				<a class="button" href="./?p=groups">${t('action.cancel')}</a>
			</div>
		</form>`;
	}

	draw() {
		setTitle(t('group.create_title'), { wrong: this.form.refused });
		render(html`
			${crumbs([['./?p=groups', t('groups.title')]], t('group.create_title'))}
			<div class="head"><h1 tabindex="-1">${t('group.create_title')}</h1></div>
			${this.problem ? notice(explain(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${errorSummary(this.form)}
			${this.catalogue ? this.formTemplate(this.catalogue) : nothing}`, byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function groupCreate(context) {
	return new GroupCreate(context);
}
