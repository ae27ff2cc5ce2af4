/*
 * What anybody may know of this installation: how it is called, whom to ask, and how it looks. The
 * page is headed with it, before somebody signs in and after.
 */
#ifndef VIEW_SITE_H
#define VIEW_SITE_H

#include "base/conf.h"
#include "rule/accent.h"
#include "view/table.h"

struct site {
	const char *name;
	const char *support;
	const char *logo;
	const char *accent;
	const char *accent_dark; /* the tone below: a site is not copied */
	char tone[ACCENT_SIZE];
};

/* A site, and how whoever asks comes to it, which networks and cookies go by: so that it can be
 * seen from outside whether a proxy before nginx hides that. */
struct site_seen {
	struct site site;
	const char *address; /* of the client, as nginx vouches for it */
	const char *prefix;  /* of the path, without the final slash */
	bool https;
};

/* The rows of a site that is a member of the record. */
#define VIEW_SITE(record, member) \
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(record, member.name) }, \
	{ .name = "support", .kind = VIEW_TEXT, .offset = offsetof(record, member.support) }, \
	{ .name = "logo", .kind = VIEW_TEXT, .offset = offsetof(record, member.logo) }, \
	{ .name = "accent", .kind = VIEW_TEXT, .offset = offsetof(record, member.accent) }, \
	{ .name = "accent_dark", .kind = VIEW_TEXT, .offset = offsetof(record, member.accent_dark) }

extern const struct view_field view_site[]; /* of a struct site_seen */

/* Fills the site with what the settings say; it lives as long as they do. */
void view_site_of(struct site *out, const struct conf *conf);

#endif
