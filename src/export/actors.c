/* Who there is, and who runs on which thread.
 *
 * In: declarations, and numbers that need not have been declared. Out: actors, kept until they are over. Must hold: an actor lives as
 * long as it stands on a thread's stack. */
#include <stdlib.h>

#include "export/exporter.h"

struct export_thread *actors_thread(struct exporter *exporter, uint32_t index)
{
    while (exporter->threads.count <= index) {
        struct export_thread *added;
        if (VECTOR_ADD(&exporter->threads, &added) != STATUS_OK) {
            exporter_fail(exporter, STATUS_NOMEM);
            return NULL;
        }
        *added = (struct export_thread){.track = 0};
    }
    return &exporter->threads.items[index];
}

struct export_actor *actors_running(struct exporter *exporter, uint32_t index)
{
    if (index >= exporter->threads.count)
        return NULL;
    const struct export_thread *thread = &exporter->threads.items[index];
    return thread->running.count == 0 ? NULL : thread->running.items[thread->running.count - 1];
}

struct export_actor *actors_actor(struct exporter *exporter, uint64_t number)
{
    struct export_actor *actor = map_get_pointer(&exporter->actors, number);
    if (actor != NULL)
        return actor;
    actor = calloc(1, sizeof *actor);
    if (actor == NULL || map_put_pointer(&exporter->actors, number, actor) != STATUS_OK) {
        free(actor);
        exporter_fail(exporter, STATUS_NOMEM);
        return NULL;
    }
    actor->number = number;
    return actor;
}

void actors_declare(struct exporter *exporter, const struct event *event)
{
    struct export_actor *actor = actors_actor(exporter, event->field[0]);
    if (actor == NULL)
        return;
    actor->kind = (enum actor_kind)event->field[1];
    actor->name = event->field[2];
    actor->function = event->field[4];
}

static void actor_free(struct export_actor *actor)
{
    VECTOR_FINI(&actor->out);
    VECTOR_FINI(&actor->in);
    VECTOR_FINI(&actor->frames);
    free(actor);
}

void actors_forget(struct exporter *exporter, struct export_actor *actor)
{
    map_remove(&exporter->actors, actor->number, NULL);
    actor_free(actor);
}

void actors_fini(struct exporter *exporter)
{
    size_t cursor = 0;
    uint64_t number, value;
    while (map_next(&exporter->actors, &cursor, &number, &value))
        actor_free((struct export_actor *)(uintptr_t)value);
    map_fini(&exporter->actors);
    map_fini(&exporter->generators);
    for (size_t i = 0; i < exporter->threads.count; i++) {
        VECTOR_FINI(&exporter->threads.items[i].running);
        VECTOR_FINI(&exporter->threads.items[i].free_lanes);
    }
    VECTOR_FINI(&exporter->threads);
}
