/* System > Users > Groups: the list. */
import { addressOf } from '../core/api.js';
import { html, nothing } from '../core/html.js';
import { ListScreen } from '../ui/list-screen.js';
import { rightsFilter, rightsInShort } from './rights-column.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Group} Group */

/** @param {Group} group */
function editLink({ id, name, may }) {
	return html`<a class="button small" href="./?p=group&id=${id}">
		${t(may.includes('update') ? 'action.edit' : 'action.view')}
		<bdi class="sr">${name}</bdi></a>`;
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../ui/data-table.js').Column<Group>[]}
 */
function columns(context) {
	const rights = t('group.rights');

	return [
		{ name: 'id', label: t('group.id'), sorts: true, fixed: true, filter: 'number',
			cell: (group) => group.id },
		{ name: 'name', label: t('group.group'), sorts: true, fixed: true, filter: 'text',
			card: 'title', tip: ({ name }) => name,
			cell: ({ id, name }) => html`
				<a class="strong" href="./?p=group&id=${id}"><bdi>${name}</bdi></a>` },
		{ name: 'rights', label: rights, wide: true,
			cell: ({ permissions }) => rightsInShort(context, permissions),
			filters: [{ name: 'permission', label: rights, kind: { control: rightsFilter,
				picker: { context, kinds: [], title: rights, others: [] } } }] },
		{ name: 'member_count', label: t('group.members'), cell: (group) => group.member_count },
		{ name: 'actions', label: t('table.row_actions'), fixed: true, card: 'again',
			cell: editLink },
	];
}

/** @param {import('../ui/context.js').Context} context */
function buttons({ may }) {
	return html`<div class="head-buttons">
		<a class="button" href=${addressOf('groups/export.json')} download>${t('groups.export')}</a>
		${may('POST groups') ? html`
			<a class="button" href="./?p=groups-import">${t('groups.import')}</a>
			<a class="button primary" href="./?p=group-create">${t('groups.create')}</a>` : nothing}
	</div>`;
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	return new ListScreen({
		screen: 'groups',
		path: 'groups',
		empty: t('groups.empty'),
		sort: 'id',
		columns: columns(context),
		create: buttons(context),
	});
}
