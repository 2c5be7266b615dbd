/* In: the row of a report about a trace. Out: one as staleread.h lays it down.
 * Must hold: the JSON report says the same, under the same names. */
#include "api/recordings.h"

#include "base/vector.h"
#include "report/honesty.h"

/* What could not be seen, phrase by phrase. */
struct phrases {
    struct utf8_copies *copies;
    VECTOR(const char *) taken;
};

static void take_phrase(void *context, struct text phrase)
{
    struct phrases *phrases = context;
    if (VECTOR_PUSH(&phrases->taken, utf8_take(phrases->copies, phrase)) != STATUS_OK)
        phrases->copies->failed = true;
}

static void take_unseen(struct staleread_recording *made, struct utf8_copies *copies,
                        const struct report_trace *row)
{
    struct phrases phrases = {.copies = copies};
    if (honesty_each_unseen(row, 1, take_phrase, &phrases) != STATUS_OK)
        copies->failed = true;
    const char **kept = arena_alloc(copies->arena, phrases.taken.count * sizeof *kept);
    if (kept == NULL)
        copies->failed = true;
    else if (phrases.taken.count != 0)
        memcpy(kept, phrases.taken.items, phrases.taken.count * sizeof *kept);
    made->unseen = kept;
    made->unseen_count = phrases.taken.count;
    VECTOR_FINI(&phrases.taken);
}

static void take_unexercised(struct staleread_recording *made, struct utf8_copies *copies,
                             const struct report_unexercised *unexercised)
{
    made->has_functions = unexercised->is_known;
    made->functions = unexercised->functions;
    made->functions_run = unexercised->functions_run;
    made->coroutines = unexercised->coroutines;
    made->coroutines_run = unexercised->coroutines_run;
    made->not_run = utf8_take_all(copies, unexercised->not_run, unexercised->not_run_count);
    made->not_run_count = unexercised->not_run_count;
}

const struct staleread_recording *recordings_copy(struct utf8_copies *copies, const struct report_trace *row)
{
    struct staleread_recording *made = arena_calloc(copies->arena, 1, sizeof *made);
    copies->failed = copies->failed || made == NULL;
    if (made == NULL)
        return NULL;
    made->struct_bytes = sizeof *made;
    made->path = row->path;
    made->complete = row->complete;
    made->events = row->events;
    made->actors = row->actors;
    made->lost_events = row->lost_events;
    made->damaged_frames = row->damaged_frames;
    made->unfollowed = row->unfollowed;
    made->events_before = row->events_before;
    made->forgotten_cells = row->forgotten.cells;
    made->forgotten_writes = row->forgotten.writes;
    made->forgotten_windows = row->forgotten.windows;
    made->forgotten_actors = row->forgotten.actors;
    made->python = utf8_take_known(copies, row->python);
    made->loop = utf8_take_known(copies, row->loop);
    made->started = utf8_take_known(copies, row->started);
    made->notes = utf8_take_all(copies, row->notes, row->note_count);
    made->note_count = row->note_count;
    take_unexercised(made, copies, &row->unexercised);
    take_unseen(made, copies, row);
    return made;
}
