/*
 * System > Mail > one letter: what became of it. While it is on its way, the page asks again and
 * again, so that a test shows the mail server's own answer.
 */
import { announce } from '../ui/page.js';
import { asProblem, explainField } from '../ui/explain.js';
import { call } from '../core/api.js';
import { confirm } from '../ui/confirm.js';
import { html, nothing } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { letterAnswer, letterUser, stateBadge } from './mail-words.js';
import { notice } from '../ui/notice.js';
import { RecordScreen } from '../ui/record-screen.js';
import { showToast } from '../ui/toast.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';
import { told } from '../ui/told.js';

/** @typedef {import('../records.js').Letter} Letter */

/** Milliseconds between two questions: short at first, for a server that answers at once. */
const PAUSES = [300, 500, 1000, 1000, 2000, 2000, 3000, 5000];
/** Nobody looks any more; what is asked without end would also keep the session alive. */
const LOOKS_MAX = 120;

/** @param {Letter} letter */
function isOver({ state }) {
	return state !== 'queued' && state !== 'sending';
}

/** @param {import('../core/api.js').Problem} problem */
function explainAll(problem) {
	const keys = Object.values(problem.errors);

	return keys.length > 0 ? keys.map(explainField).join(' ') : told(problem);
}

/**
 * One letter.
 * @extends {RecordScreen<'mail'>}
 */
class LetterDetail extends RecordScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super('mail');
		this.context = context;
		/** @type {import('../core/api.js').Problem | null} what kept an action from being done */
		this.refusal = null;
		this.keyOf = keyKeeper();
		this.looks = 0;
		this.pause = 0;
	}

	/** @param {URLSearchParams} params */
	readAddress(params) {
		super.readAddress(params);
		this.looks = 0;
	}

	get subject() {
		return this.record ? [this.record.id, this.record.to].filter(Boolean).join(' ') : '';
	}

	/** A number alone says nothing there. */
	get here() {
		return `${this.title} ${this.subject}`;
	}

	close() {
		super.close();
		clearTimeout(this.pause);
	}

	load() {
		clearTimeout(this.pause);
		return super.load();
	}

	/** @param {{data: Letter, etag: string}} answer */
	take(answer) {
		const { data: letter } = answer;

		if (this.record && this.record.state !== letter.state) {
			announce(`${t(`mail.state.${letter.state}`)}. ${letterAnswer(letter)}`);
		}
		super.take(answer);
		if (!isOver(letter)) {
			this.lookAgain();
		}
	}

	lookAgain() {
		if (this.looks < LOOKS_MAX) {
			this.pause = setTimeout(() => this.load(),
				PAUSES[Math.min(this.looks, PAUSES.length - 1)]);
			this.looks += 1;
		}
	}

	/**
	 * @param {import('../ui/confirm.js').Question} question
	 * @param {() => Promise<void>} act
	 */
	async ask(question, act) {
		if (!await confirm(question)) {
			return;
		}
		try {
			await act();
			this.refusal = null;
		} catch (error) {
			this.refusal = asProblem(error);
		}
		this.draw();
	}

	resend() {
		const person = this.record?.user?.email ?? '';
		const text = this.record?.kind === 'link' ? 'mail.resend_link' : 'mail.resend_text';

		return this.ask({ title: t('mail.resend_title'), text: t(text, { person }),
			yes: t('mail.resend') }, async () => {
			const { data } = await call('POST', `${this.path}/resend`,
				{ body: {}, key: this.keyOf(this.path) });

			showToast(t('mail.resent', { person }));
			this.goOn(`./?p=letter&id=${data.id}`);
		});
	}

	cancel() {
		return this.ask({ title: t('mail.cancel_title'), text: t('mail.cancel_text'),
			yes: t('mail.cancel'), no: t('mail.keep') }, async () => {
			await call('DELETE', this.path);
			showToast(t('mail.cancelled'));
			await this.load();
		});
	}

	actions() {
		const letter = this.record;

		if (!letter) {
			return nothing;
		}
		const resends = letter.may.includes('resend') && this.context.session.features.mail;

		return html`<div class="with-button">
			${resends ? html`<button type="button" class="button" @click=${() => this.resend()}>
				${t('mail.resend')}</button>` : nothing}
			${letter.may.includes('delete') ? html`<button type="button"
				class="button danger" @click=${() => this.cancel()}>${t('mail.cancel')}</button>`
				: nothing}
		</div>`;
	}

	/** @param {Letter} letter */
	facts(letter) {
		return html`<section class="card facts" aria-busy=${!isOver(letter)}><dl class="details">
			<dt>${t('mail.id')}</dt><dd>${letter.id}</dd>
			<dt>${t('mail.kind')}</dt><dd>${t(`mail.kind.${letter.kind}`)}</dd>
			<dt>${t('mail.user')}</dt><dd>${letterUser(letter)}</dd>
			${letter.to ? html`<dt>${t('mail.to')}</dt><dd><bdi>${letter.to}</bdi></dd>` : nothing}
			<dt>${t('mail.state')}</dt><dd>${stateBadge(letter.state)}
				${letter.may_have_arrived ? html`<div class="muted">
					${t('mail.may_have_arrived')}</div>` : nothing}</dd>
			<dt>${t('mail.answer')}</dt><dd>${letterAnswer(letter)}</dd>
			${letter.reply ? html`<dt>${t('mail.reply')}</dt>
				<dd><bdi>${letter.reply}</bdi></dd>` : nothing}
			<dt>${t('mail.attempts')}</dt><dd>${letter.attempts}</dd>
			${letter.next_attempt_at ? html`<dt>${t('mail.next_attempt_at')}</dt>
				<dd>${stamp(letter.next_attempt_at)}</dd>` : nothing}
			<dt>${t('mail.created_at')}</dt><dd>${stamp(letter.created_at)}</dd>
			${letter.settled_at ? html`<dt>${t('mail.settled_at')}</dt>
				<dd>${stamp(letter.settled_at)}</dd>` : nothing}
		</dl></section>`;
	}

	content() {
		const { record, refusal } = this;

		return html`
			${refusal ? notice(explainAll(refusal), { kind: 'problem' }) : nothing}
			${record ? this.facts(record) : nothing}`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new LetterDetail(context);
}
