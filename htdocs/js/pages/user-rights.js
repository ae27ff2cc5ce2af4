/* Why a user may do something: each permission with the groups that grant it. Asked for when the
 * section is opened. */
import { call } from '../core/api.js';
import { explain } from '../ui/explain.js';
import { groupNames, permissionMeaning, permissionName } from '../ui/words.js';
import { html, nothing } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { Question } from '../ui/question.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').UserRight} UserRight */

/** @param {UserRight} right */
function row({ permission, groups }) {
	return html`<tr>
		<th scope="row">${permissionName(permission)}
			<div class="meaning">${permissionMeaning(permission)}</div></th>
		<td class="granted">${groups.length > 0 ? groupNames(groups)
			: html`<span class="muted">${t('rights.none')}</span>`}</td>
	</tr>`;
}

/** The section of one user. */
export class UserRights {
	/** @param {import('../ui/screen.js').Screen} screen that it is on */
	constructor(screen) {
		this.screen = screen;
		this.question = new Question(screen.left);
		this.id = 0;
		this.open = false;
		/** @type {UserRight[] | null} */
		this.grants = null;
		/** @type {import('../core/api.js').Problem | null} */
		this.problem = null;
	}

	/** @param {number} id of the user; what was shown of it before is out of date */
	async refresh(id) {
		this.id = id;
		this.grants = null;
		if (this.open) {
			await this.load();
		}
	}

	load() {
		return this.question.ask(async (signal) => {
			this.grants = (await call('GET', `users/${this.id}/rights`, { signal })).data.items;
		}, (problem) => {
			this.problem = problem;
			this.screen.draw();
		});
	}

	/** @param {boolean} open */
	async toggle(open) {
		this.open = open;
		if (open && !this.grants) {
			await this.load();
		}
	}

	table() {
		return html`<table class="plain">
			<caption class="sr">${t('rights.title')}</caption>
			<thead><tr>
				<th scope="col">${t('rights.permission')}</th>
				<th scope="col" class="granted">${t('rights.groups')}</th>
			</tr></thead>
			<tbody>${this.grants?.map(row)}</tbody>
		</table>`;
	}

	template() {
		const toggle = (/** @type {Event} */ event) =>
			this.toggle(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);

		return html`<details class="card facts" @toggle=${toggle}>
			<summary><h2>${t('rights.title')}</h2></summary>
			<p class="hint">${t('rights.text')}</p>
			${this.problem ? notice(explain(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${this.grants ? this.table() : nothing}
		</details>`;
	}
}
