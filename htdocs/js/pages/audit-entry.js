/* System > Audit log: one row, with what it changed. */
import { absolute } from '../lib/time.js';
import { actionWord, actorCell, resultBadge, targetCell } from './audit-words.js';
import { asProblem, explain } from '../ui/explain.js';
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { crumbs } from '../ui/crumbs.js';
import { deviceWords } from '../ui/device.js';
import { differences } from '../lib/differences.js';
import { hasMessage, t } from '../core/i18n.js';
import { html, nothing, render } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { stamp } from '../ui/stamp.js';
import { yesNo } from '../ui/words.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * A value of any record in words.
 * @param {any} value
 * @returns {string}
 */
function valueWords(value) {
	if (value === null || value === '' || value === undefined) {
		return '–';
	}
	if (typeof value === 'boolean') {
		return yesNo(value);
	}
	if (Array.isArray(value)) {
		return value.map(valueWords).join(', ') || '–';
	}
	if (typeof value === 'object') {
		return value.name || value.email || JSON.stringify(value);
	}
	return INSTANT.test(value) ? absolute(value) : String(value);
}

/**
 * A member by the name that its form gives it.
 * @param {string} type of the target
 * @param {string} name
 */
function memberWord(type, name) {
	const key = `${type}.${name}`;

	return hasMessage(key) ? t(key) : name;
}

/** The sign says what the colour says. @param {unknown} value */
function removed(value) {
	return value === undefined ? nothing
		: html`<del><span aria-hidden="true">−</span> ${valueWords(value)}</del>`;
}

/** @param {unknown} value */
function added(value) {
	return value === undefined ? nothing
		: html`<ins><span aria-hidden="true">+</span> ${valueWords(value)}</ins>`;
}

/** @param {AuditEntry} entry */
function changes({ before, after, target }) {
	const rows = differences(before, after);

	if (rows.length === 0) {
		return html`<p class="muted">${t('audit.no_changes')}</p>`;
	}
	return html`<table class="diff">
		<caption class="sr">${t('audit.changes')}</caption>
		<thead><tr>
			<th scope="col">${t('audit.member')}</th>
			<th scope="col">${t('audit.before')}</th>
			<th scope="col">${t('audit.after')}</th>
		</tr></thead>
		<tbody>${rows.map((row) => html`<tr>
			<th scope="row">${memberWord(target?.type ?? '', row.name)}</th>
			<td>${removed(row.before)}</td>
			<td>${added(row.after)}</td>
		</tr>`)}</tbody>
	</table>`;
}

/**
 * @param {AuditEntry} entry
 * @param {(permission: string) => boolean} may
 */
function details(entry, may) {
	return html`
		<section class="card facts"><dl class="details">
			<dt>${t('audit.at')}</dt><dd>${stamp(entry.at)}</dd>
			<dt>${t('audit.action')}</dt><dd>${actionWord(entry.action)}</dd>
			<dt>${t('audit.result')}</dt><dd>${resultBadge(entry.result)}</dd>
			<dt>${t('audit.actor')}</dt><dd>${actorCell(entry.actor, may('users.view'))}</dd>
			<dt>${t('audit.target')}</dt><dd>${targetCell(entry.target, may)}</dd>
			<dt>${t('audit.remote_address')}</dt><dd>${entry.remote_address || '–'}</dd>
			<dt>${t('audit.device')}</dt>
			<dd>${entry.user_agent ? deviceWords(entry.user_agent) : '–'}</dd>
			<dt>${t('audit.request_id')}</dt><dd><code>${entry.request_id || '–'}</code></dd>
		</dl></section>
		<section class="card facts">
			<h2>${t('audit.changes')}</h2>
			${changes(entry)}
		</section>`;
}

/** @param {unknown} content */
function draw(content) {
	const title = t('audit.entry_title');

	setTitle(title);
	render(html`
		${crumbs([['./?p=audit', t('audit.title')]], title)}
		<div class="head"><h1 tabindex="-1">${title}</h1></div>
		${content}`, byId('main'));
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function auditEntry({ may }) {
	let closed = false;

	/** @param {URLSearchParams} params */
	async function show(params) {
		let content = /** @type {unknown} */ (nothing);

		draw(content);
		try {
			const { data } = await call('GET', `audit/${Number(params.get('id'))}`);

			content = details(data, may);
		} catch (error) {
			content = notice(explain(asProblem(error)), { kind: 'problem',
				action: t('action.try_again'), run: () => show(params) });
		}
		if (!closed) {
			draw(content);
		}
	}

	return { show, close: () => (closed = true) };
}
