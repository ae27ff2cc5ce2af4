/*
 * What the palette offers a viewer: screens, actions, and the records that are found, with what can
 * be done with each. Only what they may.
 */
import { finder, kindWord, labelOf } from '../ui/record-picker.js';
import { goTo } from '../core/router.js';
import { kindsFor } from '../ui/records-found.js';
import { disableOf } from './palette-acts.js';
import { readRecent, remember } from '../ui/recent.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/palette.js').Entry} Entry */
/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/records-found.js').Found} Found */

/**
 * @param {string} label
 * @param {string} kind
 * @param {string} query of the address
 * @returns {Entry}
 */
function place(label, kind, query) {
	return { label, kind, run: () => goTo(`./?${query}`) };
}

/** Where what concerns a record is read. @param {Context} context @param {Found} found */
function readings({ may }, { type, id }) {
	const trail = `p=audit&target_type=${type}&target_id=${id}`;
	const isUser = type === 'user';

	return [
		...isUser && may('GET sessions') ? [place(t('sessions.title'), '',
			`p=sessions&user=${id}`)] : [],
		...isUser && may('GET audit') ? [place(t('palette.did'), '', `p=audit&actor=${id}`)] : [],
		...may('GET audit') ? [place(isUser ? t('palette.done_to') : t('audit.title'), '',
			trail)] : [],
	];
}

/**
 * What can be done with a record that was found, without looking at it first.
 * @param {Context} context
 * @param {Found} found
 * @param {Entry} open
 * @returns {Entry[]}
 */
function actsOf(context, found, open) {
	const { type, id, may = [] } = found;
	const isUser = type === 'user';

	return [
		{ ...open, label: t(may.includes('update') ? 'action.edit' : 'action.view'), kind: '' },
		...isUser && may.includes('status') ? [disableOf(found)] : [],
		...isUser && may.includes('credentials') ? [place(t('credentials.title'), '',
			`p=user-credentials&id=${id}`)] : [],
		...readings(context, found),
	];
}

/**
 * @param {Context} context
 * @param {Found} found
 * @returns {Entry}
 */
function entryOf(context, found) {
	const { type, id } = found;
	const open = { label: labelOf(found), kind: kindWord(type), run: () => {
		remember(context.session.user.id, found);
		goTo(`./?p=${type}&id=${id}`);
	} };

	return { ...open, acts: actsOf(context, found, open) };
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

	const kinds = kindsFor(context);
	const recent = readRecent(context.session.user.id).filter(({ type }) => kinds.includes(type))
		.map((found) => entryOf(context, found));

	return {
		entries: [
			...recent.map((one) => ({ ...one, kind: `${t('palette.recent')} · ${one.kind}` })),
			...screens.flatMap(({ name, menu, listed, title }) =>
				entry(t('palette.screen'), name, listed ? title : menu?.at(-1))),
			...screens.flatMap(({ name, act }) => entry(action, name, act)),
			{ label: t('account.sign_out'), kind: action, run: signOut },
		],
		find: finder(kinds, (found) => entryOf(context, found)),
	};
}
