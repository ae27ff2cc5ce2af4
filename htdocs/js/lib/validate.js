/*
 * What can be told to be wrong without asking the server, as the same stable keys that the server
 * uses. The server checks again, and more.
 */
const EMAIL_SHAPE = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * @param {string} email
 * @returns {string} key, "" when nothing is wrong
 */
export function emailProblem(email) {
	if (!email.trim()) {
		return 'email.required';
	}
	return EMAIL_SHAPE.test(email.trim()) ? '' : 'email.format';
}

/**
 * @param {string} name of a group
 * @returns {string} key, "" when nothing is wrong
 */
export function nameProblem(name) {
	return name.trim() ? '' : 'name.required';
}

/**
 * @param {string} password
 * @param {number} least code points
 * @returns {string} key, "" when nothing is wrong
 */
export function passwordProblem(password, least) {
	if (!password) {
		return 'password.required';
	}
	return [...password].length < least ? 'password.too_short' : '';
}

/**
 * @param {Record<string, string>} problems field to key
 * @returns {Record<string, string>} those that are problems
 */
export function onlyWrong(problems) {
	return Object.fromEntries(Object.entries(problems).filter(([, key]) => key));
}
