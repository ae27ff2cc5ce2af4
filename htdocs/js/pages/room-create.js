/* System > Rooms > Create room. */
import { call } from '../core/api.js';
import { FormScreen } from '../ui/form-screen.js';
import { html } from '../core/html.js';
import { keyKeeper } from '../lib/idempotency.js';
import { NO_ROOM, roomFields, roomProblems } from './room-fields.js';
import { saveButton } from '../ui/form.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/**
 * The form of one room that is not named yet.
 * @extends {FormScreen<import('./room-fields.js').Values>}
 */
class RoomCreate extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(NO_ROOM);
		this.context = context;
		this.keyOf = keyKeeper();
	}

	problems() {
		return roomProblems(this.form.values);
	}

	async send() {
		const body = this.form.values;

		await call('POST', 'rooms', { body, key: this.keyOf(body) });
		this.form.reset(NO_ROOM);
		showToast(t('room.created', { name: body.name.trim() }));
		this.goOn('./?p=rooms');
	}

	content() {
		const { form, context } = this;

		return html`
			${this.summary()}
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${roomFields(form, context)}
				<div class="form-buttons">
					${saveButton(form, t('action.save'))}
					<a class="button" href="./?p=rooms">${t('action.cancel')}</a>
				</div>
			</form>`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new RoomCreate(context);
}
