/* The only door to the library of QR codes, which is fetched when the first one is drawn. */

/**
 * @typedef {object} QrCode
 * @property {number} size squares in a line
 * @property {string} path the dark squares as the path of an SVG, one unit each
 */

/**
 * @param {string} text
 * @returns {Promise<QrCode>}
 */
export async function qrCode(text) {
	const { default: qrcode } = await import('../../vendor/qrcode-generator/qrcode.js');
	const code = qrcode(0, 'M');

	code.addData(text);
	code.make();
	const size = code.getModuleCount();
	let path = '';

	for (let row = 0; row < size; row += 1) {
		for (let column = 0; column < size; column += 1) {
			path += code.isDark(row, column) ? `M${column} ${row}h1v1h-1z` : '';
		}
	}
	return { size, path };
}
