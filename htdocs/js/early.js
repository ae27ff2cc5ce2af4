/*
 * Runs before the first paint, so that a chosen theme does not flash. A classic script on purpose:
 * modules run too late for this.
 */
'use strict';

{
	const folder = new URL('.', document.baseURI).pathname;
	const theme = localStorage.getItem(`backoffice:${folder}:theme`);

	if (theme === '"light"' || theme === '"dark"') {
		document.documentElement.dataset.theme = JSON.parse(theme);
	}
}
