/* Every committed racy trace, looked at once more: each finding has a scene, each end of it that is an event has one row there,
 * rows rise but for the rival's step where that is moved, and spans and edges lie within the rows. Traces that are cut off
 * anywhere have scenes of the same kind, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <unistd.h>

#include "judge/judgement.h"

enum { path_bytes = 4096, traces_max = 256, cuts = 12, rows_max = 128 };

static char paths[traces_max][path_bytes];
static size_t path_count;

static int by_name(const void *one, const void *other)
{
    return strcmp(one, other);
}

static int find_traces(void **state)
{
    (void)state;
    DIR *folder = opendir(TRACES_FOLDER "/racy");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL && path_count < traces_max;) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && strcmp(entry->d_name + length - 4, ".srt") == 0)
            snprintf(paths[path_count++], path_bytes, "%s/racy/%s", TRACES_FOLDER, entry->d_name);
    }
    closedir(folder);
    qsort(paths, path_count, sizeof *paths, by_name);
    return path_count > 40 ? 0 : -1;
}

/* ---- what must hold of every scene ---- */

static const struct finding_place *place_of(const struct finding *finding, enum scene_role role)
{
    const struct finding_place *const places[] = {&finding->first, &finding->window, &finding->other,
                                                  &finding->last};
    return places[role - SCENE_ROLE_FIRST];
}

/* Whether another end is the same event, and has its row. */
static bool is_shared(const struct finding *finding, enum scene_role role)
{
    uint64_t event = place_of(finding, role)->event;
    if (role == SCENE_ROLE_OTHER && event == finding->last.event)
        return true;
    return role > SCENE_ROLE_FIRST && event == finding->first.event;
}

static void check_ends(const struct finding *finding, const struct scene *scene)
{
    for (int role = SCENE_ROLE_FIRST; role <= SCENE_ROLE_LAST; role++) {
        const struct finding_place *place = place_of(finding, (enum scene_role)role);
        size_t rows = 0;
        for (size_t i = 0; i < scene->moment_count; i++) {
            const struct scene_moment *moment = &scene->moments[i];
            if ((int)moment->role != role)
                continue;
            rows++;
            assert_int_equal(moment->number + 1, place->event);
            assert_int_equal(moment->place.line, place->line);
            assert_true(text_equal(moment->place.file, place->file));
            assert_true(moment->kind != SCENE_LEFT_OUT && moment->kind != SCENE_BEGIN);
        }
        bool has_row = place->event != 0 && !is_shared(finding, (enum scene_role)role);
        if (rows != has_row)
            fail_msg("%s: %zu rows for end %d, event %d", finding->id, rows, role, (int)place->event);
    }
}

static void check_rows(const struct scene *scene)
{
    size_t falls = 0;
    assert_true(scene->moment_count > 0 && scene->moment_count <= rows_max);
    assert_true(scene->lane_count > 0 && scene->lane_count <= 8);
    for (size_t i = 0; i < scene->moment_count; i++) {
        const struct scene_moment *moment = &scene->moments[i];
        assert_true(moment->kind >= 0 && moment->kind < SCENE_MOMENT_KIND_COUNT);
        if (moment->kind == SCENE_LEFT_OUT)
            assert_true(moment->left_out > 0 && i > 0 && i + 1 < scene->moment_count);
        else
            assert_true(moment->lane < scene->lane_count);
        falls += i > 0 && moment->number < moment[-1].number;
    }
    /* One step that is moved is a fall where it begins, or where what follows it does. */
    assert_true(falls <= scene->is_supposed);
}

static void check_spans(const struct scene *scene, const struct scene_span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(spans[i].lane < scene->lane_count);
        assert_true(spans[i].from_row <= spans[i].to_row && spans[i].to_row < scene->moment_count);
        assert_true(scene->moments[spans[i].from_row].kind != SCENE_LEFT_OUT);
    }
}

static void check_steps(const struct scene *scene)
{
    check_spans(scene, scene->steps, scene->step_count);
    for (size_t row = 0; row < scene->moment_count; row++) {
        bool lies_in_one = scene->moments[row].kind == SCENE_LEFT_OUT;
        for (size_t i = 0; i < scene->step_count; i++)
            lies_in_one |= scene->steps[i].lane == scene->moments[row].lane &&
                           scene->steps[i].from_row <= row && row <= scene->steps[i].to_row;
        assert_true(lies_in_one);
    }
}

static void check_edges(const struct scene *scene)
{
    for (size_t i = 0; i < scene->edge_count; i++) {
        const struct scene_edge *edge = &scene->edges[i];
        assert_true(edge->from_row < edge->to_row && edge->to_row < scene->moment_count);
        assert_int_not_equal(scene->moments[edge->from_row].lane, scene->moments[edge->to_row].lane);
        assert_non_null(edge->word);
    }
}

static void check_sources(const struct finding *finding, const struct scene *scene)
{
    for (size_t i = 0; i < scene->source_count; i++) {
        const struct scene_source *source = &scene->sources[i];
        assert_true(source->line_count > 0 && source->line_count <= 44);
        for (size_t j = 0; j < source->line_count; j++) {
            const struct scene_line *line = &source->lines[j];
            assert_true(j == 0 || line->line > line[-1].line);
            if (line->role != SCENE_ROLE_NONE)
                assert_int_equal(line->line, place_of(finding, line->role)->line);
        }
    }
}

/* ---- looking ---- */

static bool wants_all(const void *context, const struct finding *finding)
{
    (void)context;
    (void)finding;
    return true;
}

