#include "view/site.h"

struct site_alone {
	struct site site;
};

const struct view_field view_site[] = {
	VIEW_SITE(struct site_alone, site),
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
