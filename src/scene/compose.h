/* A draft that is filled becomes a scene. */
#ifndef STALEREAD_SCENE_COMPOSE_H
#define STALEREAD_SCENE_COMPOSE_H

#include "base/arena.h"
#include "finding/scene.h"
#include "scene/draft.h"

/* The scene, whole but for its sources, in the arena; NULL: there is nothing to show, or (the arena lacks) no memory. Before
 * the replay is closed. */
struct scene *compose(struct draft *draft, struct arena *arena);

#endif
