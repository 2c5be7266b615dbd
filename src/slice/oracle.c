/* In: the bytes of a trace, and a finding of a larger one. Out: whether it is found in the smaller one, too, and how much alike.
 * Must hold: what is found is what `analyze` would find. */
#include "slice/oracle.h"

#include <string.h>

#include "detect/analysis.h"
#include "trace/reader.h"

/* ---- a trace in memory ---- */

struct memory {
    const char *bytes;
    size_t length;
    size_t next;
};

static ptrdiff_t read_memory(void *context, void *into, size_t bytes)
{
    struct memory *memory = context;
    size_t left = memory->length - memory->next;
    size_t count = bytes < left ? bytes : left;
    memcpy(into, memory->bytes + memory->next, count);
    memory->next += count;
    return (ptrdiff_t)count;
}

/* ---- comparing ---- */

static bool same_locks(const struct finding_place *one, const struct finding_place *other)
{
    if (one->lock_count != other->lock_count)
        return false;
    for (uint32_t i = 0; i < one->lock_count; i++)
        if (!text_equal(one->locks[i].name, other->locks[i].name) ||
            one->locks[i].kind != other->locks[i].kind || one->locks[i].permits != other->locks[i].permits)
            return false;
    return true;
}

static bool same_place(const struct finding_place *one, const struct finding_place *other)
{
    return one->line == other->line && text_equal(one->file, other->file) &&
           text_equal(one->function, other->function) && text_equal(one->source, other->source) &&
           text_equal(one->actor, other->actor) && same_locks(one, other);
}

static bool same_cell(const struct finding_cell *one, const struct finding_cell *other)
{
    return one->object == other->object && text_equal(one->owner, other->owner) &&
           text_equal(one->attribute, other->attribute) && text_equal(one->key, other->key) &&
           text_equal(one->text, other->text);
}

static bool same_marks(const struct finding *one, const struct finding *other)
{
    return one->between_threads == other->between_threads && one->every_run == other->every_run &&
           one->released_between == other->released_between && one->lock_in_vain == other->lock_in_vain &&
           one->act_is_use == other->act_is_use && one->acts_on_other_cell == other->acts_on_other_cell;
}

static bool same_values(const struct finding_values *one, const struct finding_values *other)
{
    return text_equal(one->read, other->read) && text_equal(one->other, other->other) &&
           text_equal(one->written, other->written);
}

static bool same_advice(const struct finding_advice *one, const struct finding_advice *other)
{
    return text_equal(one->primitive, other->primitive) && text_equal(one->text, other->text) &&
           one->from_line == other->from_line && one->to_line == other->to_line;
}

unsigned oracle_compare(const struct finding *one, const struct finding *other)
{
    return (one->form == other->form ? ORACLE_FORM : 0u) |
           (same_cell(&one->cell, &other->cell) ? ORACLE_CELL : 0u) |
           (same_place(&one->first, &other->first) ? ORACLE_FIRST : 0u) |
           (same_place(&one->window, &other->window) ? ORACLE_WINDOW : 0u) |
           (same_place(&one->other, &other->other) ? ORACLE_OTHER : 0u) |
           (same_place(&one->last, &other->last) ? ORACLE_LAST : 0u) |
           (same_values(&one->values, &other->values) ? ORACLE_VALUES : 0u) |
           (same_marks(one, other) ? ORACLE_MARKS : 0u) |
           (same_advice(&one->advice, &other->advice) ? ORACLE_ADVICE : 0u);
}

/* ---- asking ---- */

static void look_at(const struct oracle *oracle, const struct finding *finding, struct answer *answer)
{
    const struct finding *wanted = oracle->wanted;
    uint64_t identity;
    if (strcmp(finding->id, wanted->id) == 0) {
        answer->stands = finding->kind == wanted->kind && finding->status == wanted->status &&
                         finding->confidence == wanted->confidence;
        answer->same = oracle_compare(finding, wanted);
        return;
    }
    if (identity_parse(text_of(finding->id), &identity) && !map_get(oracle->known, identity, NULL) &&
        finding->confidence >= (wanted->confidence < FINDING_MEDIUM ? FINDING_LOW : FINDING_MEDIUM))
        answer->is_new = true;
}

/* What the trace shows, in a finished list, which is to be given to finding_list_fini in any case. */
static enum status find_all(const struct oracle *oracle, const char *bytes, size_t length,
                            struct finding_list *list, struct diag *diag)
{
    struct memory memory = {.bytes = bytes, .length = length};
    const struct trace_source source = {.read = read_memory, .context = &memory, .bytes = length};
    const struct analysis_options options = {.blocking_microseconds = oracle->blocking_microseconds};
    struct analysis_totals totals;
    struct trace *trace;
    finding_list_init(list);
    enum status status = trace_open_source(&trace, "slice", &source, diag);
    if (status != STATUS_OK)
        return status;
    status = analysis_run(trace, &options, list, &totals, diag);
    if (status == STATUS_OK)
        status = finding_list_finish(list, diag);
    trace_close(trace);
    return status;
}

enum status oracle_ask(const struct oracle *oracle, const char *bytes, size_t length, struct answer *answer,
                       struct diag *diag)
{
    struct finding_list list;
    *answer = (struct answer){.stands = false};
    enum status status = find_all(oracle, bytes, length, &list, diag);
    for (size_t i = 0; i < list.findings.count && status == STATUS_OK; i++)
        look_at(oracle, &list.findings.items[i], answer);
    finding_list_fini(&list);
    return status;
}

/* ---- but for names ---- */

static bool is_alike(const struct finding *one, const struct finding *other)
{
    return one->kind == other->kind && one->form == other->form && one->status == other->status &&
           one->confidence == other->confidence && one->first.line == other->first.line &&
           one->window.line == other->window.line && one->other.line == other->other.line &&
           one->last.line == other->last.line && same_marks(one, other);
}

enum status oracle_find_alike(const struct oracle *oracle, const char *bytes, size_t length,
                              char id[static identity_bytes_max], bool *is_there, struct diag *diag)
{
    struct finding_list list;
    *is_there = false;
    enum status status = find_all(oracle, bytes, length, &list, diag);
    for (size_t i = 0; i < list.findings.count && status == STATUS_OK && !*is_there; i++) {
        *is_there = is_alike(&list.findings.items[i], oracle->wanted);
        memcpy(id, list.findings.items[i].id, identity_bytes_max);
    }
    finding_list_fini(&list);
    return status;
}
