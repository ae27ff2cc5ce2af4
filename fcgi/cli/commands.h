/* THE table of commands: words, argument, options, sentence, function. Help comes from it. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* Finds the command, runs it, prints; the result is the exit code (see "backoffice-admin help"). */
int cli_main(int argc, char **argv);

#endif
