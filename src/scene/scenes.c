/* In: the path of a trace, and what was found in it. Out: scenes and an overview, in one arena.
 * Must hold: a file that is not what it was gives no scenes rather than wrong ones. */
#include "scene/scenes.h"

#include <stdlib.h>

#include "scene/compose.h"
#include "scene/draft.h"
#include "scene/locate.h"
#include "scene/record.h"
#include "scene/sources.h"

struct look {
    struct scenes *scenes;
    const char *path;
    uint64_t events;
    struct draft *drafts;
    size_t count;
    struct scene **made; /* by draft */
    struct scene_overview *overview;
};

void scenes_init(struct scenes *scenes)
{
    *scenes = (struct scenes){0};
    arena_init(&scenes->arena, 0);
}

void scenes_fini(struct scenes *scenes)
{
    arena_fini(&scenes->arena);
    *scenes = (struct scenes){0};
}

/* ---- What is wanted ---- */

static enum status make_room(struct scenes *scenes, const struct finding_list *list)
{
    if (scenes->items != NULL)
        return STATUS_OK;
    scenes->count = list->findings.count;
    scenes->items = arena_calloc(&scenes->arena, scenes->count + 1, sizeof *scenes->items);
    return scenes->items != NULL ? STATUS_OK : STATUS_NOMEM;
}

static enum status begin_drafts(struct look *look, const struct finding_list *list, uint32_t index,
                                scenes_wanted *wanted, const void *context)
{
    size_t room = list->findings.count < scenes_of_trace_max ? list->findings.count : scenes_of_trace_max;
    look->drafts = calloc(room + 1, sizeof *look->drafts);
    look->made = calloc(room + 1, sizeof *look->made);
    look->overview = arena_calloc(&look->scenes->arena, 1, sizeof *look->overview);
    if (look->drafts == NULL || look->made == NULL || look->overview == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < list->findings.count && look->count < room; i++) {
        const struct finding *finding = &list->findings.items[i];
        if (finding->trace == index && wanted(context, finding))
            look->drafts[look->count++] = (struct draft){.finding = finding, .index = (uint32_t)i};
    }
    bool is_short = look->events < scene_overview_buckets_max;
    look->overview->events = look->events;
    look->overview->bucket_count = is_short ? (uint32_t)look->events : scene_overview_buckets_max;
    return STATUS_OK;
}

/* ---- Two looks ---- */

static enum status look_first(struct look *look, struct diag *diag)
{
    struct trace *trace;
    enum status status = trace_open(&trace, look->path, diag);
    if (status != STATUS_OK)
        return status;
    status = locate(trace, look->drafts, look->count, &look->scenes->progress, diag);
    if (status == STATUS_OK && trace_info(trace)->events != look->events)
        status = diag_set(diag, STATUS_BAD_INPUT, "is not what it was");
    trace_close(trace);
    for (size_t i = 0; status == STATUS_OK && i < look->count; i++)
        draft_plan(&look->drafts[i], &look->scenes->arena);
    return status;
}

static enum status make_scenes(struct look *look, struct record *record)
{
    for (size_t i = 0; i < look->count; i++)
        look->made[i] = compose(&look->drafts[i], &look->scenes->arena);
    if (sources_give(record->trace, &record->words, look->drafts, look->made, look->count) != STATUS_OK)
        return STATUS_NOMEM;
    for (size_t i = 0; i < look->count; i++)
        look->scenes->items[look->drafts[i].index] = look->made[i];
    return look->scenes->arena.lacks ? STATUS_NOMEM : STATUS_OK;
}

static enum status look_again(struct look *look, struct diag *diag)
{
    struct trace *trace;
    struct record record;
    enum status status = trace_open(&trace, look->path, diag);
    if (status != STATUS_OK)
        return status;
    status =
        record_open(&record, trace, &look->scenes->arena, look->drafts, look->count, look->overview, diag);
    if (status == STATUS_OK)
        status = record_run(&record, &look->scenes->progress, diag);
    if (status == STATUS_OK)
        status = make_scenes(look, &record);
    for (size_t i = 0; i < look->count; i++)
        draft_fini(&look->drafts[i]);
    record_close(&record);
    trace_close(trace);
    return status;
}

enum status scenes_look(struct scenes *scenes, const char *path, uint64_t events,
                        const struct finding_list *list, uint32_t index, scenes_wanted *wanted,
                        const void *context, const struct scene_overview **overview)
{
    struct diag diag = DIAG_NONE;
    struct look look = {.scenes = scenes, .path = path, .events = events};
    enum status status = make_room(scenes, list);
    if (status == STATUS_OK)
        status = begin_drafts(&look, list, index, wanted, context);
    if (status == STATUS_OK && look.count != 0) {
        status = look_first(&look, &diag);
        if (status == STATUS_OK)
            status = look_again(&look, &diag);
        if (status == STATUS_OK)
            *overview = look.overview;
    }
    free(look.drafts);
    free(look.made);
    return status == STATUS_NOMEM ? STATUS_NOMEM : STATUS_OK;
}
