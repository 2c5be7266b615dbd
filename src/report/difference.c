/*
 * In:   two reports.
 * Out:  what is new, gone, changed and the same.
 * Holds: every finding that counts in one of the two is in one of the four.
 */
#include "report/difference.h"

#include <string.h>

#include "base/map.h"
#include "finding/identity.h"
#include "report/difference_words.h"

static const struct difference_format formats[] = {
    {"text", difference_text},
    {"json", difference_json},
    {"markdown", difference_markdown},
};

enum { format_count = sizeof formats / sizeof *formats };

const struct difference_format *difference_format_at(size_t i)
{
    return i < format_count ? &formats[i] : NULL;
}

const struct difference_format *difference_format_find(const char *name)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

/* ---- Comparing ---- */

static bool is_there(const struct finding *finding)
{
    return finding_list_shows(finding, FINDING_LOW);
}

static uint64_t identity_in(const struct finding *finding)
{
    uint64_t identity = 0;
    identity_parse(text_of(finding->id), &identity);
    return identity;
}

/* The findings that are there, by identity: index + 1. */
static enum status index_findings(struct map *places, const struct report_input *input)
{
    for (size_t i = 0; i < input->list->findings.count; i++) {
        const struct finding *finding = &input->list->findings.items[i];
        if (is_there(finding) && map_put(places, identity_in(finding), i) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

static const struct finding *find(const struct map *places, const struct report_input *input,
                                  const struct finding *finding)
{
    uint64_t index;
    return map_get(places, identity_in(finding), &index) ? &input->list->findings.items[index] : NULL;
}

static bool differs(const struct finding *one, const struct finding *other)
{
    return one->status != other->status || one->confidence != other->confidence || one->count != other->count;
}

static enum status take_pair(struct difference *difference, const struct finding *before,
                             const struct finding *after)
{
    if (before->confidence < difference->sides[0].confidence &&
        after->confidence < difference->sides[1].confidence)
        return STATUS_OK;
    if (differs(before, after))
        return VECTOR_PUSH(&difference->changed, (struct difference_change){before, after});
    difference->same_count++;
    return STATUS_OK;
}

static enum status take_second(struct difference *difference, const struct map *before)
{
    const struct report_input *side = &difference->sides[1];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < side->list->findings.count && status == STATUS_OK; i++) {
        const struct finding *finding = &side->list->findings.items[i];
        const struct finding *earlier = find(before, &difference->sides[0], finding);
        if (!is_there(finding))
            continue;
        if (earlier != NULL)
            status = take_pair(difference, earlier, finding);
        else if (finding->confidence >= side->confidence)
            status = VECTOR_PUSH(&difference->fresh, finding);
    }
    return status;
}

static enum status take_first(struct difference *difference, const struct map *after)
{
    const struct report_input *side = &difference->sides[0];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < side->list->findings.count && status == STATUS_OK; i++) {
        const struct finding *finding = &side->list->findings.items[i];
        bool counts = finding_list_shows(finding, side->confidence);
        if (counts && find(after, &difference->sides[1], finding) == NULL)
            status = VECTOR_PUSH(&difference->gone, finding);
    }
    return status;
}

enum status difference_init(struct difference *difference, const char *const paths[2],
                            const struct report_input sides[2], const struct parting *parting)
{
    struct map places[2];
    enum status status = STATUS_OK;
    *difference =
        (struct difference){.paths = {paths[0], paths[1]}, .sides = {sides[0], sides[1]}, .parting = parting};
    for (int side = 0; side < 2; side++) {
        map_init(&places[side]);
        if (status == STATUS_OK)
            status = index_findings(&places[side], &sides[side]);
    }
    if (status == STATUS_OK)
        status = take_second(difference, &places[0]);
    if (status == STATUS_OK)
        status = take_first(difference, &places[1]);
    map_fini(&places[0]);
    map_fini(&places[1]);
    return status;
}

void difference_fini(struct difference *difference)
{
    VECTOR_FINI(&difference->fresh);
    VECTOR_FINI(&difference->gone);
    VECTOR_FINI(&difference->changed);
}

bool difference_exists(const struct difference *difference)
{
    return difference->fresh.count + difference->gone.count + difference->changed.count > 0 ||
           (difference->parting != NULL && difference->parting->has_parted);
}
