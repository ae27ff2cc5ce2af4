/*
 * Addresses are ./?p=users&…: real links under any prefix, no rewrite rule anywhere. Where the
 * browser has the Navigation API, a link within the page changes the screen in place; elsewhere the
 * same link loads the page whole, and everything still works.
 */

/**
 * A screen. show() draws it for an address and is called again when only the rest of the address
 * has changed.
 * @typedef {object} Screen
 * @property {Place} place
 * @property {(params: URLSearchParams) => Promise<void>} show
 * @property {() => void} takeFocus reading begins at its heading
 * @property {() => boolean} isDirty something typed would be lost
 * @property {() => void} close it draws nothing after this
 */

/**
 * What a screen is called, and what it stands under, from the top.
 * @typedef {object} Place
 * @property {string} title
 * @property {[address: string, word: string][]} above
 */

/**
 * Opens the screen of an address, whose code may have to be fetched first.
 * @typedef {(params: URLSearchParams) => Promise<Screen>} OpenScreen
 */

let writing = false;

/** @type {Screen | null} null while it is fetched */
let screen = null;
let shown = ''; // which one
let turn = 0; // of all that were shown
let letGo = false;

/** Whether something typed would be lost by leaving. */
export function isDirty() {
	return !letGo && screen?.isDirty() === true;
}

/** Loads the page anew, whatever was typed: when it is not the same person any more. */
export function loadAnew() {
	letGo = true;
	location.reload();
}

/**
 * Changes the present entry of the history without navigating.
 * @param {{place: unknown} | null} state
 * @param {string} address
 */
function replaceEntry(state, address) {
	writing = true;
	history.replaceState(state, '', address);
	writing = false;
}

/**
 * Notes the state of the screen in the address.
 * @param {string} address
 */
export function noteAddress(address) {
	replaceEntry(null, address);
}

/**
 * Notes where the reader is on the screen: to be found again on coming back, also by a reload.
 * @param {unknown} place
 */
export function notePlace(place) {
	replaceEntry({ place }, location.href);
}

/** The place that was noted; undefined on a first visit. */
export function notedPlace() {
	return history.state?.place;
}

/**
 * Goes to another screen, as a link would.
 * @param {string} address
 */
export function goTo(address) {
	location.assign(address);
}

/** @param {URLSearchParams} params */
function identity(params) {
	return `${params.get('p')}/${params.get('id')}`;
}

/**
 * Leaves the screen that is shown for another one. Somebody may go on before that is there: it is
 * not shown any more.
 * @param {OpenScreen} open
 * @param {URLSearchParams} params
 */
async function change(open, params) {
	turn += 1;
	const mine = turn;

	shown = identity(params);
	letGo = false;
	screen?.close();
	screen = null;
	const next = await open(params);

	if (turn !== mine) {
		next.close();
		return null;
	}
	screen = next;
	const loaded = next.show(params);

	next.takeFocus();
	return loaded;
}

/** @param {any} event a NavigateEvent that this page can answer itself */
function isOurs(event) {
	const target = new URL(event.destination.url);

	return !writing && event.canIntercept && !event.hashChange && event.downloadRequest === null
		&& event.navigationType !== 'reload' && target.pathname === location.pathname;
}

/**
 * Goes on with a navigation that was stopped to ask.
 * @param {any} event
 */
function resume(event) {
	const { navigation } = /** @type {any} */ (window);

	if (event.navigationType === 'traverse') {
		navigation.traverseTo(event.destination.key);
	} else {
		navigation.navigate(event.destination.url);
	}
}

/**
 * @param {object} options
 * @param {OpenScreen} options.open
 * @param {() => Promise<boolean>} options.mayLeave asks the reader whether typed text may be lost
 * @param {string} options.home the screen of an address that names none
 */
export function startRouter({ open, mayLeave, home }) {
	/** @param {string} query */
	async function show(query) {
		const params = new URLSearchParams(query);

		if (!params.has('p')) {
			params.set('p', home);
		}
		if (screen && identity(params) === shown) {
			return screen.show(params);
		}
		return change(open, params);
	}

	/** @param {any} event */
	async function ask(event) {
		letGo = await mayLeave();
		if (letGo) {
			resume(event);
		}
	}

	const { navigation } = /** @type {any} */ (window);

	navigation?.addEventListener('navigate', (/** @type {any} */ event) => {
		if (!isOurs(event)) {
			return;
		}
		if (isDirty() && event.cancelable) {
			event.preventDefault();
			ask(event);
			return;
		}
		event.intercept({
			focusReset: 'manual',
			handler: () => show(new URL(event.destination.url).search),
		});
	});
	addEventListener('beforeunload', (event) => {
		if (isDirty()) {
			event.preventDefault();
		}
	});
	return show(location.search);
}
