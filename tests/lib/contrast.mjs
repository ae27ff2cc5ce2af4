/* How far two colours are apart for the eye, as WCAG 2 counts it. */

export const full = (colour) => (colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour);

/** Relative luminance of #rgb or #rrggbb. */
function luminance(colour) {
	const [red, green, blue] = [1, 3, 5]
		.map((at) => parseInt(full(colour).slice(at, at + 2), 16) / 255)
		.map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one, other) {
	const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);

	return (light + 0.05) / (dark + 0.05);
}

/** What a browser computed, rgb(1, 2, 3), as #rrggbb. */
export function hexOf(computed) {
	return `#${computed.match(/\d+/g).slice(0, 3)
		.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
