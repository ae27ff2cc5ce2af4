/* System > Audit log: one row, with what it changed. */
import { actionWord, actorCell, resultBadge, targetCell } from './audit-words.js';
import { changesOf, memberWord, valueWords } from './audit-changes.js';
import { deviceWords } from '../ui/device.js';
import { html, nothing } from '../core/html.js';
import { RecordScreen } from '../ui/record-screen.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';
import { call } from '../core/api.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */

const WAYS = ['older', 'newer'];

/** As many may share an instant for the next one to be found. */
const NEAR = 100;

/** Where one side is empty the other one says all. @param {unknown} value */
const isNothing = (value) => valueWords(value) === '–';

/** The signs say what the colours say. @param {import('../lib/differences.js').Difference} row */
function changeRow({ name, before, after }, type = '') {
	return html`<tr>
		<th scope="row">${memberWord(type, name)}</th>
		<td>${isNothing(before) ? nothing
			: html`<del><span aria-hidden="true">−</span>
				<bdi>${valueWords(before, name)}</bdi></del>`}</td>
		<td>${isNothing(after) ? nothing
			: html`<ins><span aria-hidden="true">+</span>
				<bdi>${valueWords(after, name)}</bdi></ins>`}</td>
	</tr>`;
}

/** @param {AuditEntry} entry */
function changes({ before, after, target }) {
	const rows = changesOf({ before, after });

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
		/** @type {Record<string, number>} ids of the entries that come next, 0 for none */
		this.beside = { newer: 0, older: 0 };
	}

	get subject() {
		return this.record ? String(this.record.id) : '';
	}

	/** A number alone says nothing there. */
	get here() {
		return `${this.title} ${this.subject}`;
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		await super.read(signal);
		this.beside = { newer: 0, older: 0 };
		this.readBeside(signal);
	}

	/**
	 * Which entries come before and after this one in the trail; those of one instant are in the
	 * order of their numbers. Where nobody can tell, there is no way there.
	 * @param {AbortSignal} signal
	 */
	async readBeside(signal) {
		const at = Date.parse(this.record?.at ?? '');
		const ways = /** @type {const} */ ({ newer: ['at', 'since', at],
			older: ['-at', 'until', at + 1] });

		await Promise.all(Object.entries(ways).map(async ([way, [sort, name, instant]]) => {
			const query = { sort, size: NEAR, [name]: new Date(instant).toISOString() };
			const { data } = await call('GET', 'audit', { query, signal });
			const here = data.items.findIndex(({ id }) => id === this.id);

			this.beside[way] = here < 0 ? 0 : data.items[here + 1]?.id ?? 0;
		})).catch(() => {});
		if (!signal.aborted) {
			this.draw();
		}
	}

	actions() {
		return html`<span class="head-links">${WAYS.map((way) => html`<a class="button"
			href=${this.beside[way] ? `./?p=audit-entry&id=${this.beside[way]}` : nothing}
			role="link" aria-disabled=${this.beside[way] ? nothing : 'true'}>
			${t(`audit.${way}`)}</a>`)}</span>`;
	}

	content() {
		return this.record ? details(this.record, this.may) : nothing;
	}
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	return new AuditEntryScreen(context);
}
