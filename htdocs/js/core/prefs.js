/*
 * What this reader likes (theme, page size, columns), kept in the browser. Keys carry the folder of
 * the page, because two consoles may live on one host under different prefixes.
 */
const prefix = `backoffice:${new URL('.', document.baseURI).pathname}:`;

/**
 * @template T
 * @param {string} name
 * @param {T} fallback
 * @returns {T} what was kept, if it is of the same type as the fallback
 */
export function readPref(name, fallback) {
	try {
		const value = JSON.parse(localStorage.getItem(prefix + name) ?? 'null');

		return value !== null && typeof value === typeof fallback ? value : fallback;
	} catch {
		return fallback;
	}
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function writePref(name, value) {
	try {
		localStorage.setItem(prefix + name, JSON.stringify(value));
	} catch {
		// A full or forbidden storage costs the preference, not the page.
	}
}

const SIGNED_IN = `${prefix}signed-in`;

/** Whether somebody was signed in in this tab, which a load of the whole page forgets. */
export function wasSignedIn() {
	try {
		return sessionStorage.getItem(SIGNED_IN) !== null;
	} catch {
		return false;
	}
}

/** @param {boolean} is */
export function noteSignedIn(is) {
	try {
		if (is) {
			sessionStorage.setItem(SIGNED_IN, '1');
		} else {
			sessionStorage.removeItem(SIGNED_IN);
		}
	} catch {
		// Then whoever has to sign in is not told why.
	}
}
