#include "view/site.h"

const struct view_field view_site[] = {
	VIEW_SITE(struct site_seen, site),
	{ .name = "address", .kind = VIEW_TEXT, .offset = offsetof(struct site_seen, address) },
	{ .name = "prefix", .kind = VIEW_TEXT, .offset = offsetof(struct site_seen, prefix) },
	{ .name = "https", .kind = VIEW_FLAG, .offset = offsetof(struct site_seen, https) },
	{ .kind = VIEW_END },
};

void view_site_of(struct site *out, const struct conf *conf)
{
	accent_for_dark(out->tone, conf->accent);
	out->name = conf->name;
	out->support = conf->support;
	out->logo = conf->logo;
	out->accent = conf->accent;
	out->accent_dark = out->tone;
}
