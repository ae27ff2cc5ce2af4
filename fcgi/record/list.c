#include "record/list.h"

#include <string.h>

const struct column *list_sort_column(const struct column *columns, const struct list_sort *sort)
{
	return record_column(columns, sort->column == NULL ? sort->name : sort->column);
}

const struct column *list_filter_column(const struct column *columns,
	const struct list_filter *filter)
{
	return record_column(columns, filter->column == NULL ? filter->name : filter->column);
}

bool list_filter_scans(const struct list_filter *filter)
{
	return filter->operand == LIST_PART && !filter->looks;
}

int list_sort_index(const struct list *list, const char *name)
{
	int i = 0;

	while (strcmp(list->sorts[i].name, name) != 0) {
		i++;
	}
	return i;
}

void list_sort_names(const struct list *list, const char *names[static LIST_SORTS_MAX + 1])
{
	size_t i = 0;

	for (; i < LIST_SORTS_MAX && list->sorts[i].name != NULL; i++) {
		names[i] = list->sorts[i].name;
	}
	names[i] = NULL;
}
