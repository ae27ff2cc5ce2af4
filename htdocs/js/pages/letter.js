/*
 * System > Mail > one letter: what became of it. While it is on its way, the page asks again and
 * again, so that a test shows the mail server's own answer.
 */
import { announce, byId, setTitle } from '../ui/page.js';
import { asProblem, explain, explainField } from '../ui/explain.js';
import { call } from '../core/api.js';
import { confirm } from '../ui/confirm.js';
import { crumbs } from '../ui/crumbs.js';
import { goTo } from '../core/router.js';
import { html, nothing, render } from '../core/html.js';
import { keyKeeper } from '../lib/once.js';
import { letterAnswer, letterUser, stateBadge } from './mail-words.js';
import { notice } from '../ui/notice.js';
import { showToast } from '../ui/toast.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Mail} Mail */

/** Milliseconds between two questions: short at first, for a server that answers at once. */
const PAUSES = [300, 500, 1000, 1000, 2000, 2000, 3000, 5000];
/** Nobody looks any more; what is asked without end would also keep the session alive. */
const LOOKS_MOST = 120;

/** @param {Mail} letter */
function isOver({ state }) {
	return state !== 'queued' && state !== 'sending';
}

/** @param {import('../core/api.js').Problem} problem */
function explainAll(problem) {
	const keys = Object.values(problem.errors);

	return keys.length > 0 ? keys.map(explainField).join(' ') : explain(problem);
}

/** One letter. */
class Letter {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		this.context = context;
		this.path = '';
		/** @type {Mail | null} */
		this.letter = null;
		/** @type {import('../core/api.js').Problem | null} what kept it from being shown */
		this.problem = null;
		/** @type {import('../core/api.js').Problem | null} what kept an action from being done */
		this.refusal = null;
		this.keyOf = keyKeeper();
		this.looks = 0;
		this.pause = 0;
	}

	/** @param {URLSearchParams} params */
	show(params) {
		this.path = `mail/${Number(params.get('id'))}`;
		this.looks = 0;
		this.draw();
		return this.load();
	}

	/** An answer that comes late must not draw over the next screen. */
	close() {
		clearTimeout(this.pause);
		this.draw = () => {};
		this.lookAgain = () => {};
	}

	async load() {
		clearTimeout(this.pause);
		try {
			const { data } = await call('GET', this.path);

			this.take(data);
			this.problem = null;
		} catch (error) {
			this.problem = asProblem(error);
		}
		this.draw();
	}

	/** @param {Mail} letter */
	take(letter) {
		if (this.letter && this.letter.state !== letter.state) {
			announce(`${t(`mail.state.${letter.state}`)}. ${letterAnswer(letter)}`);
		}
		this.letter = letter;
		if (!isOver(letter)) {
			this.lookAgain();
		}
	}

	lookAgain() {
		if (this.looks < LOOKS_MOST) {
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
		const person = this.letter?.user?.email ?? '';

		const text = this.letter?.kind === 'link' ? 'mail.resend_link' : 'mail.resend_text';

		return this.ask({ title: t('mail.resend_title'), text: t(text, { person }),
			yes: t('mail.resend') }, async () => {
			const { data } = await call('POST', `${this.path}/resend`,
				{ body: {}, key: this.keyOf(this.path) });

			showToast(t('mail.resent', { person }));
			goTo(`./?p=letter&id=${data.id}`);
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

	/** @param {Mail} letter */
	actions(letter) {
		const resends = letter.may.includes('resend') && this.context.session.features.mail;

		return html`<div class="with-button">
			${resends ? html`<button type="button" class="button" @click=${() => this.resend()}>
				${t('mail.resend')}</button>` : nothing}
			${letter.may.includes('delete') ? html`<button type="button"
				class="button danger" @click=${() => this.cancel()}>${t('mail.cancel')}</button>`
				: nothing}
		</div>`;
	}

	/** @param {Mail} letter */
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

	draw() {
		const title = t('letter.title');
		const { letter, problem, refusal } = this;

		setTitle(title);
		render(html`
			${crumbs([['./?p=mail', t('mail.title')]], title)}
			<div class="head">
				<h1 tabindex="-1">${title}</h1>
				${letter ? this.actions(letter) : nothing}
			</div>
			${problem ? notice(explain(problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${refusal ? notice(explainAll(refusal), { kind: 'problem' }) : nothing}
			${letter ? this.facts(letter) : nothing}`, byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function letterDetail(context) {
	return new Letter(context);
}
