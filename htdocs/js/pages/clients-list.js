/*
 * Clients: the list. A viewer who sees names, addresses and phones as asterisks can neither sort
 * nor search by them: the server refuses it, so it is not offered.
 */
import { allRows } from '../lib/table-state.js';
import { ClientLookup } from './client-lookup.js';
import { countryChoices, countryName } from '../ui/countries.js';
import { exportButtons } from '../ui/export-buttons.js';
import { groupedPhone } from '../lib/phone.js';
import { html, nothing } from '../core/html.js';
import { emptyList } from '../ui/empty-list.js';
import { ListScreen } from '../ui/list-screen.js';
import { breaking, choicesOf, personName, statusBadge } from '../ui/words.js';
import { STATUSES } from '../contract.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';
import { dayFilters } from './late-filters.js';
import { userFilter } from './pick-filters.js';

/** @typedef {import('../records.js').Client} Client */
/** @typedef {import('../lib/table-state.js').TableState} TableState */

/**
 * @param {import('../ui/context.js').Context} context
 * @param {boolean} masked
 * @returns {import('../ui/data-table.js').Column<Client>[]}
 */
function columns(context, masked) {
	const label = (/** @type {string} */ name) => t(`client.${name}`);
	const link = (/** @type {Client} */ client, /** @type {unknown} */ text) =>
		html`<a class="strong" href="./?p=client&id=${client.id}">${text}</a>`;
	/** @type {{sorts?: boolean, filter?: 'text'}} */
	const personal = masked ? {} : { sorts: true, filter: 'text' };

	return [
		{ name: 'id', label: label('id'), sorts: true, fixed: true, filter: 'number',
			...masked ? { card: 'title' } : {},
			cell: (client) => masked ? link(client, client.id) : client.id },
		{ name: 'name', label: label('name'), ...personal, card: masked ? 'beneath' : 'title',
			tip: (client) => client.name,
			cell: (client) => masked ? client.name : link(client, client.name || client.id) },
		{ name: 'email', label: label('email'), ...personal, whole: true,
			...masked ? {} : { card: 'beneath' }, cell: ({ email }) => email && breaking(email) },
		{ name: 'phone', label: label('phone'), ...personal,
			whole: true,
			cell: ({ phone }) => phone && html`<bdi dir="ltr">${groupedPhone(phone)}</bdi>` },
		{ name: 'country', label: label('country'), sorts: true, filter: countryChoices(),
			tip: ({ country }) => country && countryName(country),
			cell: (client) => client.country },
		{ name: 'status', label: label('status'), sorts: true, card: 'mark',
			filter: choicesOf('status', STATUSES),
			cell: (client) => statusBadge(client.status) },
		{ name: 'manager', label: label('manager'), cell: (client) => personName(client.manager),
			filters: [userFilter(context, { name: 'manager', label: label('manager') },
				[['true', t('client.no_manager'), 'unmanaged']])] },
		{ name: 'created_at', label: label('created_at'), sorts: true,
			filters: dayFilters('created', label('created_at')),
			cell: (client) => stamp(client.created_at) },
	];
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	const { session, may } = context;
	const masked = session.user.mask_data;
	const lookup = new ClientLookup(() => screen);
	/** @type {ListScreen<Client>} */
	const screen = new ListScreen({
		screen: 'clients',
		path: 'clients',
		empty: emptyList(t('clients.empty'), may('POST clients')
			? [['./?p=client-create', t('clients.create')],
				['./?p=client-import', t('clients.import')]] : []),
		...masked ? {} : { find: t('clients.find') },
		sort: '-id',
		columns: columns(context, masked),
		create: (/** @type {TableState} */ state) => html`<div class="head-buttons">
			${exportButtons('clients/export.csv', allRows(state), t('clients.export'))}
			${may('POST clients') ? html`
				<a class="button" href="./?p=client-import">${t('clients.import')}</a>
				<a class="button primary" href="./?p=client-create">${t('clients.create')}</a>`
				: nothing}</div>`,
		...masked ? { above: () => lookup.template() } : {},
	});

	return screen;
}
