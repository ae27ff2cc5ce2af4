/* System > Sessions: who is signed in, from where and with what; and ending that. */
import { call } from '../core/api.js';
import { confirm } from '../ui/confirm.js';
import { deviceWords } from '../ui/device.js';
import { html, nothing } from '../core/html.js';
import { ListScreen } from '../ui/list-screen.js';
import { personName } from '../ui/words.js';
import { showToast } from '../ui/toast.js';
import { stamp } from '../ui/stamp.js';
import { dayFilters } from './late-filters.js';
import { userFilter } from './pick-filters.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').LiveSession} LiveSession */

/**
 * @param {LiveSession} session
 * @param {boolean} linked
 */
function userCell({ user, current }, linked) {
	const name = personName(user);
	const mark = html`<span class="badge badge-enabled">${t('session.current')}</span>`;

	return html`
		${linked && user
			? html`<a class="strong" href="./?p=user&id=${user.id}"><bdi>${name}</bdi></a>`
			: html`<bdi>${name}</bdi>`}
		${current ? mark : nothing}`;
}

/**
 * @param {LiveSession} session
 * @param {() => void} end
 */
function endButton({ user, remote_address: address, may }, end) {
	const barred = !may.includes('delete');

	return html`<button type="button" class="button small" ?disabled=${barred}
		title=${barred ? t('user.above_short') : nothing} @click=${end}>${t('session.end')}
		<span class="sr">${t('session.end_whose', { person: personName(user), address })}</span>
	</button>`;
}

/** The list, and what can be done in it. */
class Sessions {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		this.context = context;
		this.may = context.may;
		this.reader = context.session.user;
		/** @type {ListScreen<LiveSession>} */
		this.list = new ListScreen({
			screen: 'sessions',
			path: 'sessions',
			empty: t('sessions.empty'),
			sort: '-last_used_at',
			columns: this.columns(),
			create: (/** @type {import('../lib/table-state.js').TableState} */ state) =>
				this.endAllButton(state),
		});
	}

	/** @returns {import('../ui/data-table.js').Column<LiveSession>[]} */
	columns() {
		const label = (/** @type {string} */ name) => t(`session.${name}`);
		const actions = { name: 'actions', label: t('table.row_actions'), fixed: true,
			cell: (/** @type {LiveSession} */ session) =>
				endButton(session, () => this.end(session)) };

		return [
			{ name: 'user', label: label('user'), sorts: true, fixed: true, card: 'title',
				tip: ({ user }) => personName(user),
				filters: [userFilter(this.context, { name: 'user', label: label('user') })],
				cell: (session) => userCell(session, this.may('GET users/{id}')) },
			{ name: 'remote_address', label: label('remote_address'), sorts: true, filter: 'text',
				cell: (session) => session.remote_address },
			{ name: 'device', label: label('device'), filter: 'text', filterName: 'user_agent',
				cell: (session) => deviceWords(session.user_agent) },
			{ name: 'created_at', label: label('created_at'), sorts: true,
				filters: dayFilters('created', label('created_at')),
				cell: (session) => stamp(session.created_at) },
			{ name: 'last_used_at', label: label('last_used_at'), sorts: true,
				filters: dayFilters('last_used', label('last_used_at')),
				cell: (session) => stamp(session.last_used_at) },
			...(this.may('DELETE sessions/{id}') ? [actions] : []),
		];
	}

	/** @param {import('../lib/table-state.js').TableState} state */
	endAllButton({ filters }) {
		const { user } = filters;

		return user && this.list.items.some(({ may }) => may.includes('delete'))
			? html`<button type="button" class="button" @click=${() => this.endAll(user)}>
				${t('session.end_all')}</button>`
			: nothing;
	}

	/** @param {LiveSession} session */
	async end({ id, user, current, remote_address: address }) {
		const person = personName(user);

		if (await confirm({ title: t('session.end_title'), yes: t('session.end'),
			text: current ? t('session.end_own') : t('session.end_text', { person, address }) })) {
			await this.send(`sessions/${id}`, current, t('session.ended', { person }));
		}
	}

	/** @param {string} user */
	async endAll(user) {
		const session = this.list.items.find((item) => String(item.user?.id) === user);
		const person = session ? personName(session.user) : t('session.user_number', { user });
		const own = user === String(this.reader.id);

		if (await confirm({ title: t('session.end_all_title'), yes: t('session.end_all'),
			text: own ? t('session.end_own') : t('session.end_all_text', { person }) })) {
			await this.send(`users/${Number(user)}/sessions`, own,
				t('session.all_ended', { person }));
		}
	}

	/**
	 * @param {`sessions/${number}` | `users/${number}/sessions`} path
	 * @param {boolean} own the reader is signed out by it
	 * @param {string} done
	 */
	send(path, own, done) {
		return this.list.attempt(async () => {
			await call('DELETE', path);
			if (own) {
				location.replace('sign-in.html');
				return;
			}
			showToast(done);
			await this.list.load();
		});
	}
}

/** @param {import('../ui/context.js').Context} context */
export function open(context) {
	return new Sessions(context).list;
}
