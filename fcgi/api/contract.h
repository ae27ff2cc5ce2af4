/*
 * The contract as the page has it, written like the OpenAPI document from the tables that the
 * program runs on: types that its calls are checked with, and the values that it needs while it
 * runs. `make contract` writes both into htdocs/js/, and tests/lint/run says when they are not as
 * the program prints them.
 */
#ifndef API_CONTRACT_H
#define API_CONTRACT_H

#include <stdio.h>

/* Prints TypeScript for htdocs/js/records.d.ts: the records, the words that they are made of, and
 * for each path and method what is sent and what is answered. */
void api_contract_print_types(FILE *out);

/* Prints JavaScript for htdocs/js/contract.js: what each route asks for, words, masked members,
 * limits. */
void api_contract_print_values(FILE *out);

#endif
