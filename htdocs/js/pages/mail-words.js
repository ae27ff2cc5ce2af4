/* What became of a letter, in words. */
import { html } from '../core/html.js';
import { personName } from '../ui/words.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Letter} Letter */

/** @param {Letter['state']} state */
export function stateBadge(state) {
	return html`<span class="badge badge-mail-${state}">${t(`mail.state.${state}`)}</span>`;
}

/**
 * Whom it is about; of a test, who sent it.
 * @param {Letter} letter
 */
export function letterUser({ user }) {
	return user ? html`<a href="./?p=user&id=${user.id}"><bdi>${personName(user)}</bdi></a>` : '–';
}

/**
 * The last that the mail server said, and what it means.
 * @param {Letter} letter
 */
export function letterAnswer({ smtp_code: code, reason }) {
	if (!reason) {
		return t('mail.reason.none');
	}
	const text = t(`mail.reason.${reason}`);

	return code ? `${code} · ${text}` : text;
}

/**
 * The letter with a user's credentials: how far it came, and whether the user has signed in since.
 * @param {Pick<import('../records.js').UserWhole, 'delivery'>} user
 */
export function deliveryWords({ delivery }) {
	if (!delivery) {
		return t('delivery.none');
	}
	const { state, smtp_code: code, signed_in_since: used } = delivery;

	if (delivery.former_address) {
		return t('delivery.former_address');
	}
	if (used && state === 'sent') {
		return t('delivery.used', { code: String(code) });
	}
	if (delivery.may_have_arrived && state !== 'queued' && state !== 'sending') {
		return t('delivery.may_have_arrived');
	}
	const text = code ? `${t(`delivery.${state}`)} (${code})` : t(`delivery.${state}`);

	return used ? t('delivery.signed_in', { text }) : text;
}
