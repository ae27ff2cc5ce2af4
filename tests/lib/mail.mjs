/* Mails as their recipients read them: parsed by Python's email package, not by our own idea of
 * them. */
import { spawnSync } from 'node:child_process';

const READER = `
import email, json, sys
from email import policy
mail = email.message_from_binary_file(sys.stdin.buffer, policy=policy.default)
parts = {part.get_content_type(): part.get_content() for part in mail.walk()
         if not part.is_multipart()}
print(json.dumps({
    "headers": {name.lower(): str(value) for name, value in mail.items()},
    "text": parts.get("text/plain", ""),
    "html": parts.get("text/html", ""),
    "defects": [str(defect) for part in mail.walk() for defect in part.defects],
}))
`;

/**
 * @param {Buffer} raw
 * @returns {{headers: Record<string, string>, text: string, html: string, defects: string[]}}
 */
export function parseMail(raw) {
	const done = spawnSync('/usr/bin/python3', ['-c', READER], { input: raw, encoding: 'utf8' });

	if (done.status !== 0) {
		throw new Error(done.stderr);
	}
	return { ...JSON.parse(done.stdout), raw };
}

/** The sign-in code in a mail. */
export function codeIn({ text }) {
	return text.match(/^\s+(\d{8})$/m)[1];
}

/** The password in a mail of credentials. */
export function passwordIn({ text }) {
	return text.match(/^\s*Password\s+(\S+)$/m)[1];
}

/** The one-time link in a mail. */
export function linkIn({ text }) {
	return text.match(/^(\S+#set=\S+)$/m)[1];
}

/** Whether a mail tells the owner of an account what happened to it: who did it, and no code. */
export function isNotice({ text }) {
	return /^( {4}(From|Herkunft|Origen|Откуда) |المصدر:)/m.test(text)
		&& !/^ {4}\d{8}$/m.test(text);
}
