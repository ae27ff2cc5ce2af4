/* The command line as one who acts: nobody, from nowhere, with the keys of the installation. */
#ifndef CLI_CALL_H
#define CLI_CALL_H

#include "auth/call.h"
#include "cli/cli.h"

/* Fills in the call with the key of the installation; both keys are wiped with the arena. */
enum err cli_open_call(struct cli *cli, struct call *call) MUST_USE;

/* Reads the key of letters as well, for what puts one; where there is no mail, none is needed. */
enum err cli_read_mail_key(struct cli *cli, struct call *call) MUST_USE;

/* Writes a row of the audit trail, for what needs no call but for that. */
enum err cli_audit_record(struct cli *cli, const struct audit_event *event) MUST_USE;

/* Writes it into the chain of every node: what is about the key that seals them all. */
enum err cli_audit_record_everywhere(struct cli *cli, const struct audit_event *event) MUST_USE;

#endif
