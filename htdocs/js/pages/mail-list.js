/* System > Mail: the letters and what became of them. */
import { breaking, choicesOf, personName } from '../ui/words.js';
import { html, nothing } from '../core/html.js';
import { LETTER_KINDS, LETTER_STATES } from '../contract.js';
import { letterAnswer, letterUser, stateBadge } from './mail-words.js';
import { emptyList } from '../ui/empty-list.js';
import { ListScreen } from '../ui/list-screen.js';
import { notice } from '../ui/notice.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';
import { dayFilters } from './late-filters.js';
import { userFilter } from './pick-filters.js';

/** @typedef {import('../records.js').Letter} Letter */

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../ui/data-table.js').Column<Letter>[]}
 */
function columns(context) {
	const label = (/** @type {string} */ name) => t(`mail.${name}`);

	return [
		{ name: 'id', label: label('id'), sorts: true, fixed: true, cell: ({ id }) => id },
		{ name: 'kind', label: label('kind'), filter: choicesOf('mail.kind', LETTER_KINDS),
			fixed: true, card: 'title',
			cell: ({ id, kind }) => html`<a class="strong" href="./?p=letter&id=${id}">
				${t(`mail.kind.${kind}`)}</a>`,
			tip: ({ kind }) => t(`mail.kind.${kind}`) },
		{ name: 'user', label: label('user'), cell: letterUser,
			tip: ({ user }) => user ? personName(user) : '',
			filters: [userFilter(context, { name: 'user', label: label('user') })] },
		{ name: 'to', label: label('to'), whole: true, cell: ({ to }) => to && breaking(to) },
		{ name: 'state', label: label('state'), sorts: true, card: 'mark',
			filter: choicesOf('mail.state', LETTER_STATES),
			cell: ({ state }) => stateBadge(state) },
		{ name: 'attempts', label: label('attempts'), cell: ({ attempts }) => attempts },
		{ name: 'answer', label: label('answer'), cell: letterAnswer,
			filters: [{ name: 'smtp_code', kind: 'number', label: label('answer'), hint: '250' }] },
		{ name: 'reply', label: label('reply'), hidden: true,
			cell: ({ reply }) => reply },
		{ name: 'next_attempt_at', label: label('next_attempt_at'), hidden: true,
			cell: ({ next_attempt_at: at }) => at ? stamp(at) : '–' },
		{ name: 'created_at', label: label('created_at'), sorts: true,
			filters: dayFilters('created', label('created_at')),
			cell: ({ created_at: at }) => stamp(at) },
		{ name: 'settled_at', label: label('settled_at'), hidden: true,
			filters: dayFilters('settled', label('settled_at')),
			cell: ({ settled_at: at }) => at ? stamp(at) : '–' },
	];
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	const { session, may } = context;
	const { mail } = session.features;

	return new ListScreen({
		screen: 'mail',
		path: 'mail',
		empty: emptyList(t('mail.empty'), mail && may('POST mail/test')
			? [['./?p=mail-test', t('mail.test')]] : []),
		sort: '-id',
		columns: columns(context),
		note: mail ? nothing : notice(t('mail.none')),
		create: html`<div class="head-buttons">
			<a class="button" href="./?p=mail-preview">${t('mail.preview')}</a>
			${mail && may('POST mail/test')
				? html`<a class="button primary" href="./?p=mail-test">${t('mail.test')}</a>`
				: nothing}</div>`,
	});
}
