/* System > Audit log: one row, with what it changed. */
import { absolute } from '../lib/time.js';
import { actionWord, actorCell, resultBadge, targetCell } from './audit-words.js';
import { deviceWords } from '../ui/device.js';
import { differences } from '../lib/differences.js';
import { hasMessage, listed, locale, t } from '../core/i18n.js';
import { html, nothing } from '../core/html.js';
import { RecordScreen } from '../ui/record-screen.js';
import { stamp } from '../ui/stamp.js';
import { yesNo } from '../ui/words.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */

/** Counts saves; says nothing to people. */
const UNSAID = ['version'];

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * @param {string | number} value
 * @param {string} name of the member
 */
function plainWords(value, name) {
	const key = `${name}.${value}`;

	if (hasMessage(key)) {
		return t(key);
	}
	return INSTANT.test(String(value)) ? absolute(String(value), locale()) : String(value);
}

/**
 * A value of any record in words.
 * @param {any} value
 * @param {string} [name] of the member
 * @returns {string}
 */
function valueWords(value, name = '') {
	if (value === null || value === '') {
		return '–';
	}
	if (typeof value === 'boolean') {
		return yesNo(value);
	}
	if (Array.isArray(value)) {
		return listed(value.map((part) => valueWords(part))) || '–';
	}
	return typeof value === 'object'
		? String(value.name || value.email || value.id || JSON.stringify(value))
		: plainWords(value, name);
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

/** The signs say what the colours say. @param {import('../lib/differences.js').Difference} row */
function changeRow({ name, before, after }, type = '') {
	return html`<tr>
		<th scope="row">${memberWord(type, name)}</th>
		<td>${before === undefined ? nothing
			: html`<del><span aria-hidden="true">−</span>
				<bdi>${valueWords(before, name)}</bdi></del>`}</td>
		<td>${after === undefined ? nothing
			: html`<ins><span aria-hidden="true">+</span>
				<bdi>${valueWords(after, name)}</bdi></ins>`}</td>
	</tr>`;
}

/** @param {AuditEntry} entry */
function changes({ before, after, target }) {
	const rows = differences(before, after).filter(({ name }) => !UNSAID.includes(name));

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
		<tbody>${rows.map((row) => changeRow(row, target?.type))}</tbody>
	</table>`;
}

/**
 * @param {AuditEntry} entry
 * @param {import('../ui/context.js').Context['may']} may
 */
function details(entry, may) {
	return html`
		<section class="card facts"><dl class="details">
			<dt>${t('audit.at')}</dt><dd>${stamp(entry.at)}
				<code class="muted" dir="ltr">${entry.at}</code></dd>
			<dt>${t('audit.action')}</dt><dd>${actionWord(entry.action)}</dd>
			<dt>${t('audit.result')}</dt><dd>${resultBadge(entry.result)}</dd>
			<dt>${t('audit.actor')}</dt><dd>${actorCell(entry, may('GET users/{id}'))}</dd>
			<dt>${t('audit.target')}</dt><dd>${targetCell(entry.target, may)}</dd>
			<dt>${t('audit.remote_address')}</dt>
			<dd><bdi>${entry.remote_address || '–'}</bdi></dd>
			<dt>${t('audit.device')}</dt>
			<dd>${entry.user_agent ? deviceWords(entry.user_agent) : '–'}</dd>
			<dt>${t('audit.request_id')}</dt>
			<dd><code dir="ltr">${entry.request_id || '–'}</code></dd>
		</dl></section>
		<section class="card facts">
			<h2>${t('audit.changes')}</h2>
			${changes(entry)}
		</section>`;
}

/** @extends {RecordScreen<'audit'>} */
class AuditEntryScreen extends RecordScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor({ may }) {
		super('audit');
		this.may = may;
	}

	get subject() {
		return this.record ? String(this.record.id) : '';
	}

	/** A number alone says nothing there. */
	get here() {
		return `${this.title} ${this.subject}`;
	}

	content() {
		return this.record ? details(this.record, this.may) : nothing;
	}
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	return new AuditEntryScreen(context);
}
