/*
 * Where a sign-in goes on to. The address comes from outside, so only a query of this very page is
 * believed: an open redirect would hand a fresh session's owner to somebody else's page.
 */

/**
 * @param {string | null} next
 * @returns {string} a query of this page, or ""
 */
export function safeNext(next) {
	return next !== null && /^\?p=[a-z]/.test(next) ? next : '';
}