/* STATUS_OK, or why it cannot be judged. */
static enum status judge_file(struct judgement *judgement, const char *path)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    struct analysis_options options = {0};
    enum status status = trace_open(&trace, path, &diag);
    if (status != STATUS_OK)
        return status;
    status = judgement_replay(judgement, trace, &options, &diag);
    trace_close(trace);
    if (status != STATUS_OK)
        return status;
    assert_int_equal(judgement_finish(judgement, &diag), STATUS_OK);
    assert_int_equal(judgement_look_again(judgement, wants_all, NULL, &diag), STATUS_OK);
    return STATUS_OK;
}

static void check_scene(const struct finding *finding, const struct scene *scene)
{
    check_rows(scene);
    check_ends(finding, scene);
    check_steps(scene);
    check_spans(scene, scene->held, scene->held_count);
    check_edges(scene);
    check_sources(finding, scene);
}

static bool has_events(const struct finding *finding)
{
    return (finding->first.event | finding->window.event | finding->other.event | finding->last.event) != 0;
}

static size_t check_file(const char *path)
{
    struct judgement judgement;
    judgement_init(&judgement);
    size_t count = 0;
    if (judge_file(&judgement, path) == STATUS_OK) {
        count = judgement.list.findings.count;
        for (size_t i = 0; i < count; i++) {
            const struct finding *finding = &judgement.list.findings.items[i];
            const struct scene *scene = judgement.scenes.items[i];
            /* Where tables are lost, no end of a finding may be known. */
            assert_int_equal(scene != NULL, has_events(finding));
            if (scene != NULL)
                check_scene(finding, scene);
        }
        if (count != 0)
            assert_non_null(judgement.traces.items[0].overview);
    }
    judgement_fini(&judgement);
    return count;
}

/* ---- tests ---- */

static void every_finding_has_a_scene(void **state)
{
    (void)state;
    for (size_t i = 0; i < path_count; i++) {
        print_message("%s\n", strrchr(paths[i], '/') + 1);
        assert_true(check_file(paths[i]) > 0);
    }
}

static void cut_off(const char *from, const char *to, size_t part, size_t parts)
{
    static unsigned char bytes[1 << 22];
    FILE *file = fopen(from, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    file = fopen(to, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length * part / parts, file), length * part / parts);
    fclose(file);
}

static void what_is_cut_off_does_not_hurt(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-cut-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    for (size_t i = 0; i < path_count; i++)
        for (size_t part = 1; part < cuts; part++) {
            cut_off(paths[i], path, part, cuts);
            check_file(path);
        }
    unlink(path);
}

/* A hole is a damaged frame: a gap. */
static void put_hole(const char *from, const char *to, size_t part, size_t parts)
{
    static unsigned char bytes[1 << 22];
    FILE *file = fopen(from, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    memset(bytes + length * part / parts, 0, length - length * part / parts < 8 ? 1 : 8);
    file = fopen(to, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static void what_is_damaged_does_not_hurt(void **state)
{
    (void)state;
    char path[] = "/tmp/staleread-hole-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    for (size_t i = 0; i < path_count; i++)
        for (size_t part = 1; part < cuts; part++) {
            put_hole(paths[i], path, part, cuts);
            check_file(path);
        }
    unlink(path);
}

static void the_overview_counts_what_there_is(void **state)
{
    (void)state;
    struct judgement judgement;
    judgement_init(&judgement);
    assert_int_equal(judge_file(&judgement, TRACES_FOLDER "/racy/counter.srt"), STATUS_OK);
    const struct scene_overview *overview = judgement.traces.items[0].overview;
    uint64_t actors = 0, steps = 0, writes = 0;
    for (uint32_t i = 0; i < overview->bucket_count; i++) {
        actors += overview->actors[i];
        steps += overview->steps[i];
        writes += overview->writes[i];
    }
    assert_int_equal(overview->events, judgement.traces.items[0].events);
    assert_int_equal(actors, judgement.traces.items[0].actors);
    assert_true(steps >= actors && writes > 0);
    judgement_fini(&judgement);
}

static void a_file_that_changed_has_no_scenes(void **state)
{
    (void)state;
    struct scenes scenes;
    struct judgement judgement;
    const struct scene_overview *overview = NULL;
    judgement_init(&judgement);
    assert_int_equal(judge_file(&judgement, TRACES_FOLDER "/racy/counter.srt"), STATUS_OK);
    scenes_init(&scenes);
    assert_int_equal(scenes_look(&scenes, TRACES_FOLDER "/racy/cas_loop.srt",
                                 judgement.traces.items[0].events, &judgement.list, 0, wants_all, NULL,
                                 &overview),
                     STATUS_OK);
    assert_null(overview);
    assert_null(scenes.items[0]);
    scenes_fini(&scenes);
    judgement_fini(&judgement);
}

static void note_look(void *context, unsigned look, const struct trace_info *info)
{
    unsigned *looks = context;
    assert_int_equal(look, *looks);
    assert_true(info->read_bytes > 0);
    ++*looks;
}

static void whoever_waits_is_told_of_each_look(void **state)
{
    (void)state;
    struct judgement judgement;
    unsigned looks = 0;
    judgement_init(&judgement);
    judgement.scenes.progress = (struct scene_progress){note_look, &looks};
    assert_int_equal(judge_file(&judgement, TRACES_FOLDER "/racy/counter.srt"), STATUS_OK);
    assert_int_equal(looks, scene_looks);
    judgement_fini(&judgement);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_finding_has_a_scene),
        cmocka_unit_test(what_is_cut_off_does_not_hurt),
        cmocka_unit_test(what_is_damaged_does_not_hurt),
        cmocka_unit_test(the_overview_counts_what_there_is),
        cmocka_unit_test(a_file_that_changed_has_no_scenes),
        cmocka_unit_test(whoever_waits_is_told_of_each_look),
    };
    return cmocka_run_group_tests(tests, find_traces, NULL);
}
