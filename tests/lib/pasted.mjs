/* How one code looks after it went through a phone, a letter and a clipboard. */
export const PASTED = [
	(code) => `\u200e${code}\t`, // from a text that runs the other way
	(code) => ` ${code.slice(0, 3)}\u2013${code.slice(3).replace(/-/g, '\u2013')}\r\n`,
	(code) => code.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
	(code) => code.toUpperCase().replace(/[0-9A-Z]/g, (letter) =>
		String.fromCodePoint(letter.codePointAt(0) + 0xfee0)), // as wide as ideographs
];
