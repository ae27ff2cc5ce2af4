/* The door of the command line: finds the command's row, its options, and runs it. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* Finds the command, runs it, prints; the result is the exit code (see "backoffice-admin help"). */
int cli_main(int argc, char **argv);

#endif
