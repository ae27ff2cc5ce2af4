/* System > Audit log: who did what, when and from where. */
import { actionWord, actorCell, resultBadge, targetCell, typeWord } from './audit-words.js';
import { compare, messageKeys, t } from '../core/i18n.js';
import { addressOf } from '../core/api.js';
import { AuditFolds } from './audit-folds.js';
import { changeLine } from './audit-changes.js';
import { exportMenu } from '../ui/export-buttons.js';
import { html, nothing } from '../core/html.js';
import { ListScreen } from '../ui/list-screen.js';
import { personName } from '../ui/words.js';
import { stamp } from '../ui/stamp.js';
import { targetFilter, userFilter } from './pick-filters.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */

/**
 * All that the catalogue has a word for.
 * @param {string} prefix
 * @param {(value: string) => string} word
 */
function choices(prefix, word) {
	return messageKeys(prefix)
		.map((value) => /** @type {[string, string]} */ ([value, word(value)]))
		.sort(([, a], [, b]) => compare(a, b));
}

/** @param {string} result */
const resultWord = (result) => t(`audit.result.${result}`);

/** @param {AuditEntry} entry */
function openLink({ id }) {
	return html`<a class="button small" href="./?p=audit-entry&id=${id}">${t('audit.open')}
		<span class="sr">${id}</span></a>`;
}

/**
 * @param {import('../ui/context.js').Context} context
 * @param {AuditFolds} folds
 * @returns {import('../ui/data-table.js').Column<AuditEntry>[]}
 */
function columns(context, folds) {
	const { may } = context;
	const label = (/** @type {string} */ name) => t(`audit.${name}`);

	return [
		{ name: 'at', label: label('at'), sorts: true, fixed: true,
			cell: (entry) => stamp(entry.at),
			filters: [{ name: 'since', kind: 'since', label: t('table.since') },
				{ name: 'until', kind: 'until', label: t('table.until') }] },
		{ name: 'actor', label: label('actor'),
			filters: [userFilter(context, { name: 'actor', label: label('actor') })],
			cell: (entry) => actorCell(entry, may('GET users/{id}')),
			tip: ({ actor }) => actor ? personName(actor) : '' },
		{ name: 'action', label: label('action'), filter: choices('audit.action.', actionWord),
			card: 'title',
			cell: (entry) => html`<a class="strong" href="./?p=audit-entry&id=${entry.id}">
				${actionWord(entry.action)}</a>${folds.button(entry)}`,
			tip: (entry) => actionWord(entry.action) },
		{ name: 'result', label: label('result'), filter: choices('audit.result.', resultWord),
			card: 'mark',
			cell: (entry) => resultBadge(entry.result) },
		{ name: 'target', label: label('target'),
			cell: (entry) => targetCell(entry.target, may), wide: true,
			tip: ({ target }) => target?.name ?? '',
			filters: [{ name: 'target_type', kind: choices('audit.type.', typeWord),
				label: label('target_type') },
			targetFilter(context, { label: label('target') })] },
		{ name: 'changes', label: label('changes'), wide: true, cell: changeLine },
		{ name: 'remote_address', label: label('remote_address'),
			filters: [{ name: 'remote_address', kind: 'text', label: label('remote_address') },
				{ name: 'request_id', kind: 'text', label: label('request_id'),
					hint: label('request_id') }],
			cell: (entry) => entry.remote_address },
		{ name: 'actions', label: t('table.row_actions'), fixed: true, card: 'again',
			cell: openLink },
	];
}

/** @param {import('../lib/table-state.js').TableState} state */
function exportLink({ filters }) {
	return html`<span class="split">
		<a class="button" href=${addressOf('audit/export.jsonl', filters)}
			download>${t('audit.export')}</a>
		${exportMenu('audit/export.csv', filters, t('audit.export'))}
	</span>`;
}

/**
 * Of one person: what they did, and what was done to them, each a step from the other.
 * @param {import('../lib/table-state.js').TableState} state
 */
function sides({ filters }) {
	const { actor, target_type: type, target_id: target } = filters;
	const id = actor ?? (type === 'user' ? target : '');
	const link = (/** @type {boolean} */ here, /** @type {string} */ query,
		/** @type {string} */ word) => html`<li class="view-item"><a class="view-link"
			href="./?p=audit&${query}" aria-current=${here ? 'page' : nothing}>${word}</a></li>`;

	return !id || (actor && target) ? nothing : html`<nav
		aria-label=${t('audit.sides')}><ul class="views">
		${link(Boolean(actor), `actor=${id}`, t('palette.did'))}
		${link(!actor, `target_type=user&target_id=${id}`, t('palette.done_to'))}</ul></nav>`;
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	const folds = new AuditFolds(() => list.draw());
	/** @type {ListScreen<AuditEntry>} */
	const list = new ListScreen({
		screen: 'audit',
		path: 'audit',
		empty: t('audit.empty'),
		sort: '-at',
		columns: columns(context, folds),
		create: exportLink,
		sides: () => sides(list.state),
		drawn: (items) => folds.drawn(items),
	});

	return list;
}
