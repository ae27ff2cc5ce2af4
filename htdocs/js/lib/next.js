/*
 * Where a sign-in goes on to. The address comes from outside, so only a query of this very page is
 * believed: an open redirect would hand a fresh session's owner to somebody else's page. Of rooms,
 * which are other pages of this host, the server knows the addresses.
 */

/**
 * @param {string | null} next
 * @returns {string} a query of this page, or ""
 */
export function safeNext(next) {
	return next !== null && /^\?p=[a-z]/.test(next) ? next : '';
}

/**
 * Whether somebody has been sent to a room a moment ago, and is here again: a browser that keeps no
 * cookie for it would be sent to and fro for ever. Notes this time.
 * @param {{getItem: (name: string) => string | null,
 *     setItem: (name: string, value: string) => void}} storage of the tab
 * @param {string} room its address
 * @param {number} now milliseconds
 */
export function isBackAtOnce(storage, room, now) {
	const AT_ONCE = 10_000;
	const [before = '', at = '0'] = (storage.getItem('room') ?? '').split(' ');

	storage.setItem('room', `${room} ${now}`);
	return before === room && now - Number(at) < AT_ONCE;
}
