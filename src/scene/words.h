/* What scenes call things: as detect/naming.h has it, but in texts that outlive the trace. */
#ifndef STALEREAD_SCENE_WORDS_H
#define STALEREAD_SCENE_WORDS_H

#include "base/arena.h"
#include "base/map.h"
#include "replay/replay.h"

struct words {
    const struct replay *replay;
    struct arena *arena;  /* what is returned is made there */
    struct arena scratch; /* what names are put together in */
    struct map strings;   /* number -> copy, a struct text */
};

void words_init(struct words *words, const struct replay *replay, struct arena *arena);
void words_fini(struct words *words);

/* Each returns the empty text for what is not known, and if there is no memory: then the arena lacks. */
struct text words_string(struct words *words, uint64_t number);
struct text words_actor(struct words *words, const struct actor *actor);
struct text words_object(struct words *words, uint64_t object);
struct text words_cell(struct words *words, uint64_t object, uint64_t key);
struct text words_value(struct words *words, uint64_t key, uint64_t value);

#endif
