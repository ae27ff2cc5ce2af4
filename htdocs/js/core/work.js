/*
 * The viewer's work on many rows, which the server keeps and this page goes on with, step by step:
 * leaving the page makes it pause, coming back makes it go on. Nothing of it is kept in the
 * browser. What was done stays done when it is cancelled.
 */
import { call, callLater, Problem } from './api.js';
import { keyKeeper } from '../lib/once.js';

const OTHERS_PAUSE = 500;

/** @typedef {import('../records.js').Work} Work */
/** @typedef {import('../records.js').WorkWhole['refused'][number]} WorkRow */

/**
 * @typedef {object} Entry
 * @property {Work} work as the server has it
 * @property {WorkRow[]} rows of the steps that this page has asked for
 * @property {WorkRow[]} refused known when it is over
 * @property {Problem | null} problem what it waits for
 * @property {boolean} begun this page has seen it running
 * @property {boolean} shown the present screen shows it itself
 * @property {Entry | null} undoes the work that this one takes back
 */

/** @type {Map<number, Entry>} newest first */
const entries = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();

function tell() {
	for (const listener of [...listeners]) {
		listener();
	}
}

/**
 * Calls the listener whenever something about any work has changed.
 * @param {() => void} listener
 * @returns {() => void} ends that
 */
export function watchWork(listener) {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

/** @returns {Entry[]} */
export function allWork() {
	return [...entries.values()].sort((a, b) => b.work.id - a.work.id);
}

/** @param {Work} work */
function add(work) {
	const known = entries.get(work.id);

	if (known) {
		return known;
	}
	/** @type {Entry} */
	const entry = { work, rows: [], refused: [], problem: null, begun: work.state === 'running',
		shown: false, undoes: null };

	entries.set(work.id, entry);
	return entry;
}

/**
 * Whoever has to sign in first is sent to, by asking for something as a reader; the work goes on
 * when they are back.
 * @param {Entry} entry
 * @param {unknown} error
 */
async function pause(entry, error) {
	if (!(error instanceof Problem)) {
		throw error;
	}
	if (error.status === 404) {
		entries.delete(entry.work.id);
		entry.work = { ...entry.work, state: 'cancelled' };
		return;
	}
	entry.problem = error;
	if (error.status === 401) {
		await call('GET', 'session').catch(() => {});
	}
}

/** @param {Entry} entry */
async function readAll(entry) {
	const { data } = await call('GET', `work/${entry.work.id}`);

	entry.work = data;
	entry.refused = data.refused;
}

/**
 * Another tab that is at the same rows is left to it for a while.
 * @param {Entry} entry
 */
async function step(entry) {
	const { data } = await call('POST', `work/${entry.work.id}/step`);

	if (data.rows.length === 0 && data.work.state === 'running') {
		await new Promise((resolve) => setTimeout(resolve, OTHERS_PAUSE));
	}
	entry.work = data.work;
	entry.rows.push(...data.rows);
	if (entry.work.state !== 'running') {
		await readAll(entry);
		await settle(entry);
	}
}

/**
 * What was taken back is put away; what of it could not be taken back is told of by the work that
 * tried to. If that was cancelled, the rest can still be taken back.
 * @param {Entry} entry
 */
async function settle({ work, undoes }) {
	if (undoes && work.state === 'finished') {
		await dismissWork(undoes);
	} else if (undoes) {
		await readAll(undoes);
	}
}

/** @param {Entry} entry */
async function goOn(entry) {
	while (entry.work.state === 'running' && !entry.problem) {
		try {
			await step(entry);
		} catch (error) {
			await pause(entry, error);
		}
		tell();
	}
}

/**
 * Asks a route to work on many rows over many requests.
 * @template {string & import('./api.js').LaterPath} Path
 * @param {Path} path
 * @param {Parameters<typeof callLater<Path>>[1]} extras
 */
export async function beginWork(path, extras) {
	const entry = add(await callLater(path, extras));

	goOn(entry);
	return entry;
}

/**
 * @param {Entry} entry
 * @param {boolean} shown the present screen shows it itself
 */
export function setShown(entry, shown) {
	entry.shown = shown;
	tell();
}

/**
 * Nothing was taken back. What another tab has put away meanwhile stays to say so.
 * @param {Entry} entry
 * @param {unknown} error
 */
async function keepFromUndo(entry, error) {
	if (error instanceof Problem && error.status === 404) {
		entry.problem = error;
		return;
	}
	entry.work = { ...entry.work, undoable: true };
	await pause(entry, error);
}

/**
 * Takes back what a piece of work has changed: as work, which tells of itself.
 * @param {Entry} entry
 */
export async function undoWork(entry) {
	if (entries.get(entry.work.id) !== entry || !entry.work.undoable) {
		return null;
	}
	entry.work = { ...entry.work, undoable: false }; // one at a time
	entry.problem = null;
	tell();
	try {
		const undo = await beginWork(`work/${entry.work.id}/undo`,
			{ body: {}, key: keyKeeper()(entry.work.id) });

		undo.undoes = entry;
		tell();
		return undo;
	} catch (error) {
		await keepFromUndo(entry, error);
		tell();
		return null;
	}
}

/** Goes on with what is under way when the page has been loaded. */
export async function resumeWork() {
	const { data } = await call('GET', 'work');

	for (const work of data.items) {
		goOn(add(work));
	}
	tell();
}

/**
 * Work whose result is to be shown whole; null when there is none, or none any more.
 * @param {number} id
 * @param {AbortSignal} signal
 */
export async function openWork(id, signal) {
	try {
		const { data } = await call('GET', `work/${id}`, { signal });
		const entry = add(data);

		entry.refused = data.refused;
		return entry;
	} catch (error) {
		if (error instanceof Problem && error.status === 404) {
			return null;
		}
		throw error;
	}
}

/** @param {Entry} entry */
export function retryWork(entry) {
	entry.problem = null;
	tell();
	return goOn(entry);
}

/** @param {Entry} entry */
export async function cancelWork(entry) {
	try {
		await call('DELETE', `work/${entry.work.id}`);
		await readAll(entry);
		entry.problem = null;
	} catch (error) {
		await pause(entry, error);
	}
	tell();
}

/**
 * Takes away what is over. If the server cannot be told now, it does so itself after a day.
 * @param {Entry} entry
 */
export async function dismissWork(entry) {
	entries.delete(entry.work.id);
	tell();
	await call('DELETE', `work/${entry.work.id}`).catch(() => {});
}
