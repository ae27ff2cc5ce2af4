/* How a saved view (struct saved_view of store/saved_view.h) looks to its user. */
#ifndef VIEW_SAVED_VIEW_H
#define VIEW_SAVED_VIEW_H

#include "store/saved_view.h"
#include "view/table.h"

extern const struct view_field view_saved_view[];

#endif
