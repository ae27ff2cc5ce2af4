/*
 * What a user is to be given by hand, shown once: where to sign in, as whom, and with what. It is
 * kept in this object alone, never in an address, the history or a storage; whoever leaves the
 * screen, or the page, leaves nothing behind. And what would still keep the user out.
 */
import { asProblem } from './explain.js';
import { call } from '../core/api.js';
import { copyText } from './copy.js';
import { html, nothing } from '../core/html.js';
import { icons } from './icons.js';
import { notice } from './notice.js';
import { showToast } from './toast.js';
import { stamp } from './stamp.js';
import { t } from '../core/i18n.js';
import { told } from './told.js';

/** @typedef {import('../records.js').User} User */
/** @typedef {import('./context.js').Context} Context */

/**
 * @typedef {object} Given
 * @property {User} user as the server has them now
 * @property {string} etag of that
 * @property {string} secret the password or the link
 * @property {boolean} isLink
 */

const HOUR = 3_600_000;

/**
 * What was just made, if the reader has to hand it over.
 * @param {Record<string, any>} body what was saved
 * @param {{data: User & {link?: string}, etag: string}} answer
 * @returns {Given | null} null where it was mailed, and where a link was shown before
 */
export function givenBy(body, { data, etag }) {
	const { link, ...user } = data;
	const secret = body.link ? link : body.password;

	return secret && !body.send_to_email
		? { user, etag, secret, isLink: body.link === true } : null;
}

/** Where people sign in: the address of this page, without what it shows. */
function pageAddress() {
	return new URL('.', location.href).href;
}

/** Selects what cannot be copied, so that the reader can. @param {string} id */
function select(id) {
	const element = document.getElementById(id);

	if (element) {
		getSelection()?.selectAllChildren(element);
	}
}

/** The part of a screen that hands over; it ends with the screen. */
export class HandOver {
	/**
	 * @param {import('./screen.js').Screen} screen
	 * @param {Context} context
	 * @param {Given} given
	 * @param {string} back where Done leads
	 */
	constructor(screen, context, given, back) {
		this.screen = screen;
		this.context = context;
		this.given = given;
		this.back = back;
		this.until = Date.now() + context.session.features.credentials_hours * HOUR;
		/** @type {import('../core/api.js').Problem | null} */
		this.problem = null;
		// A browser that keeps the page for its Back button is to keep nothing of this.
		addEventListener('pagehide', () => this.forget(), { signal: screen.left });
		screen.left.addEventListener('abort', () => this.forget());
	}

	get email() {
		return this.given.user.email;
	}

	forget() {
		this.given = { ...this.given, secret: '' };
		this.screen.draw();
	}

	/** What there is to hand over: id, word and text. @returns {[string, string, string][]} */
	parts() {
		const { secret, isLink } = this.given;

		/** @type {[string, string, string]} */
		const key = isLink ? ['link', t('link.label'), secret]
			: ['password', t('user.password'), secret];

		return [['address', t('handover.address'), pageAddress()],
			['email', t('user.email'), this.email], key];
	}

	/** @param {string} id @param {string} text */
	async copy(id, text) {
		if (!await copyText(text, t('handover.copied'), t('handover.not_copied'))) {
			select(id);
		}
	}

	copyAll() {
		const lines = this.parts().map(([, word, text]) => `${word}: ${text}`);

		return this.copy('given', lines.join('\n'));
	}

	/** @param {[string, string, string]} part */
	row([name, word, text]) {
		const id = `given-${name}`;

		return html`<dt>${word}</dt><dd class="given">
			<code id=${id} dir="ltr">${text}</code>
			<button type="button" class="button small" @click=${() => this.copy(id, text)}>
				${icons.copy} ${t('handover.copy')} <span class="sr">${word}</span></button></dd>`;
	}

	async disableTwoFactor() {
		const { user, etag } = this.given;

		try {
			const answer = await call('PATCH', `users/${user.id}`,
				{ body: { two_factor: 'disabled' }, etag });

			this.given = { ...this.given, user: answer.data, etag: answer.etag };
			this.problem = null;
			showToast(t('handover.disabled'));
		} catch (error) {
			this.problem = asProblem(error);
		}
		this.screen.draw();
		this.screen.takeFocus(); // the button that had it is gone
	}

	/** Codes go by mail, and there is none. */
	noCode() {
		const { email, may } = this.given.user;

		return may.includes('two_factor') && this.context.may('PATCH users/{id}')
			? notice(t('handover.no_mail', { email }), { kind: 'problem',
				action: t('handover.disable'), run: () => this.disableTwoFactor() })
			: notice(t('handover.no_mail_ask', { email }), { kind: 'problem' });
	}

	/** What would keep the user out, or show them nothing. */
	obstacles() {
		const { status, groups, two_factor: factor } = this.given.user;

		return [
			factor === 'email' && !this.context.session.features.mail && this.noCode(),
			status === 'disabled' && notice(t('handover.status')),
			groups.length === 0 && notice(t('handover.no_groups')),
		].filter(Boolean);
	}

	template() {
		const { isLink, user } = this.given;
		const obstacles = this.obstacles();

		return html`
			<div class="not-printed">
				${this.problem ? notice(told(this.problem), { kind: 'problem' }) : nothing}
				${obstacles}
			</div>
			<section class="card form">
				<p class="field not-printed">${t(isLink ? 'handover.link' : 'handover.password',
			{ email: user.email })}</p>
				<dl class="details field" id="given">
					${this.parts().map((part) => this.row(part))}
					<dt>${t('handover.until')}</dt>
					<dd>${stamp(new Date(this.until).toISOString())}</dd>
				</dl>
				<p class="field hint not-printed">${t('handover.once')}</p>
				<div class="form-buttons">
					<a class="button primary" href=${this.back}>${t('link.done')}</a>
					<button type="button" class="button" @click=${() => this.copyAll()}>
						${icons.copy} ${t('handover.copy_all')}</button>
					<button type="button" class="button" @click=${() => print()}>
						${t('handover.print')}</button>
				</div>
			</section>`;
	}
}
