#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "store/db.h"

enum stmt {
#define STMT(id, programs, in, out, sql) STMT_##id,
#include "store/stmt.def"
#undef STMT
	STMT_END
};

extern const struct statement store_pages[];

#endif
