/*
 * The viewer's jobs, which the server keeps and this page goes on with, step by step:
 * leaving the page makes it pause, coming back makes it go on. Nothing of it is kept in the
 * browser. What was done stays done when it is cancelled.
 */
import { call, callLater, Problem } from './api.js';
import { keyKeeper } from '../lib/idempotency.js';

const OTHERS_PAUSE = 500;

/** @typedef {import('../records.js').Job} Job */
/** @typedef {import('../records.js').JobWhole['refused'][number]} JobRow */

/**
 * @typedef {object} Entry
 * @property {Job} job as the server has it
 * @property {JobRow[]} rows of the steps that this page has asked for
 * @property {JobRow[]} refused known when it is over
 * @property {Problem | null} problem what it waits for
 * @property {boolean} begun this page has seen it running
 * @property {boolean} shown the present screen shows it itself
 * @property {Entry | null} undoes the job that this one takes back
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
 * Calls the listener whenever something about any job has changed.
 * @param {() => void} listener
 * @returns {() => void} ends that
 */
export function watchJobs(listener) {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

/** @returns {Entry[]} */
export function allJobs() {
	return [...entries.values()].sort((a, b) => b.job.id - a.job.id);
}

/** @param {Job} job */
function add(job) {
	const known = entries.get(job.id);

	if (known) {
		return known;
	}
	/** @type {Entry} */
	const entry = { job, rows: [], refused: [], problem: null, begun: job.state === 'running',
		shown: false, undoes: null };

	entries.set(job.id, entry);
	return entry;
}

/**
 * Whoever has to sign in first is sent to, by asking for something as a reader; the job goes on
 * when they are back.
 * @param {Entry} entry
 * @param {unknown} error
 */
async function pause(entry, error) {
	if (!(error instanceof Problem)) {
		throw error;
	}
	if (error.status === 404) {
		entries.delete(entry.job.id);
		entry.job = { ...entry.job, state: 'cancelled' };
		return;
	}
	entry.problem = error;
	if (error.status === 401) {
		await call('GET', 'session').catch(() => {});
	}
}

/** @param {Entry} entry */
async function readAll(entry) {
	const { data } = await call('GET', `jobs/${entry.job.id}`);

	entry.job = data;
	entry.refused = data.refused;
}

/**
 * Another tab that is at the same rows is left to it for a while.
 * @param {Entry} entry
 */
async function step(entry) {
	const { data } = await call('POST', `jobs/${entry.job.id}/step`);

	if (data.rows.length === 0 && data.job.state === 'running') {
		await new Promise((resolve) => setTimeout(resolve, OTHERS_PAUSE));
	}
	entry.job = data.job;
	entry.rows.push(...data.rows);
	if (entry.job.state !== 'running') {
		await readAll(entry);
		await settle(entry);
	}
}

/**
 * What was taken back is put away; what of it could not be taken back is told of by the job that
 * tried to. If that was cancelled, the rest can still be taken back.
 * @param {Entry} entry
 */
async function settle({ job, undoes }) {
	if (undoes && job.state === 'finished') {
		await dismissJob(undoes);
	} else if (undoes) {
		await readAll(undoes);
	}
}

/** @param {Entry} entry */
async function goOn(entry) {
	while (entry.job.state === 'running' && !entry.problem) {
		try {
			await step(entry);
		} catch (error) {
			await pause(entry, error);
		}
		tell();
	}
}

/**
 * Asks a route for a job, over many requests.
 * @template {string & import('./api.js').LaterPath} Path
 * @param {Path} path
 * @param {Parameters<typeof callLater<Path>>[1]} extras
 */
export async function beginJob(path, extras) {
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
	entry.job = { ...entry.job, undoable: true };
	await pause(entry, error);
}

/**
 * Takes back what a job has changed: as a job, which tells of itself.
 * @param {Entry} entry
 */
export async function undoJob(entry) {
	if (entries.get(entry.job.id) !== entry || !entry.job.undoable) {
		return null;
	}
	entry.job = { ...entry.job, undoable: false }; // one at a time
	entry.problem = null;
	tell();
	try {
		const undo = await beginJob(`jobs/${entry.job.id}/undo`,
			{ body: {}, key: keyKeeper()(entry.job.id) });

		undo.undoes = entry;
		tell();
		return undo;
	} catch (error) {
		await keepFromUndo(entry, error);
		tell();
		return null;
	}
}

/**
 * Goes on with what is under way when the page has been loaded.
 * @param {Job[]} jobs all of the viewer
 */
export function resumeJobs(jobs) {
	for (const job of jobs) {
		goOn(add(job));
	}
	tell();
}

/**
 * A job whose result is to be shown whole; null when there is none, or none any more.
 * @param {number} id
 * @param {AbortSignal} signal
 */
export async function openJob(id, signal) {
	try {
		const { data } = await call('GET', `jobs/${id}`, { signal });
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
export function retryJob(entry) {
	entry.problem = null;
	tell();
	return goOn(entry);
}

/** @param {Entry} entry */
export async function cancelJob(entry) {
	try {
		await call('DELETE', `jobs/${entry.job.id}`);
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
export async function dismissJob(entry) {
	entries.delete(entry.job.id);
	tell();
	await call('DELETE', `jobs/${entry.job.id}`).catch(() => {});
}
