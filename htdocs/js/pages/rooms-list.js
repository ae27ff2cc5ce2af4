/* System > Rooms: the list. */
import { groupNames, groupsInShort } from '../ui/words.js';
import { html, nothing } from '../core/html.js';
import { ListScreen } from '../ui/list-screen.js';
import { notice } from '../ui/notice.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Room} Room */

/** @param {Room} room */
function editLink({ id, name, may }) {
	return html`<a class="button small" href="./?p=room&id=${id}">
		${t(may.includes('update') ? 'action.edit' : 'action.view')}
		<bdi class="sr">${name}</bdi></a>`;
}

/** @param {Room} room */
function whoEnters({ groups }) {
	return groups.length > 0 ? groupsInShort(groups)
		: html`<span class="muted">${t('room.nobody')}</span>`;
}

/** @returns {import('../ui/data-table.js').Column<Room>[]} */
function columns() {
	return [
		{ name: 'name', label: t('room.name'), sorts: true, fixed: true, filter: 'text',
			card: 'title', tip: ({ name }) => name,
			cell: ({ id, name }) => html`
				<a class="strong" href="./?p=room&id=${id}"><bdi>${name}</bdi></a>` },
		{ name: 'address', label: t('room.address'), sorts: true, filter: 'text',
			cell: ({ address }) => html`<a href=${address}><bdi dir="ltr">${address}</bdi></a>` },
		{ name: 'groups', label: t('room.groups'), cell: whoEnters,
			tip: ({ groups }) => groupNames(groups) },
		{ name: 'actions', label: t('table.row_actions'), fixed: true, card: 'again',
			cell: editLink },
	];
}

/** @param {import('../ui/context.js').Context} context */
export function open({ may }) {
	return new ListScreen({
		screen: 'rooms',
		path: 'rooms',
		empty: t('rooms.empty'),
		note: notice(t('rooms.note')),
		sort: 'name',
		columns: columns(),
		create: may('POST rooms') ? html`
			<a class="button primary" href="./?p=room-create">${t('rooms.create')}</a>` : nothing,
	});
}
