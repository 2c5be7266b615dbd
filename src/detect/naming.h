/* How cells, objects, locks, values and actors are called in findings. Texts are made in an arena. */
#ifndef STALEREAD_DETECT_NAMING_H
#define STALEREAD_DETECT_NAMING_H

#include "base/arena.h"
#include "finding/finding.h"
#include "replay/replay.h"

/* "Cache._data['k']" and its parts. */
void naming_cell(const struct replay *replay, struct arena *arena, const struct cell *cell,
                 struct finding_cell *out);

/* The same of a thing itself: a lock, an event, a condition. */
void naming_thing(const struct replay *replay, struct arena *arena, struct object *object,
                  struct finding_cell *out);

/* "Cache._lock", or the class of an object that is kept nowhere. */
struct text naming_object(const struct replay *replay, struct arena *arena, const struct object *object);

/* The value of a cell with that key: "41", "None", "'text'"; "length 4" of a container as a whole; empty where it is not known. */
struct text naming_value(const struct replay *replay, struct arena *arena, uint64_t key, uint64_t value);

struct text naming_actor(const struct replay *replay, struct arena *arena, const struct actor *actor);

#endif
