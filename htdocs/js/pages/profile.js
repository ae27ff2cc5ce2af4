/* One's own account: who one is, how one signs in, and where one is signed in. */
import { call } from '../core/api.js';
import { deviceWords } from '../ui/device.js';
import { groupNames } from '../ui/words.js';
import { html, nothing, repeat } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { Screen } from '../ui/screen.js';
import { showToast } from '../ui/toast.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').OwnSession} OwnSession */

class Profile extends Screen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super();
		this.context = context;
		/** @type {import('../records.js').TotpState | null} */
		this.totp = null;
		/** @type {OwnSession[]} */
		this.sessions = [];
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		const [totp, sessions] = await Promise.all([call('GET', 'profile/totp', { signal }),
			call('GET', 'profile/sessions', { signal })]);

		this.totp = totp.data;
		this.sessions = sessions.data.items;
	}

	/**
	 * @param {'profile/sessions' | `profile/sessions/${number}`} path
	 * @param {(session: OwnSession) => boolean} isLeft
	 */
	endSessions(path, isLeft) {
		return this.attempt(async () => {
			await call('DELETE', path);
			this.sessions = this.sessions.filter(isLeft);
			showToast(t('profile.ended'));
		});
	}

	facts() {
		const { user } = this.context.session;

		return html`<dl class="details field">
			<dt>${t('user.email')}</dt><dd><bdi>${user.email}</bdi></dd>
			<dt>${t('user.name')}</dt><dd><bdi>${user.name || '–'}</bdi></dd>
			<dt>${t('user.groups')}</dt><dd>${groupNames(user.groups) || t('user.groups_none')}</dd>
			<dt>${t('user.two_factor')}</dt><dd>${this.twoFactor()}</dd>
		</dl>`;
	}

	twoFactor() {
		const { totp } = this;

		if (!totp) {
			return nothing;
		}
		const left = totp.method === 'totp'
			? t('profile.codes_left', { count: totp.recovery_codes }) : '';

		return html`${t(`two_factor.${totp.method}`)} <span class="muted">${left}</span>`;
	}

	account() {
		const word = this.totp?.method === 'totp' ? 'profile.totp_change' : 'profile.totp_enable';

		return html`<section class="card facts">
			${this.facts()}
			<p class="form-buttons">
				<a class="button" href="./?p=profile-password">${t('profile.password_change')}</a>
				${this.totp ? html`<a class="button" href="./?p=profile-totp">${t(word)}</a>`
					: nothing}
			</p>
		</section>`;
	}

	/** @param {OwnSession} session */
	endButton({ id, current, remote_address: address }) {
		return current ? html`<span class="muted">${t('profile.current')}</span>`
			: html`<button type="button" class="button small" @click=${() =>
				this.endSessions(`profile/sessions/${id}`, (session) => session.id !== id)}>
				${t('profile.end')} <bdi class="sr">${address}</bdi></button>`;
	}

	/** @param {OwnSession} session */
	row(session) {
		const cells = /** @type {[string, unknown][]} */ ([
			['remote_address', session.remote_address],
			['created_at', stamp(session.created_at)],
			['last_used_at', stamp(session.last_used_at)],
			['user_agent', deviceWords(session.user_agent)],
		]);

		return html`<tr>${cells.map(([name, value]) =>
			html`<td data-label=${t(`profile.${name}`)}>${value}</td>`)}
			<td class="cell-actions">${this.endButton(session)}</td></tr>`;
	}

	sessionTable() {
		const heads = ['remote_address', 'created_at', 'last_used_at', 'user_agent'];

		return html`<section class="card list"><div class="scroll" tabindex="0" role="region"
			aria-label=${t('profile.sessions')}><table class="table">
			<caption class="sr">${t('profile.sessions')}</caption>
			<thead><tr class="headers">${heads.map((name) =>
				html`<th scope="col">${t(`profile.${name}`)}</th>`)}
				<th scope="col">${t('table.row_actions')}</th></tr></thead>
			<tbody>${repeat(this.sessions, ({ id }) => id, (session) => this.row(session))}</tbody>
		</table></div></section>`;
	}

	endOthers() {
		const others = this.sessions.length > 1;

		return html`<button type="button" class="button" ?disabled=${!others}
			@click=${() => this.endSessions('profile/sessions', ({ current }) => current)}>
			${t('profile.end_others')}</button>`;
	}

	content() {
		return html`
			${this.totp?.method === 'disabled' ? notice(t('profile.totp_urged')) : nothing}
			${this.account()}
			${this.sessions.length === 0 ? nothing : html`
				<div class="head section"><h2>${t('profile.sessions')}</h2>${this.endOthers()}</div>
				${this.sessionTable()}`}`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new Profile(context);
}
