/*
 * What a program that cannot start says to those who wait for it.
 *
 * An inherited socket (fd 0) is somebody else's, who keeps it and starts the program again: while
 * it cannot start, requests would wait in there until nginx gives them up, half a minute each.
 */
#ifndef HTTP_REFUSAL_H
#define HTTP_REFUSAL_H

/* Answers for a second whoever asks at an inherited socket that the service is unavailable (503);
 * then the program may end, to be started again. Returns at once where there is no such socket. */
void refusal_serve(void);

#endif
