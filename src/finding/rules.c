/*
 * In:   a rules file, and the findings of an analysis.
 * Out:  findings marked as suppressed, rules that know how often they were used.
 * Holds: applying marks, it does not remove: reports count what they do not show.
 */
#include "finding/rules.h"

#include "base/buffer.h"
#include "finding/glob.h"
#include "finding/rules_yaml.h"

void rules_init(struct rules *rules)
{
    *rules = (struct rules){0};
    arena_init(&rules->arena, 0);
}

void rules_fini(struct rules *rules)
{
    VECTOR_FINI(&rules->watch.globs);
    VECTOR_FINI(&rules->ignore.globs);
    VECTOR_FINI(&rules->suppressions);
    arena_fini(&rules->arena);
}

enum status rules_load(struct rules *rules, const char *path, struct diag *diag)
{
    diag_set_file(diag, path);
    return rules_yaml_read(rules, path, diag);
}

static bool matches_cell(struct text pattern, const struct finding_cell *cell)
{
    if (glob_matches(pattern, cell->text))
        return true;
    /* "owner.attribute" has no key: one pattern for all entries of a dict. */
    struct buffer name;
    buffer_init(&name);
    buffer_add(&name, cell->owner);
    buffer_add_char(&name, '.');
    buffer_add(&name, cell->attribute);
    bool matched = glob_matches(pattern, buffer_text(&name));
    buffer_fini(&name);
    return matched;
}

static bool matches(const struct rules_suppression *rule, const struct finding *finding)
{
    const struct finding_place *places[] = {&finding->first, &finding->other, &finding->last};
    bool in_file = rule->file.length == 0;
    bool in_function = rule->function.length == 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        in_file = in_file || glob_matches(rule->file, places[i]->file);
        in_function = in_function || glob_matches(rule->function, places[i]->function);
    }
    return in_file && in_function && (rule->id.length == 0 || text_equals(rule->id, finding->id)) &&
           (rule->kind.length == 0 || glob_matches(rule->kind, text_of(kinds_name(finding->kind)))) &&
           (rule->cell.length == 0 || matches_cell(rule->cell, &finding->cell));
}

static void apply_to(struct rules *rules, struct finding *finding)
{
    for (size_t i = 0; i < rules->suppressions.count; i++) {
        struct rules_suppression *rule = &rules->suppressions.items[i];
        if (!matches(rule, finding))
            continue;
        rule->used++;
        if (finding->suppressed_by == 0)
            finding->suppressed_by = (uint32_t)(i + 1);
    }
}

void rules_apply(struct rules *rules, struct finding_list *list)
{
    for (size_t i = 0; i < rules->suppressions.count; i++)
        rules->suppressions.items[i].used = 0;
    for (size_t i = 0; i < list->findings.count; i++)
        apply_to(rules, &list->findings.items[i]);
}
