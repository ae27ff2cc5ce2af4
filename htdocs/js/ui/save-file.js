/* A file made in the page, for the reader to keep. */

/**
 * @param {string} text
 * @param {string} name of the file
 * @param {string} type of its content
 */
export function saveFile(text, name, type) {
	const link = document.createElement('a');

	link.href = URL.createObjectURL(new Blob([text], { type }));
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}
