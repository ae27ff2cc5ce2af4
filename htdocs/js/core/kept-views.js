/* What the viewer keeps of the lists, for as long as the page lives: the session tells it. */

/** @typedef {import('../records.js').SavedView} SavedView */

/** @type {SavedView[]} by list and name */
let kept = [];

export const keptViews = () => kept;

/** @param {SavedView[]} views */
export function keepViews(views) {
	kept = views;
}
