/*
 * The question before a change of many users: by its consequence and by number. It is asked where
 * somebody's session would end, an administrator is touched, or more rows than a look can check.
 */
import { ADMINISTRATORS } from '../contract.js';
import { confirm } from '../ui/confirm.js';
import { html, nothing } from '../core/html.js';
import { someNames } from '../ui/words.js';
import { t } from '../core/i18n.js';

/** @typedef {NonNullable<import('../records.js').UserBulk['consequences']>} Consequences */
/** @typedef {import('../records.js').User} User */
/** @typedef {import('./users-bulk-acts.js').Act} Act */

/** As many are changed without a question, where nothing else speaks for one. */
const UNASKED_MAX = 5;

/** As many are named; of more the number says more. */
const NAMED_MAX = 10;

/** @param {Consequences} consequences */
function needsQuestion({ changed, administrators, sessions }) {
	return changed > UNASKED_MAX || administrators > 0 || sessions > 0;
}

/** What becomes of the administrators among them. @param {Act} act */
function administratorsKey({ name, group }) {
	if (group?.id !== ADMINISTRATORS) {
		return 'bulk_question.administrators';
	}
	return name === 'add_group' ? 'bulk_question.administrators_more'
		: 'bulk_question.administrators_less';
}

/**
 * The sentences of the question, those that matter most first.
 * @param {Act} act
 * @param {Consequences} consequences
 */
function consequencesOf(act, { rows, changed, refused, administrators, sessions }) {
	const counts = {
		'bulk_question.sessions': sessions,
		[administratorsKey(act)]: administrators,
		'bulk_question.same': rows - changed - refused,
		'bulk_question.refused': refused,
	};

	return Object.entries(counts).filter(([, count]) => count > 0)
		.map(([key, count]) => t(key, { count }));
}

/**
 * @param {Act} act
 * @param {Consequences} consequences
 * @param {User[]} people those who were chosen by hand
 */
function ask(act, consequences, people) {
	const { name, group } = act;
	const count = consequences.changed;
	const title = t(`bulk_question.${name}`, { count, group: group?.name ?? '' });

	return confirm({
		title,
		text: t(`bulk_effect.${name}`, { group: group?.name ?? '' }),
		details: html`
			<ul class="consequences">${consequencesOf(act, consequences).map((sentence) =>
				html`<li>${sentence}</li>`)}</ul>
			${people.length > 0 && people.length <= NAMED_MAX ? html`<p>${t('bulk_question.people',
				{ names: someNames(people) })}</p>` : nothing}
			<p class="hint">${t(consequences.sessions > 0 ? 'bulk_question.undo_sessions'
				: 'bulk_question.undo')}</p>`,
		yes: act.word,
		harmless: name !== 'disable',
	});
}

/**
 * @param {Act} act
 * @param {Consequences} consequences
 * @param {User[]} people those who were chosen by hand
 * @returns {Promise<boolean>} whether to go on: also where there is nothing to ask
 */
export async function askAboutMany(act, consequences, people) {
	return !needsQuestion(consequences) || ask(act, consequences, people);
}
