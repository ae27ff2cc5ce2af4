/*
 * What to say after a stale save: who has saved since the record was opened, when and what, as far
 * as the trail tells it and the viewer may see that. What was typed stays until it is given up on
 * purpose.
 */
import { absolute } from '../lib/time.js';
import { actorWord } from './audit-words.js';
import { announce } from '../ui/page.js';
import { call } from '../core/api.js';
import { changeLine } from './audit-changes.js';
import { LIMITS } from '../contract.js';
import { locale, t } from '../core/i18n.js';
import { nothing } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { Question } from '../ui/question.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */

/**
 * A screen whose form was opened with a version of a record.
 * @typedef {object} Edited
 * @property {number} id
 * @property {{version: number} | null} record
 * @property {import('../ui/form.js').Form<any>} form
 * @property {AbortSignal} left
 * @property {() => void} draw
 * @property {() => Promise<void>} load
 */

/**
 * Whether an entry tells of a save of what was read as that version. The trail of clients tells no
 * versions: a stale save was preceded by the last one.
 * @param {AuditEntry} entry
 * @param {number} version
 */
function isLater({ before, after }, version) {
	return before !== null && after !== null && Number(after.version ?? Infinity) > version;
}

export class SavedSince {
	/** @type {import('../core/api.js').Problem | null} what the trail was asked about */
	#asked = null;
	/** @type {AuditEntry | null} */
	#save = null;
	#isAsking = false;
	#question;

	/**
	 * @param {Edited} screen
	 * @param {import('../ui/context.js').Context} context
	 * @param {string} type of the record, as the trail calls it
	 */
	constructor(screen, context, type) {
		this.screen = screen;
		this.context = context;
		this.type = type;
		this.#question = new Question(screen.left);
	}

	/** @param {AuditEntry} entry */
	words(entry) {
		const changes = changeLine(entry);
		const isOwn = entry.actor?.id === this.context.session.user.id;
		const save = { person: actorWord(entry), when: absolute(entry.at ?? '', locale()) };

		return [t(isOwn ? 'stale.self' : 'stale.by', save),
			changes && `${changes}.`, t('stale.kept')].filter(Boolean).join(' ');
	}

	async ask() {
		const { screen: { id, record }, type } = this;
		const version = record?.version ?? 0;

		this.#isAsking = true;
		await this.#question.ask(async (signal) => {
			const { data } = await call('GET', 'audit', { query: { target_type: type,
				target_id: id, sort: '-at', size: LIMITS.page_size }, signal });

			this.#save = data.items.find((entry) => isLater(entry, version)) ?? null;
		}, () => {
			this.#isAsking = false;
			this.screen.draw();
			announce(this.#save ? this.words(this.#save) : '');
		});
	}

	/** @param {string} unknown what to say where nothing tells who it was */
	template(unknown) {
		const { problem } = this.screen.form;

		if (problem?.code !== 'stale') {
			return nothing;
		}
		if (problem !== this.#asked) {
			this.#asked = problem;
			this.#save = null;
			if (this.context.may('GET audit')) {
				this.ask();
			}
		}
		return this.#isAsking ? nothing : notice(this.#save ? this.words(this.#save) : unknown,
			{ action: t('stale.load'), run: () => this.screen.load() });
	}
}
