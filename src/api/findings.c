/* In: a finding as detectors and reports know it. Out: one as staleread.h lays it down.
 * Must hold: the JSON report says the same, under the same names. */
#include "api/findings.h"

#include "finding/kinds.h"

_Static_assert((int)STALEREAD_PREDICTED == FINDING_PREDICTED && (int)STALEREAD_OBSERVED == FINDING_OBSERVED &&
                   (int)STALEREAD_CONFIRMED == FINDING_CONFIRMED,
               "the numbers of staleread.h are promised");
_Static_assert((int)STALEREAD_LOW == FINDING_LOW && (int)STALEREAD_MEDIUM == FINDING_MEDIUM &&
                   (int)STALEREAD_HIGH == FINDING_HIGH,
               "the numbers of staleread.h are promised");

/* Room in the arena for one `type`, which says how large it is. */
#define MAKE(copies, type) make(copies, sizeof(type))

static void *make(struct utf8_copies *copies, size_t bytes)
{
    void *made = arena_calloc(copies->arena, 1, bytes);
    copies->failed = copies->failed || made == NULL;
    if (made != NULL)
        memcpy(made, &bytes, sizeof bytes); /* struct_bytes comes first in each */
    return made;
}

static const struct staleread_cell *copy_cell(struct utf8_copies *copies, const struct finding_cell *cell)
{
    struct staleread_cell *made = MAKE(copies, struct staleread_cell);
    if (made == NULL)
        return NULL;
    made->owner = utf8_take(copies, cell->owner);
    made->attribute = utf8_take(copies, cell->attribute);
    made->key = utf8_take_known(copies, cell->key);
    made->text = utf8_take(copies, cell->text);
    return made;
}

static const struct staleread_place *copy_place(struct utf8_copies *copies, const struct finding_place *place)
{
    struct staleread_place *made = MAKE(copies, struct staleread_place);
    struct text locks[finding_place_locks_max];
    if (made == NULL)
        return NULL;
    for (uint32_t i = 0; i < place->lock_count; i++)
        locks[i] = place->locks[i].name;
    made->file = utf8_take_known(copies, place->file);
    made->function = utf8_take_known(copies, place->function);
    made->source = utf8_take_known(copies, place->source);
    made->actor = utf8_take_known(copies, place->actor);
    made->line = place->line;
    made->lock_count = place->lock_count;
    made->locks = utf8_take_all(copies, locks, place->lock_count);
    made->end_line = place->end_line;
    made->column = place->column;
    made->end_column = place->end_column;
    made->is_location = place->is_location;
    made->has_event = place->event != 0;
    made->event = made->has_event ? place->event - 1 : 0;
    return made;
}

static const struct staleread_values *copy_values(struct utf8_copies *copies,
                                                  const struct finding_values *values)
{
    struct staleread_values *made = MAKE(copies, struct staleread_values);
    if (made == NULL)
        return NULL;
    made->read = utf8_take_known(copies, values->read);
    made->other = utf8_take_known(copies, values->other);
    made->written = utf8_take_known(copies, values->written);
    return made;
}

static const struct staleread_advice *copy_advice(struct utf8_copies *copies,
                                                  const struct finding_advice *advice)
{
    struct staleread_advice *made = MAKE(copies, struct staleread_advice);
    if (made == NULL)
        return NULL;
    made->primitive = utf8_take(copies, advice->primitive);
    made->text = utf8_take(copies, advice->text);
    made->from_line = advice->from_line;
    made->to_line = advice->to_line;
    return made;
}

static void copy_sightings(struct utf8_copies *copies, struct staleread_finding *made,
                           const struct finding *finding)
{
    size_t count = finding->sighting_count;
    size_t *traces = arena_calloc(copies->arena, count + 1, sizeof *traces);
    uint64_t *counts = arena_calloc(copies->arena, count + 1, sizeof *counts);
    copies->failed = copies->failed || traces == NULL || counts == NULL;
    for (size_t i = 0; i < count && !copies->failed; i++) {
        traces[i] = finding->sightings[i].trace;
        counts[i] = finding->sightings[i].count;
    }
    made->seen_count = copies->failed ? 0 : count;
    made->seen_in = traces;
    made->seen_often = counts;
}

const struct staleread_finding *findings_copy(struct utf8_copies *copies, const struct finding *finding,
                                              bool has_baseline)
{
    struct staleread_finding *made = MAKE(copies, struct staleread_finding);
    if (made == NULL)
        return NULL;
    made->id = utf8_take(copies, text_of(finding->id));
    made->kind = kinds_name(finding->kind);
    made->form = finding->form != FINDING_FORM_ONLY ? kinds_form_name(finding->form) : NULL;
    made->status = (enum staleread_certainty)finding->status;
    made->confidence = (enum staleread_confidence)finding->confidence;
    made->count = finding->count;
    made->cells = finding->cells;
    made->cell = copy_cell(copies, &finding->cell);
    made->first = copy_place(copies, &finding->first);
    made->window = finding->window.line != 0 ? copy_place(copies, &finding->window) : NULL;
    made->other = copy_place(copies, &finding->other);
    made->last = copy_place(copies, &finding->last);
    made->values = copy_values(copies, &finding->values);
    made->advice = copy_advice(copies, &finding->advice);
    made->between_threads = finding->between_threads;
    made->every_run = finding->every_run;
    made->released_between = finding->released_between;
    made->lock_in_vain = finding->lock_in_vain;
    made->act_is_use = finding->act_is_use;
    made->acts_on_other_cell = finding->acts_on_other_cell;
    made->has_trace = finding->trace != FINDING_TRACE_NONE;
    made->trace = made->has_trace ? finding->trace : 0;
    copy_sightings(copies, made, finding);
    made->novelty = !has_baseline ? STALEREAD_NOT_COMPARED : finding->known ? STALEREAD_KNOWN : STALEREAD_NEW;
    return made;
}
