/*
 * How a row of the audit trail (struct audit_entry of store/audit.h) looks from outside. What it
 * says about a client is masked as the client is: by the fields of view/client.
 */
#ifndef VIEW_AUDIT_H
#define VIEW_AUDIT_H

#include "view/table.h"

extern const struct view_field view_audit[];

#endif
