/*
 * One act on many records is one row of the trail, which unfolds: entries that follow each other in
 * the list, of one request and one action.
 */
import { html, nothing } from '../core/html.js';
import { icons } from '../ui/icons.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */

/** @param {AuditEntry} entry */
const actOf = ({ request_id: request, action }) => request ? `${request} ${action}` : '';

export class AuditFolds {
	/** @param {() => void} redraw */
	constructor(redraw) {
		this.redraw = redraw;
		/** @type {Set<string>} acts whose entries are all shown */
		this.unfolded = new Set();
		/** @type {Map<number, number>} id of the first entry of an act to their number */
		this.counts = new Map();
	}

	/**
	 * The rows to draw.
	 * @param {AuditEntry[]} items
	 */
	drawn(items) {
		/** @type {AuditEntry | undefined} */
		let first;

		this.counts.clear();
		return items.filter((entry) => {
			const follows = first && actOf(entry) !== '' && actOf(entry) === actOf(first);

			first = follows ? first : entry;
			this.counts.set(/** @type {AuditEntry} */ (first).id,
				(this.counts.get(/** @type {AuditEntry} */ (first).id) ?? 0) + 1);
			return !follows || this.unfolded.has(actOf(entry));
		});
	}

	/** @param {AuditEntry} entry */
	button(entry) {
		const count = this.counts.get(entry.id) ?? 0;
		const act = actOf(entry);
		const open = this.unfolded.has(act);
		const toggle = () => {
			if (!this.unfolded.delete(act)) {
				this.unfolded.add(act);
			}
			this.redraw();
		};

		return count > 1 ? html` <button type="button" class="button small" aria-expanded=${open}
			@click=${toggle}>×${count} <span class="sr">${t('audit.of_one_act', { count })}</span>
			${icons.down}</button>` : nothing;
	}
}
