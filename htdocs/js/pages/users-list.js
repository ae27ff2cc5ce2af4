/* System > Users > Users: the list. */
import { addressOf } from '../core/api.js';
import { allRows } from '../lib/table-state.js';
import { breaking, choicesOf, creatorLink, groupNames, groupsInShort, personName, statusBadge,
	yesNo } from '../ui/words.js';
import { dayFilters, lateUserFilter, rightsColumn } from './late-filters.js';
import { deliveryWords } from './mail-words.js';
import { exportButtons } from '../ui/export-buttons.js';
import { html, nothing } from '../core/html.js';
import { icons } from '../ui/icons.js';
import { ListScreen } from '../ui/list-screen.js';
import { setUpPlace } from './set-up-place.js';
import { stamp } from '../ui/stamp.js';
import { LETTER_STATES, STATUSES, TWO_FACTORS } from '../contract.js';
import { languageName, languages, listed, t } from '../core/i18n.js';
import { UsersBulk } from './users-bulk.js';

/** @typedef {import('../records.js').UserWhole} User */

const IDLE_DAYS = [30, 90, 365];

/** @returns {import('../ui/data-table.js').Choice[]} */
function idleChoices() {
	return IDLE_DAYS.map((days) => [String(days), t('user.idle', { count: days }), 'idle_days']);
}

/** What keeps a user out: of two things that do, the lasting one. @param {User} user */
function statusCell({ status, locked_until: locked }) {
	return locked && status === 'enabled'
		? html`<span class="badge badge-locked">${t('status.locked')}</span>`
		: statusBadge(status);
}

/** @param {User} user */
function statusTip({ status, locked_until: locked }) {
	return locked ? listed([t(`status.${status}`), t('status.locked')]) : '';
}

/** Codes go by mail: where there is none, nobody comes in with them. */
function factorCell(/** @type {User} */ { two_factor: factor }, /** @type {boolean} */ hasMail) {
	return factor === 'email' && !hasMail
		? html`<span class="cannot" title=${t(`two_factor.${factor}`)}>${t('user.no_code')}</span>`
		: t(`two_factor.${factor}`);
}

/**
 * Drawn: the word of some languages is as wide as a column of the list.
 * @param {User} user
 */
function editLink({ id, email, may }) {
	const act = may.includes('update') ? 'edit' : 'view';
	const word = t(`action.${act}`);

	return html`<a class="button small" href="./?p=user&id=${id}" title=${word}>
		${icons[act]} <span class="sr">${word} <bdi>${email}</bdi></span></a>`;
}

/** After it how the credentials fared: the way to a first sign-in. @param {User} user */
function signInCell(user) {
	return html`${stamp(user.last_sign_in_at)}
		${user.delivery ? html`<span class="muted">· ${deliveryWords(user)}</span>` : nothing}`;
}

/** What of it there may be no room for. @param {User} user */
function signInTip(user) {
	return user.delivery ? deliveryWords(user) : '';
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../ui/data-table.js').Column<User>[]}
 */
function columns(context) {
	const { groups, session } = context;
	const label = (/** @type {string} */ name) => t(`user.${name}`);

	return [
		{ name: 'id', label: label('id'), sorts: true, fixed: true, filter: 'number',
			cell: (user) => user.id },
		{ name: 'email', label: label('email'), sorts: true, fixed: true, filter: 'text',
			whole: true, card: 'title',
			cell: (user) => html`<a class="strong" href="./?p=user&id=${user.id}">
				${breaking(user.email)}</a>` },
		{ name: 'name', label: label('name'), sorts: true, filter: 'text', card: 'beneath',
			cell: (user) => user.name },
		{ name: 'status', label: label('status'), sorts: true, card: 'mark',
			filter: [...choicesOf('status', STATUSES),
				['true', t('status.locked'), 'locked']],
			cell: statusCell, tip: statusTip },
		{ name: 'two_factor', label: label('two_factor'), sorts: true,
			filter: choicesOf('two_factor', TWO_FACTORS),
			cell: (user) => factorCell(user, session.features.mail) },
		{ name: 'groups', label: label('groups'), filterName: 'group',
			filter: groups.map((group) => [String(group.id), group.name]),
			cell: (user) => groupsInShort(user.groups), tip: (user) => groupNames(user.groups) },
		...rightsColumn(context),
		{ name: 'mask_data', label: label('mask_data'), hidden: true,
			filter: [['true', t('value.yes')], ['false', t('value.no')]],
			cell: (user) => yesNo(user.mask_data) },
		{ name: 'ip_allow_list', label: label('ip_allow_list'), hidden: true,
			filter: [['true', t('value.yes')], ['false', t('value.no')]],
			filterName: 'has_ip_allow_list',
			cell: (user) => user.ip_allow_list.join(', ') || '–' },
		{ name: 'creator', label: label('creator'), hidden: true, cell: creatorLink,
			filters: [lateUserFilter(context, { name: 'creator', label: label('creator') })],
			tip: ({ creator }) => personName(creator) },
		{ name: 'created_at', label: label('created_at'), sorts: true, hidden: true,
			filters: dayFilters('created', label('created_at')),
			cell: (user) => stamp(user.created_at) },
		{ name: 'language', label: label('language'), hidden: true,
			filter: languages.map(({ tag, name }) => [tag, name]),
			cell: ({ language }) => language ? languageName(language) : '–' },
		{ name: 'last_sign_in_at', label: label('last_sign_in_at'), sorts: true,
			filter: [['true', t('value.never'), 'never_signed_in'], ...idleChoices()],
			cell: signInCell, tip: signInTip },
		{ name: 'delivery', label: t('delivery.title'), hidden: true,
			filter: LETTER_STATES.map((state) => [state, t(`delivery.${state}`)]),
			cell: (user) => user.delivery ? deliveryWords(user) : '–' },
		{ name: 'actions', label: t('table.row_actions'), fixed: true, card: 'again',
			cell: editLink },
	];
}

/**
 * @param {import('../ui/context.js').Context} context
 * @param {import('../lib/table-state.js').TableState} state
 */
function buttons({ may }, state) {
	return html`<div class="head-buttons">
		${exportButtons('users/export.csv', allRows(state), t('users.export'), [[t('export.rights'),
		addressOf('users/export.csv', { ...allRows(state), rights: true })]])}
		${may('POST users') ? html`
			<a class="button" href="./?p=user-import">${t('users.import')}</a>
			<a class="button primary" href="./?p=user-create">${t('users.create')}</a>` : nothing}
	</div>`;
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	const setUp = setUpPlace(context);
	/** @type {ListScreen<User>} */
	const screen = new ListScreen({
		screen: 'users',
		path: 'users',
		empty: t('users.empty'),
		find: t('users.find'),
		sort: '-id',
		columns: columns(context),
		toolbar: context.may('POST users/bulk')
			? (list) => new UsersBulk(context, list) : undefined,
		create: (/** @type {import('../lib/table-state.js').TableState} */ state) =>
			buttons(context, state),
		above: () => setUp(screen),
	});

	return screen;
}
