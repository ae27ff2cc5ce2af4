/*
 * Runs before the first paint, so that what was chosen does not flash. A classic script on purpose:
 * modules run too late for this.
 */
'use strict';

{
	const folder = new URL('.', document.baseURI).pathname;
	const { dataset } = document.documentElement;
	const theme = localStorage.getItem(`backoffice:${folder}:theme`);

	if (theme === '"light"' || theme === '"dark"') {
		dataset.theme = JSON.parse(theme);
	}
	if (localStorage.getItem(`backoffice:${folder}:density`) === '"compact"') {
		dataset.density = 'compact';
	}
}
