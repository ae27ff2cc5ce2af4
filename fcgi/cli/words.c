#include "cli/words.h"

#include "store/client.h"
#include "store/user.h"
#include "store/words.h"

#include <inttypes.h>
#include <stdio.h>

static const struct noun *const cli_words_nouns[] = { &user_noun, &client_noun, NULL };

enum { CLI_WORDS_TELL = 100000 };

/* One stretch of records, in a transaction of its own. */
struct cli_words {
	struct cli *cli;
	struct arena arena; /* of the stretch */
	const struct noun *noun;
	struct words_mending before;
	struct words_mending mending;
};

static enum err cli_words_body(struct db *db, void *context)
{
	struct cli_words *work = context;

	arena_reset(&work->arena);
	work->mending = work->before;
	return store_words_mend(db, &work->arena, work->noun, &work->mending);
}

/* Says that it goes on, to people. */
static void cli_words_tell(const struct cli_words *work)
{
	uint64_t before = work->before.checked / CLI_WORDS_TELL;

	if (!work->cli->json && work->mending.checked / CLI_WORDS_TELL != before) {
		fprintf(stderr, "words of %" PRIu64 " %ss\n", work->mending.checked, work->noun->name);
	}
}

static enum err cli_words_mend(struct cli *cli, const struct noun *noun, uint64_t first,
	struct words_mending *mending)
{
	struct cli_words work = { .cli = cli, .noun = noun, .before = { .next = first } };
	enum err err = ERR_OK;

	arena_init(&work.arena);
	while (err == ERR_OK && !work.before.done) {
		err = db_transact(cli->db, cli_words_body, &work);
		cli_words_tell(&work);
		work.before = work.mending;
	}
	arena_release(&work.arena);
	*mending = work.mending;
	return err;
}

enum err cli_words_fill(struct cli *cli)
{
	for (size_t i = 0; cli_words_nouns[i] != NULL; i++) {
		struct words_mending mending;
		uint64_t first;

		TRY(store_words_missing(cli->db, &cli->arena, cli_words_nouns[i], &first));
		if (first > 0) {
			TRY(cli_words_mend(cli, cli_words_nouns[i], first, &mending));
		}
	}
	return ERR_OK;
}

enum err cli_words_are_whole(struct cli *cli, bool *whole)
{
	*whole = true;
	for (size_t i = 0; cli_words_nouns[i] != NULL; i++) {
		uint64_t first;

		TRY(store_words_missing(cli->db, &cli->arena, cli_words_nouns[i], &first));
		*whole = *whole && first == 0;
	}
	return ERR_OK;
}

enum err cli_words(struct cli *cli)
{
	cli_open(cli);
	for (size_t i = 0; cli_words_nouns[i] != NULL; i++) {
		const struct noun *noun = cli_words_nouns[i];
		struct words_mending mending;

		TRY(cli_words_mend(cli, noun, 0, &mending));
		cli_pair(cli, arena_printf(&cli->arena, "%ss", noun->name),
			arena_printf(&cli->arena, "%" PRIu64 " looked through, %" PRIu64 " mended",
				mending.checked, mending.mended));
	}
	cli_close(cli);
	return ERR_OK;
}
