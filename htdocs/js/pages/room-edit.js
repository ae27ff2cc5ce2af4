/* System > Rooms > Edit room. */
import { call } from '../core/api.js';
import { changesOf } from '../lib/changes.js';
import { confirm } from '../ui/confirm.js';
import { FormScreen } from '../ui/form-screen.js';
import { html, nothing } from '../core/html.js';
import { menuButton } from '../ui/menu-button.js';
import { NO_ROOM, roomFields, roomProblems } from './room-fields.js';
import { saveButton } from '../ui/form.js';
import { SavedSince } from './saved-since.js';
import { showToast } from '../ui/toast.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Room} Room */

/**
 * The form of one room.
 * @extends {FormScreen<import('./room-fields.js').Values, 'rooms'>}
 */
class RoomEdit extends FormScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super(NO_ROOM, 'rooms');
		this.context = context;
		this.since = new SavedSince(this, context, 'room');
	}

	get title() {
		return this.mayUpdate ? super.title : t('room.view_title');
	}

	get subject() {
		return this.record?.name ?? '';
	}

	/** Before the record is there, what it says is to be expected. */
	get mayUpdate() {
		return this.record?.may.includes('update') ?? this.context.may('PATCH rooms/{id}');
	}

	/** @param {{data: Room, etag: string}} answer */
	take(answer) {
		const { name, address, groups } = answer.data;

		super.take(answer);
		this.form.reset({ name, address, groups: groups.map(({ id }) => id) });
	}

	problems() {
		return roomProblems(this.form.values);
	}

	async send() {
		const body = changesOf(this.form.saved, this.form.values);

		if (Object.keys(body).length > 0) {
			this.take(await call('PATCH', this.path, { body, etag: this.etag }));
		}
		showToast(t('room.saved'));
	}

	async remove() {
		const { name } = this.form.saved;

		if (await confirm({ title: t('room.delete_title'), text: t('room.delete_text', { name }),
			yes: t('room.delete') })) {
			await this.form.save({}, () => this.sendRemoval());
		}
	}

	async sendRemoval() {
		const { name } = this.form.saved;

		await call('DELETE', this.path, { etag: this.etag });
		this.form.reset(this.form.saved);
		showToast(t('room.deleted', { name }));
		this.goOn('./?p=rooms');
	}

	actions() {
		return this.record?.may.includes('delete')
			? menuButton('actions', t('room.actions'), [
				{ label: t('room.delete'), run: () => this.remove(), danger: true }])
			: nothing;
	}

	/** @param {Room} room */
	formTemplate(room) {
		const { form, context } = this;
		const disabled = !this.mayUpdate;

		return html`
			<form class="card form" novalidate autocomplete="off"
				@submit=${(/** @type {Event} */ event) => this.submit(event)}>
				${roomFields(form, context, { disabled, own: room.groups })}
				<div class="form-buttons">
					${disabled ? nothing : saveButton(form, t('action.save'))}
					<a class="button" href="./?p=rooms">
						${t(disabled ? 'action.back' : 'action.cancel')}</a>
					<a class="button" href=${room.address}>${t('room.enter')}</a>
				</div>
			</form>`;
	}

	content() {
		return html`
			${this.summary()}
			${this.since.template(t('room.stale'))}
			${this.record ? this.formTemplate(this.record) : nothing}`;
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new RoomEdit(context);
}
