/*
 * What a user agent says of itself, in two names. A few rules, the first that fits; "" where none
 * does, because a guess would be worse. Browsers name each other: the more special comes first.
 */

/** @type {[RegExp, string][]} */
const BROWSERS = [
	[/\bEdg(?:e|A|iOS)?\//, 'Edge'],
	[/\bOPR\//, 'Opera'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\b(?:Firefox|FxiOS)\//, 'Firefox'],
	[/(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
	[/\bVersion\/.*\bSafari\//, 'Safari'],
	[/^curl\//, 'curl'],
];

/** @type {[RegExp, string][]} */
const SYSTEMS = [
	[/\bAndroid\b/, 'Android'],
	[/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
	[/\bCrOS\b/, 'ChromeOS'],
	[/\bWindows\b/, 'Windows'],
	[/\bMac OS X\b/, 'macOS'],
	[/\bLinux\b/, 'Linux'],
];

/**
 * @param {[RegExp, string][]} rules
 * @param {string} text
 */
function first(rules, text) {
	return rules.find(([pattern]) => pattern.test(text))?.[1] ?? '';
}

/** @param {string} userAgent */
export function deviceOf(userAgent) {
	return { browser: first(BROWSERS, userAgent), system: first(SYSTEMS, userAgent) };
}
