/* What the palette offers a viewer: screens, actions, users and clients. Only what they may. */
import { asProblem } from '../ui/explain.js';
import { call } from '../core/api.js';
import { goTo } from '../core/router.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/palette.js').Entry} Entry */
/** @typedef {import('../ui/context.js').Context} Context */

const FOUND_MAX = 5;

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
 * People are found by their words, and by their ids.
 * @param {Context} context
 * @param {string} text
 */
function questions({ may, session }, text) {
	const users = { path: /** @type {const} */ ('users'), screen: 'user',
		kind: t('palette.user') };
	const clients = { path: /** @type {const} */ ('clients'), screen: 'client',
		kind: t('palette.client') };
	const filters = /^\d+$/.test(text) ? ['id', 'q'] : ['q'];
	const seesClients = may('GET clients') && !session.user.mask_data;

	return [...may('GET users') ? [users] : [], ...seesClients ? [clients] : []]
		.filter(() => /[\p{L}\p{N}]/u.test(text))
		.flatMap((list) => filters.map((filter) => ({ ...list, filter })));
}

/**
 * @param {ReturnType<typeof questions>[number]} question
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<[key: string, Entry][]>}
 */
async function answers({ path, screen, kind, filter }, text, signal) {
	const query = { [filter]: text, size: FOUND_MAX };
	const { data } = await call('GET', path, { query, signal });

	return data.items.map((item) => [
		`${screen} ${item.id}`,
		place([item.name, item.email].filter(Boolean).join(' · ') || String(item.id), kind,
			`p=${screen}&id=${item.id}`),
	]);
}

/**
 * Somebody who fits by id and by number is one entry. What cannot be asked now is not found.
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
 * @param {ReturnType<typeof import('./screens.js').screensFor>} screens what the viewer may open
 * @param {() => void} signOut
 * @returns {import('../ui/palette.js').Source}
 */
export function paletteSource(context, screens, signOut) {
	const action = t('palette.action');
	const entry = (/** @type {string} */ kind, /** @type {string} */ name,
		/** @type {string | undefined} */ word) => word ? [place(t(word), kind, `p=${name}`)] : [];

	return {
		entries: [
			...screens.flatMap(({ name, menu, listed, title }) =>
				entry(t('palette.screen'), name, listed ? title : menu?.at(-1))),
			...screens.flatMap(({ name, act }) => entry(action, name, act)),
			{ label: t('account.sign_out'), kind: action, run: signOut },
		],
		find: (text, signal) => find(context, text, signal),
	};
}
