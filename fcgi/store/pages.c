#include "store/pages.h"

const struct statement store_pages[] = {
#define STMT(id, programs, in, out, sql) [STMT_##id] = { #id, programs, in, out, sql },
#include "store/stmt.def"
#undef STMT
};
