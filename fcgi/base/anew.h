/*
 * To begin anew, with settings, keys and passwords as they are now: what SIGHUP asks a program for.
 * It answers what it has in hand, then ends, and starts again as if for the first time.
 */
#ifndef BASE_ANEW_H
#define BASE_ANEW_H

/* The exit code by which systemd is asked to start the program again (RestartForceExitStatus= of
 * its unit): EX_TEMPFAIL of sysexits.h. */
enum { ANEW_STATUS = 75 };

/* Starts the program of these arguments in the place of this one, with the files 0, 1 and 2 that
 * this one has. Where systemd has handed over copies of secrets, gives ANEW_STATUS instead, because
 * it alone can make these anew; EXIT_FAILURE when the program is gone. To be called at the end. */
int anew_begin(char **argv);

#endif
