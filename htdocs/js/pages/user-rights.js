/*
 * Why a user may do something: each permission, and each room that they enter, with the groups that
 * grant it. Asked for when the section is opened.
 */
import { call } from '../core/api.js';
import { groupNames, permissionMeaning, permissionName } from '../ui/words.js';
import { html, nothing } from '../core/html.js';
import { LIMITS, NEEDS } from '../contract.js';
import { notice } from '../ui/notice.js';
import { Question } from '../ui/question.js';
import { t } from '../core/i18n.js';
import { told } from '../ui/told.js';

/** @typedef {import('../records.js').Room} Room */
/** @typedef {import('../records.js').UserRight} UserRight */
/** @typedef {{room: Room, groups: UserRight['groups']}} Entrance */

/** @param {UserRight} right */
function row({ permission, groups }) {
	return html`<tr>
		<th scope="row">${permissionName(permission)}
			<div class="meaning">${permissionMeaning(permission)}</div></th>
		<td class="granted">${groups.length > 0 ? groupNames(groups)
			: html`<span class="muted">${t('rights.none')}</span>`}</td>
	</tr>`;
}

/**
 * Rooms that somebody enters: by a group of theirs, or because they may change all of them.
 * @param {Room[]} rooms
 * @param {number[]} own groups of the user
 * @param {UserRight[]} rights
 * @returns {Entrance[]}
 */
function entrances(rooms, own, rights) {
	const everywhere = rights.find(({ permission }) =>
		permission === NEEDS['PATCH rooms/{id}'])?.groups ?? [];
	const isNew = (/** @type {{id: number}} */ { id }) => own.includes(id)
		&& !everywhere.some((other) => other.id === id);
	const granting = (/** @type {Room} */ { groups }) => [...everywhere, ...groups.filter(isNew)];

	return rooms.map((room) => ({ room, groups: granting(room) }))
		.filter(({ groups }) => groups.length > 0);
}

/** @param {Entrance} entrance */
function roomRow({ room: { id, name }, groups }) {
	return html`<tr>
		<th scope="row"><a href="./?p=room&id=${id}"><bdi>${name}</bdi></a></th>
		<td class="granted">${groupNames(groups)}</td>
	</tr>`;
}

/** The section of one user. */
export class UserRights {
	/**
	 * @param {import('../ui/screen.js').Screen} screen that it is on
	 * @param {boolean} seesRooms
	 */
	constructor(screen, seesRooms) {
		this.screen = screen;
		this.seesRooms = seesRooms;
		/** @type {number[]} */
		this.groups = [];
		/** @type {Entrance[]} */
		this.entrances = [];
		this.question = new Question(screen.left);
		this.id = 0;
		this.open = false;
		/** @type {UserRight[] | null} */
		this.grants = null;
		/** @type {import('../core/api.js').Problem | null} */
		this.problem = null;
	}

	/**
	 * @param {number} id of the user; what was shown of it before is out of date
	 * @param {number[]} groups that they are in
	 */
	async refresh(id, groups) {
		this.id = id;
		this.groups = groups;
		this.grants = null;
		if (this.open) {
			await this.load();
		}
	}

	load() {
		return this.question.ask(async (signal) => {
			const grants = (await call('GET', `users/${this.id}/rights`, { signal })).data.items;
			const rooms = this.seesRooms ? (await call('GET', 'rooms',
				{ query: { sort: 'name', size: LIMITS.page_size_max }, signal })).data.items : [];

			this.entrances = entrances(rooms, this.groups, grants);
			this.grants = grants;
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

	/**
	 * @param {string} title
	 * @param {string} first what the first column is
	 * @param {unknown[]} rows
	 */
	table(title, first, rows) {
		return html`<table class="plain">
			<caption class="sr">${title}</caption>
			<thead><tr>
				<th scope="col">${first}</th>
				<th scope="col" class="granted">${t('rights.groups')}</th>
			</tr></thead>
			<tbody>${rows}</tbody>
		</table>`;
	}

	tables() {
		const rooms = t('rights.category.rooms');
		const rights = this.grants?.map(row) ?? [];

		return html`${this.table(t('rights.title'), t('rights.permission'), rights)}
			${this.entrances.length > 0 ? this.table(rooms, rooms, this.entrances.map(roomRow))
			: nothing}`;
	}

	template() {
		const toggle = (/** @type {Event} */ event) =>
			this.toggle(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);

		return html`<details class="card facts" @toggle=${toggle}>
			<summary><h2>${t('rights.title')}</h2></summary>
			<p class="hint">${t('rights.text')}</p>
			${this.problem ? notice(told(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${this.grants ? this.tables() : nothing}
		</details>`;
	}
}
