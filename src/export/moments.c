/* What has no length: somebody is spawned, a condition is notified.
 *
 * In: events. Out: instants on the lane of who does it. */
#include "export/exporter.h"

static void tell(struct exporter *exporter, const struct event *event, struct export_mark *mark)
{
    mark->from = mark->to = exporter_at(event->number);
    mark->track = lanes_running(exporter, event->thread);
    exporter_tell(exporter, mark);
}

/* Callbacks are not told: there is one for each turn of a loop. */
void moments_spawn(struct exporter *exporter, const struct event *event)
{
    const struct export_actor *actor = map_get_pointer(&exporter->actors, event->field[0]);
    if (exporter->sink == NULL || event->is_state || actor == NULL || actor->kind == ACTOR_CALLBACK ||
        actors_running(exporter, event->thread) == NULL)
        return;
    struct buffer name, number;
    buffer_init(&name);
    buffer_init(&number);
    buffer_add_string(&name, "spawns ");
    buffer_add(&name, exporter_actor_name(exporter, actor->name, actor->number, &number));
    struct export_mark spawn = {
        .category = EXPORT_ACTOR,
        .name = {buffer_text(&name), false},
        .place = exporter_site(exporter, event->field[5]),
    };
    exporter_add_text(&spawn, "runs", exporter_function(exporter, actor->function).function, true);
    tell(exporter, event, &spawn);
    exporter_drop(exporter, &number);
    exporter_drop(exporter, &name);
}

void moments_notify(struct exporter *exporter, const struct event *event)
{
    if (exporter->sink == NULL || event->is_state)
        return;
    struct buffer name;
    buffer_init(&name);
    exporter_object_name(exporter, event->field[0], &name);
    struct export_mark notify = {
        .category = EXPORT_ORDER,
        .name = {TEXT("notifies"), true},
        .place = exporter_site(exporter, event->field[1]),
    };
    exporter_add_text(&notify, "condition", buffer_text(&name), true);
    exporter_add_number(&notify, "waiters", event->field[2]);
    tell(exporter, event, &notify);
    exporter_drop(exporter, &name);
}
