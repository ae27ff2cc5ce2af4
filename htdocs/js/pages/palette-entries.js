/* What the palette offers a viewer: screens, actions, users and clients. Only what they may. */
import { asProblem } from '../ui/explain.js';
import { call } from '../core/api.js';
import { goTo } from '../core/router.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/palette.js').Entry} Entry */
/** @typedef {import('../ui/context.js').Context} Context */

const FOUND_MOST = '5';

/** Screen, permission and word. */
const ACTIONS = [
	['user-create', 'users.create', 'user.create_title'],
	['group-create', 'groups.create', 'group.create_title'],
	['groups-import', 'groups.create', 'palette.groups_import'],
	['client-create', 'clients.create', 'client.create_title'],
	['client-import', 'clients.create', 'palette.clients_import'],
	['mail-test', 'mail.create', 'mail.test'],
];

/**
 * @param {string} label
 * @param {string} kind
 * @param {string} query of the address
 * @returns {Entry}
 */
function place(label, kind, query) {
	return { label, kind, run: () => goTo(`./?${query}`) };
}

/**
 * Ids are found as numbers, people by what they are called.
 * @param {Context} context
 * @param {string} text
 */
function questions({ may, session }, text) {
	const users = { path: 'users', screen: 'user', kind: t('palette.user') };
	const clients = { path: 'clients', screen: 'client', kind: t('palette.client') };
	const byId = /^\d+$/.test(text);
	const seesClients = may('clients.view') && !session.user.mask_data;

	return [
		...may('users.view') ? (byId ? ['id'] : ['email', 'name'])
			.map((filter) => ({ ...users, filter })) : [],
		...seesClients ? [{ ...clients, filter: byId ? 'id' : 'name' }] : [],
	];
}

/**
 * @param {ReturnType<typeof questions>[number]} question
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<[key: string, Entry][]>}
 */
async function answers({ path, screen, kind, filter }, text, signal) {
	const query = new URLSearchParams({ [filter]: text, size: FOUND_MOST });
	const { data } = await call('GET', `${path}?${query}`, { signal });

	return data.items.map((/** @type {{id: number, name: string, email: string}} */ item) => [
		`${screen} ${item.id}`,
		place([item.name, item.email].filter(Boolean).join(' · ') || String(item.id), kind,
			`p=${screen}&id=${item.id}`),
	]);
}

/**
 * Somebody who fits by name and by email is one entry. What cannot be asked now is not found.
 * @param {Context} context
 * @param {string} text
 * @param {AbortSignal} signal
 */
async function find(context, text, signal) {
	try {
		const lists = await Promise.all(questions(context, text)
			.map((question) => answers(question, text, signal)));

		return [...new Map(lists.flat()).values()];
	} catch (error) {
		if (!signal.aborted) {
			asProblem(error);
		}
		return [];
	}
}

/**
 * @param {Context} context
 * @param {{label: string, screen: string}[]} menu what the viewer's menu has
 * @param {() => void} signOut
 * @returns {import('../ui/palette.js').Source}
 */
export function paletteSource(context, menu, signOut) {
	const action = t('palette.action');

	return {
		entries: [
			...menu.map(({ label, screen }) => place(label, t('palette.screen'), `p=${screen}`)),
			place(t('profile.title'), t('palette.screen'), 'p=profile'),
			...ACTIONS.filter(([, needs]) => context.may(needs))
				.map(([screen, , word]) => place(t(word), action, `p=${screen}`)),
			{ label: t('account.sign_out'), kind: action, run: signOut },
		],
		find: (text, signal) => find(context, text, signal),
	};
}
