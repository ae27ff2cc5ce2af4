/*
 * What the process remembers of lists for half a minute: that their filters leave more rows than
 * anybody counts, or than could be counted in time. To count as far takes a hundred times the page
 * itself, and rows do not become few in so short a time; how many they are where they are few is
 * counted each time. All threads share it.
 */
#ifndef API_MANY_H
#define API_MANY_H

#include <stdbool.h>
#include <stdint.h>

/* asked stands for a list and what its filters were asked for; of that there are more rows than
 * total, which is 0 where nothing is remembered. */
bool api_many_knows(uint64_t asked, uint64_t *total);
void api_many_learn(uint64_t asked, uint64_t total);

#endif
