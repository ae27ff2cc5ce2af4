#include "rule/browser.h"

#include <stddef.h>
#include <string.h>

struct mark {
	const char *part; /* of the user agent */
	const char *name;
};

/* Browsers name each other: the more special comes first. */
static const struct mark browsers[] = {
	{ "Edg/", "Edge" }, { "EdgA/", "Edge" }, { "EdgiOS/", "Edge" }, { "Edge/", "Edge" },
	{ "OPR/", "Opera" }, { "SamsungBrowser/", "Samsung Internet" }, { "Firefox/", "Firefox" },
	{ "FxiOS/", "Firefox" }, { "Chrome/", "Chrome" }, { "Chromium/", "Chrome" },
	{ "CriOS/", "Chrome" }, { "Safari/", "Safari" }, { "curl/", "curl" }, { NULL, "" },
};

static const struct mark systems[] = {
	{ "Android", "Android" }, { "iPhone", "iOS" }, { "iPad", "iOS" }, { "iPod", "iOS" },
	{ "CrOS", "ChromeOS" }, { "Windows", "Windows" }, { "Mac OS X", "macOS" },
	{ "Linux", "Linux" }, { NULL, "" },
};

/* Gives the name of the first mark that the user agent bears. */
static const char *browser_first(const struct mark *marks, const char *user_agent)
{
	while (marks->part != NULL && strstr(user_agent, marks->part) == NULL) {
		marks++;
	}
	return marks->name;
}

const char *browser_name(const char *user_agent)
{
	return browser_first(browsers, user_agent);
}

const char *browser_system(const char *user_agent)
{
	return browser_first(systems, user_agent);
}
