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

/* The rows of a site that is a member of the record. */
#define VIEW_SITE(record, member) \
	{ .name = "name", .kind = VIEW_TEXT, .offset = offsetof(record, member.name) }, \
	{ .name = "support", .kind = VIEW_TEXT, .offset = offsetof(record, member.support) }, \
	{ .name = "logo", .kind = VIEW_TEXT, .offset = offsetof(record, member.logo) }, \
	{ .name = "accent", .kind = VIEW_TEXT, .offset = offsetof(record, member.accent) }, \
	{ .name = "accent_dark", .kind = VIEW_TEXT, .offset = offsetof(record, member.accent_dark) }

extern const struct view_field view_site[];

/* Fills the site with what the settings say; it lives as long as they do. */
void view_site_of(struct site *out, const struct conf *conf);

#endif
