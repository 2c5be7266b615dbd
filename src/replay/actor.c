/* Actors.
 *
 * In and out: the actor's own struct; who fills it is replay.c. What must hold: a finished actor has let go of its
 * clock, locks and activations, so that all an old reference costs is the struct. */
#include "replay/actor.h"

#include <stdlib.h>

#include "replay/slots.h"

enum { ancestors_max = 64 };

void actor_release(struct actor *actor)
{
    while (actor != NULL && --actor->references == 0) {
        struct actor *creator = actor->creator;
        VECTOR_FINI(&actor->fresh_reads);
        VECTOR_FINI(&actor->sent);
        if (actor->slots != NULL)
            slots_leave(actor->slots, actor);
        free(actor);
        actor = creator;
    }
}

void actor_descend(struct actor *actor, struct actor *creator)
{
    actor->creator = actor_retain(creator);
    if (creator == NULL)
        return;
    actor->lineage = creator->lineage + 1;
    if (actor->lineage < 2 * ancestors_max)
        return;
    struct actor *ancestor = creator;
    for (int depth = 1; ancestor->creator != NULL && depth < ancestors_max; depth++)
        ancestor = ancestor->creator;
    actor_release(ancestor->creator);
    ancestor->creator = NULL;
    actor->lineage = ancestors_max;
}

uint64_t actor_domain(const struct actor *actor)
{
    uint64_t loop = actor->loop != 0 ? actor->loop : actor->hosted;
    return loop != 0 ? loop : actor->number | UINT64_C(1) << 63;
}

bool actor_descends(const struct actor *actor, const struct actor *ancestor, uint64_t since)
{
    for (int depth = 0; actor != NULL && depth < ancestors_max; depth++) {
        if (actor->creator == ancestor)
            return actor->made > since;
        actor = actor->creator;
    }
    return false;
}
