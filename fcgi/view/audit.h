/*
 * How a row of the audit trail (struct audit_entry of store/audit.h) looks from outside. What it
 * says about a client is masked as the client is: by the fields of view/client.
 */
#ifndef VIEW_AUDIT_H
#define VIEW_AUDIT_H

#include "view/csv.h"
#include "view/table.h"

extern const struct view_field view_audit[];

/* The same as lines of a table. */
struct audit_entry;

void view_audit_csv_head(struct text *out, const struct csv_form *form);
void view_audit_csv(struct text *out, const struct csv_form *form,
	const struct audit_entry *entry);

#endif
