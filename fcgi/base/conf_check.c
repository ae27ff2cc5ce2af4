#include "base/conf_check.h"

#include "base/clock.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { PREFIX_MAX = 16 }; /* a name has 64 characters, and the longest of ours about 30 */
enum { DOMAIN_MAX = 253 }; /* bytes of a host name, RFC 1035 */

static bool conf_starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool conf_is_address(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && at != text && at[1] != '\0' && strpbrk(text, " <>,;\"") == NULL &&
		strchr(at + 1, '@') == NULL;
}

/* localhost, [::1] or 127.x.y.z, and after it at most a port: no host that only begins like one. */
static bool conf_is_loopback(const char *smtp_url)
{
	const char *host = smtp_url + strlen("smtp://");
	size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
	bool local = strncmp(host, "localhost", len) == 0 || strncmp(host, "[::1]", len) == 0 ||
		(conf_starts_with(host, "127.") && strspn(host, "0123456789.") == len);

	return conf_starts_with(smtp_url, "smtp://") && local && len > strlen("127.") &&
		host[len + strspn(host + len, ":0123456789/")] == '\0';
}

bool conf_is_node(const char *text)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	return strlen(text) <= HOST_NAME_MAX && text[strspn(text, allowed)] == '\0';
}

/* A name that begins with a digit could be read as a number. */
bool conf_is_prefix(const char *text)
{
	return text[0] == '\0' || (text[0] >= 'a' && text[0] <= 'z' && strlen(text) <= PREFIX_MAX &&
		text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0');
}

const char *conf_host_name(struct arena *arena)
{
	char name[HOST_NAME_MAX + 1] = "";

	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0' || !conf_is_node(name)) {
		return "1";
	}
	return arena_string(arena, name);
}

/* Whether the text is a name of several labels, the last no number, or an address in brackets
 * (RFC 5321, 4.1.3), or empty. */
static bool conf_is_helo(const char *text)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
	const char *last = strrchr(text, '.');
	size_t len = strlen(text);

	if (text[0] == '[') {
		return len > 2 && 1 + strspn(text + 1, "IPv0123456789abcdefABCDEF.:") == len - 1 &&
			text[len - 1] == ']';
	}
	return len == 0 || (len <= DOMAIN_MAX && text[strspn(text, allowed)] == '\0' &&
		last != NULL && text[0] != '.' && strstr(text, "..") == NULL &&
		last[1 + strspn(last + 1, "0123456789")] != '\0');
}

/* Whether the text is the path of a picture that the page's own origin has, or empty: the page's
 * policy lets no other be shown. */
static bool conf_is_own_path(const char *text)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~%@+-/";

	return text[strspn(text, allowed)] == '\0' && strstr(text, "//") == NULL &&
		strstr(text, "..") == NULL;
}

/* Looks at how letters are to be sent. NULL, or what is wrong. */
static const char *conf_check_mail(const struct conf *conf)
{
	if (conf->smtp_url[0] == '\0') {
		return NULL;
	}
	if (!conf_starts_with(conf->smtp_url, "smtp://") &&
	    !conf_starts_with(conf->smtp_url, "smtps://")) {
		return "[mail] smtp_url: must begin with smtp:// or smtps://";
	}
	if (strcspn(strstr(conf->smtp_url, "://") + 3, "/:?#@ ") == 0) {
		return "[mail] smtp_url: names no host";
	}
	if (strcmp(conf->smtp_tls, "none") == 0 && !conf_is_loopback(conf->smtp_url)) {
		return "[mail] smtp_tls: none is for smtp:// to this host only";
	}
	if (!conf_is_address(conf->mail_from)) {
		return "[mail] from: must be an email address";
	}
	if (!conf_is_helo(conf->mail_helo)) {
		return "[mail] helo: must be a whole host name, or an address like [192.0.2.1]";
	}
	return NULL;
}

const char *conf_check(const struct conf *conf)
{
	size_t len = strlen(conf->url);

	if (!(conf_starts_with(conf->url, "http://") || conf_starts_with(conf->url, "https://")) ||
	    conf->url[len - 1] != '/') {
		return "[site] url: must begin with http:// or https:// and end with /";
	}
	if (!conf_is_node(conf->node)) {
		return "[site] node: must be at most 64 letters, digits, dots, - or _";
	}
	if (!conf_is_prefix(conf->db_prefix)) {
		return "[database] prefix: must be at most 16 of a-z, 0-9 and _, first a letter, like bo_; "
			"empty where the database is ours alone";
	}
	if (!conf_is_own_path(conf->logo)) {
		return "[site] logo: must be a path of this host, like /logo.svg or img/logo.svg";
	}
	if (strcmp(conf->require_totp, "nobody") != 0 &&
	    strcmp(conf->require_totp, "administrators") != 0 &&
	    strcmp(conf->require_totp, "everyone") != 0) {
		return "[session] require_totp: must be nobody, administrators or everyone";
	}
	if (strcmp(conf->smtp_tls, "required") != 0 && strcmp(conf->smtp_tls, "none") != 0) {
		return "[mail] smtp_tls: must be required or none";
	}
	if (strcmp(conf->code_in_subject, "yes") != 0 && strcmp(conf->code_in_subject, "no") != 0) {
		return "[mail] code_in_subject: must be yes or no";
	}
	if (!clock_set_zone(conf->time_zone)) {
		return "[site] time_zone: is no zone that this host knows, like Europe/Berlin";
	}
	return conf_check_mail(conf);
}
