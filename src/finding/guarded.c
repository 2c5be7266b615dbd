/*
 * In:   findings, each of another identity.
 * Out:  the same without those that say nothing new.
 * Holds: `acts` maps a check to the highest status among the findings about its own act, one byte (status +
 * 1) for each confidence.
 */
#include "finding/guarded.h"

#include "base/map.h"
#include "finding/identity.h"

static unsigned shift_of(enum finding_confidence confidence)
{
    return 8 * (unsigned)confidence;
}

/* The kind, the cell and the first place: what one check, or read, is known by. */
static uint64_t check_of(const struct finding *finding, enum finding_kind kind)
{
    struct finding check = {.kind = kind, .cell = finding->cell, .first = finding->first};
    return identity_of(&check);
}

static enum status note_act(struct map *acts, const struct finding *finding)
{
    uint64_t *statuses = map_entry(acts, check_of(finding, finding->kind), NULL);
    if (statuses == NULL)
        return STATUS_NOMEM;
    unsigned shift = shift_of(finding->confidence);
    uint64_t status = (uint64_t)finding->status + 1;
    if ((*statuses >> shift & 0xFF) < status)
        *statuses = (*statuses & ~(UINT64_C(0xFF) << shift)) | status << shift;
    return STATUS_OK;
}

/* Whether a finding of the kind, from the same check or read, has at least this status (enum finding_status + 1) and no
 * lower confidence. */
static bool is_acted_on(const struct map *acts, const struct finding *finding, enum finding_kind kind,
                        uint64_t status)
{
    uint64_t statuses = 0;
    if (!map_get(acts, check_of(finding, kind), &statuses))
        return false;
    for (int confidence = (int)finding->confidence; confidence <= FINDING_HIGH; confidence++)
        if ((statuses >> shift_of((enum finding_confidence)confidence) & 0xFF) >= status)
            return true;
    return false;
}

/* A write that a check merely guards, and a stale value that is used on its way into a write. */
static bool is_told_already(const struct map *acts, const struct finding *finding)
{
    uint64_t status = (uint64_t)finding->status + 1;
    if (finding->kind == FINDING_STALE_READ)
        return is_acted_on(acts, finding, FINDING_LOST_UPDATE, status) ||
               is_acted_on(acts, finding, FINDING_CHECK_THEN_ACT, status) ||
               is_acted_on(acts, finding, FINDING_LOCK_RELEASED_BETWEEN, status);
    return finding->acts_on_other_cell && is_acted_on(acts, finding, finding->kind, status);
}

enum status guarded_leave_out(struct finding *findings, size_t *count)
{
    struct map acts;
    map_init(&acts);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < *count && status == STATUS_OK; i++) {
        if (!findings[i].acts_on_other_cell)
            status = note_act(&acts, &findings[i]);
    }
    size_t kept = 0;
    for (size_t i = 0; i < *count && status == STATUS_OK; i++) {
        if (!is_told_already(&acts, &findings[i]))
            findings[kept++] = findings[i];
    }
    if (status == STATUS_OK)
        *count = kept;
    map_fini(&acts);
    return status;
}
