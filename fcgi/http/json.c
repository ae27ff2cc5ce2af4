#include "http/json.h"

#include "base/memory.h"

#include <jansson.h>
#include <stdlib.h>

const char *json_library(void)
{
	return "jansson " JANSSON_VERSION;
}

void json_memory_init(void)
{
	json_set_alloc_funcs(memory_alloc, free);
}
