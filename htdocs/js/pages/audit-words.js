/* The audit trail in words. What has no word yet is shown as the server calls it. */
import { hasMessage, t } from '../core/i18n.js';
import { html, nothing } from '../core/html.js';
import { personName } from '../ui/words.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */

/**
 * The targets whose record has a screen, and what that asks for.
 * @type {Map<string, import('../ui/context.js').Route>}
 */
const PLACES = new Map([['user', 'GET users/{id}'], ['client', 'GET clients/{id}']]);

/** @param {string} action */
export function actionWord(action) {
	return hasMessage(`audit.action.${action}`) ? t(`audit.action.${action}`) : action;
}

/** @param {string} type */
export function typeWord(type) {
	return hasMessage(`audit.type.${type}`) ? t(`audit.type.${type}`) : type;
}

/**
 * A result is a word of the trail's own, or what was said to whoever was refused.
 * @param {string} result
 */
export function resultBadge(result) {
	const key = [`audit.result.${result}`, `problem.${result}`, `error.${result}`]
		.find(hasMessage);
	const word = key ? t(key) : result;
	const kind = result === 'ok' ? 'enabled' : 'disabled';

	return html`<span class="badge badge-${kind}">${word}</span>`;
}

/**
 * Who did it, whoever that was.
 * @param {AuditEntry} entry
 */
export function actorWord({ actor, remote_address: address }) {
	if (!actor) {
		return t(address ? 'audit.nobody' : 'audit.host');
	}
	return personName(actor)
		|| t('audit.gone', { type: t('audit.type.user'), id: String(actor.id) });
}

/**
 * @param {AuditEntry} entry
 * @param {boolean} linked
 */
export function actorCell(entry, linked) {
	const { actor } = entry;
	const word = actorWord(entry);

	if (!actor) {
		return html`<span class="muted">${word}</span>`;
	}
	return linked && personName(actor)
		? html`<a href="./?p=user&id=${actor.id}"><bdi>${word}</bdi></a>` : word;
}

/**
 * @param {AuditEntry['target']} target
 * @param {import('../ui/context.js').Context['may']} may
 */
export function targetCell(target, may) {
	if (!target) {
		return nothing;
	}
	const { type, id, name } = target;
	const route = PLACES.get(type);
	const word = typeWord(type);

	if (id === null) {
		return word;
	}
	if (!name) {
		return t('audit.gone', { type: word, id: String(id) });
	}
	return html`<span class="some"><span>${word}:</span> ${route && may(route)
		? html`<a class="cut" href="./?p=${type}&id=${id}"><bdi>${name}</bdi></a>`
		: html`<bdi class="cut">${name}</bdi>`}</span>`;
}
