/* The tab Users of a group: its members, a page at a time, each a link to the user. */
import { call } from '../core/api.js';
import { html, nothing } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { Question } from '../ui/question.js';
import { breaking, statusBadge } from '../ui/words.js';
import { t } from '../core/i18n.js';
import { told } from '../ui/told.js';

/** @typedef {import('../records.js').User} User */

/** @param {User} user */
function row({ id, email, name, status }) {
	return html`<tr>
		<td class="cell-id" data-label=${t('user.id')}>${id}</td>
		<td class="card-title" data-label=${t('user.email')}>
			<a class="strong" href="./?p=user&id=${id}">${breaking(email)}</a></td>
		<td class=${name ? 'card-beneath' : 'none'} data-label=${t('user.name')}>
			<bdi>${name || '–'}</bdi></td>
		<td class="card-mark" data-label=${t('user.status')}>${statusBadge(status)}</td>
	</tr>`;
}

export class GroupMembers {
	/**
	 * @param {number} id of the group
	 * @param {import('../ui/screen.js').Screen} screen that it is on
	 */
	constructor(id, screen) {
		this.id = id;
		this.screen = screen;
		this.question = new Question(screen.left);
		/** @type {import('../records.js').List<User> | null} */
		this.list = null;
		/** @type {import('../core/api.js').Problem | null} */
		this.problem = null;
		/** @type {{after?: string, before?: string}} */
		this.place = {};
	}

	/** @param {{after?: string, before?: string}} [place] the first page without */
	load(place = {}) {
		this.place = place;
		return this.question.ask(async (signal) => {
			this.list = (await call('GET', `groups/${this.id}/users`,
				{ query: { sort: 'name', ...place }, signal })).data;
		}, (problem) => {
			this.problem = problem;
			this.screen.draw();
		});
	}

	/**
	 * @param {string} word
	 * @param {string} name
	 * @param {string | null} cursor
	 */
	step(word, name, cursor) {
		return html`<button type="button" class="button small" aria-disabled=${!cursor}
			@click=${() => cursor && this.load({ [name]: cursor })}>
			${word}</button>`;
	}

	/** @param {import('../records.js').List<User>} list */
	table({ items, page }) {
		return html`<div class="card list">
			<div class="scroll"><table class="table members">
				<caption class="sr">${t('group.members')}</caption>
				<thead><tr class="headers">
					${['id', 'email', 'name', 'status'].map((name) => html`
						<th scope="col">${t(`user.${name}`)}</th>`)}
				</tr></thead>
				<tbody>${items.map(row)}</tbody>
			</table>
			${items.length === 0 && !page.partial
				? html`<div class="empty"><p>${t('group.no_members')}</p></div>` : nothing}
			</div>
			<div class="foot">
				<a href="./?p=users&group=${this.id}">${t('group.members_all')}</a>
				<span class="count">${t('table.total', { count: page.total })}</span>
				<span class="steps">${this.step(t('table.prev'), 'before', page.prev)}
					${this.step(t('table.next'), 'after', page.next)}</span>
			</div>
		</div>`;
	}

	template() {
		return html`
			${this.problem ? notice(told(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load(this.place) }) : nothing}
			${this.list ? this.table(this.list) : nothing}`;
	}
}
