/*
 * The first ten minutes of a new installation, above the list of users: what there is to set up,
 * each with its state as the server has it. It goes when all is done, when there are so many users
 * that this is no new installation, or when its reader puts it away, which this browser remembers.
 */
import { call } from '../core/api.js';
import { html, nothing } from '../core/html.js';
import { readPref, writePref } from '../core/prefs.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/context.js').Context} Context */

/** As many groups as an installation begins with (sql/migrate). */
const FIRST_GROUPS = 4;

/** What the settings say of a site that nobody has named. */
const NO_NAME = 'Backoffice';

/**
 * @typedef {object} Step
 * @property {string} name of its words
 * @property {boolean} done
 * @property {string} [address] where it is done; none is done on the host
 * @property {() => void} [tick] of what no server can know
 */

/** Whether a test email has left. @returns {Promise<boolean>} */
async function hasTested() {
	const { data } = await call('GET', 'mail', { query: { kind: 'test', state: 'sent', size: 1 } });

	return data.items.length > 0;
}

export class SetUp {
	/**
	 * @param {Context} context
	 * @param {() => void} redraw
	 */
	constructor(context, redraw) {
		this.context = context;
		this.redraw = redraw;
		this.tested = false;
	}

	/** What this browser remembers of a user. @param {string} name */
	pref(name) {
		return `set-up-${name}-${this.context.session.user.id}`;
	}

	async read() {
		if (this.context.may('GET mail')) {
			this.tested = await hasTested().catch(() => false);
		}
	}

	get isAway() {
		return readPref(this.pref('away'), false);
	}

	/** @param {string} name what is to be remembered */
	remember(name) {
		writePref(this.pref(name), true);
		this.redraw();
	}

	/** @param {number} users how many there are @returns {Step[]} */
	steps(users) {
		const { groups, session: { features, user } } = this.context;

		return [
			{ name: 'factor', done: user.two_factor !== 'disabled', address: './?p=profile-totp' },
			features.mail ? { name: 'mail', done: this.tested, address: './?p=mail-test' }
				: { name: 'no_mail', done: false },
			{ name: 'site', done: features.name !== NO_NAME && features.company !== ''
				&& features.support !== '' },
			{ name: 'group', done: groups.length > FIRST_GROUPS, address: './?p=group-create' },
			{ name: 'user', done: users > 1, address: './?p=user-create' },
			{ name: 'backup', done: readPref(this.pref('backup'), false),
				tick: () => this.remember('backup') },
		];
	}

	/** @param {Step} step */
	row({ name, done, address, tick }) {
		const title = t(`setup.${name}`);

		return html`<li class="step ${done ? 'step-done' : ''}">
			<span class="sr">${t(done ? 'setup.done' : 'setup.open')}</span>
			<div>${address && !done ? html`<a href=${address}>${title}</a>` : title}
				${done ? nothing : html`<p class="hint">${t(`setup.${name}_text`)}</p>`}</div>
			${tick && !done ? html`<button type="button" class="button small" @click=${tick}>
				${t('setup.tick')}</button>` : nothing}</li>`;
	}

	/** @param {number} users how many there are */
	template(users) {
		const steps = this.steps(users);
		const done = steps.filter((step) => step.done).length;

		return this.isAway || done === steps.length ? nothing : html`
			<section class="card set-up" aria-labelledby="set-up">
				<div class="set-up-head">
					<h2 id="set-up">${t('setup.title')}</h2>
					<span class="muted">${t('setup.count', { done, all: steps.length })}</span>
					<button type="button" class="button small"
						@click=${() => this.remember('away')}>${t('setup.away')}</button>
				</div>
				<ol class="set-up-steps">${steps.map((step) => this.row(step))}</ol>
			</section>`;
	}
}

/**
 * @param {Context} context
 * @param {() => void} redraw
 */
export async function setUpFor(context, redraw) {
	const setUp = new SetUp(context, redraw);

	await setUp.read();
	return setUp;
}
