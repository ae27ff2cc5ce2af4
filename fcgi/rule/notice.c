#include "rule/notice.h"

#include <stddef.h>

const char *const notice_words[] = {
	[NOTICE_PASSWORD] = "password",
	[NOTICE_ADDRESS] = "address",
	[NOTICE_SECOND_FACTOR_OFF] = "second_factor_off",
	[NOTICE_CODES_BY_MAIL] = "codes_by_mail",
	[NOTICE_APP] = "app",
	[NOTICE_RECOVERY_CODES] = "recovery_codes",
	[NOTICE_ADMINISTRATOR] = "administrator",
	[NOTICE_NEW_BROWSER] = "new_browser",
	[NOTICE_WRONG_CODES] = "wrong_codes",
	[NOTICE_END] = NULL,
};
