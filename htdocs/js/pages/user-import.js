/* System > Users > Users > Import users. */
import { ImportScreen } from './import.js';
import { ADMINISTRATORS, LIMITS } from '../contract.js';
import { t } from '../core/i18n.js';

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	const groups = context.groups.filter(({ id }) => id !== ADMINISTRATORS).slice(0, 2)
		.map(({ name }) => name.replace(/[|\\]/g, '\\$&')).join('|');

	return new ImportScreen({
		path: 'users/import',
		noun: 'user',
		hint: t('import.users_file_hint', LIMITS),
		list: './?p=users',
		sample: [['email', 'name', 'groups', 'status', 'mask_data', 'language', 'ip_allow_list',
			'send_link'],
		['ada@example.com', 'Ada Lovelace', groups, 'enabled', 'true', 'en',
			'192.0.2.7 2001:db8::/32', 'false'],
		['jo@example.com', 'Jo Müller', '', 'enabled', 'true', 'de', '', 'false']],
	});
}
