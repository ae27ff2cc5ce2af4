/*
 * Runs before the first paint, so that a chosen theme does not flash and the page does not turn
 * round. A classic script on purpose: modules run too late for this.
 */
'use strict';

{
	const root = document.documentElement;
	const folder = new URL('.', document.baseURI).pathname;
	/** @type {NodeListOf<HTMLMetaElement>} */
	const metas = document.querySelectorAll('meta[name="language"]');
	const languages = new Map([...metas].map(({ content }) => {
		const [tag = '', direction = '', file = ''] = content.split(' ');

		return [tag, { direction, file }];
	}));

	/** What was chosen in this browser, "" for nothing. @param {string} name */
	const chosen = (name) => {
		try {
			const kept = localStorage.getItem(`backoffice:${folder}:${name}`);

			return String(JSON.parse(kept ?? '""'));
		} catch {
			return '';
		}
	};
	/** de-AT is content with de. @param {string} tag */
	const known = (tag) => [tag, tag.replace(/-.*/, '')].find((name) => languages.has(name));
	const language = [chosen('language'), ...navigator.languages].map(known).find(Boolean) ?? 'en';
	const theme = chosen('theme');

	if (theme === 'light' || theme === 'dark') {
		root.dataset.theme = theme;
	}
	if (chosen('density') === 'compact') {
		root.dataset.density = 'compact';
	}
	root.lang = language;
	root.dir = languages.get(language)?.direction ?? 'ltr';

	// The words are on their way while the modules are read.
	const words = document.createElement('link');

	Object.assign(words, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous',
		href: languages.get(language)?.file });
	document.head.append(words);
}
