/*
 * Every way in which the product says no, by its stable code: the one vocabulary of refusals, from
 * the rules that find them to the page that has a sentence for each.
 */
#ifndef RULE_PROBLEM_H
#define RULE_PROBLEM_H

enum problem {
	PROBLEM_NONE = 0,
#define PROBLEM(id, status, err, code, title) PROBLEM_##id,
#include "rule/problem.def"
#undef PROBLEM
	PROBLEM_END
};

#endif
