/*
 * In:   the scene of the counter, made by hand in scenes.h.
 * Out:  where its things stand in the picture: below each other, beside each other, and none over another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "report/html_layout.h"
#include "report/scenes.h"

enum { findings_max = 8, counter_lane = 1, maker_lane = 0, rival_lane = 2 };

struct picture {
    struct finding_list list;
    const struct scene *scenes[findings_max];
    struct report_input input;
    struct view view;
    struct html_layout layout;
};

static int make_picture(void **state)
{
    static struct picture picture;
    size_t counter = 0;
    assert_int_equal(fixture_list(&picture.list), STATUS_OK);
    scenes_of(&picture.list, picture.scenes);
    while (picture.scenes[counter] != scenes_counter())
        counter++;
    picture.input = (struct report_input){.list = &picture.list, .scenes = picture.scenes};
    view_of(&picture.view, &picture.input, &picture.list.findings.items[counter]);
    *state = &picture;
    return html_layout_init(&picture.layout, &picture.view) == STATUS_OK ? 0 : -1;
}

static int drop_picture(void **state)
{
    struct picture *picture = *state;
    html_layout_fini(&picture->layout);
    finding_list_fini(&picture->list);
    return 0;
}

static void test_rows(void **state)
{
    const struct html_layout *layout = &((struct picture *)*state)->layout;
    uint32_t count = (uint32_t)layout->scene->moment_count;
    for (uint32_t row = 0; row < count; row++) {
        assert_true(html_layout_top(layout, row) < html_layout_middle(layout, row));
        assert_true(html_layout_middle(layout, row) < html_layout_bottom(layout, row));
        assert_int_equal(html_layout_bottom(layout, row), html_layout_top(layout, row + 1));
    }
    assert_int_equal(html_layout_top(layout, count + 7), html_layout_bottom(layout, count - 1));
}

/* One of the finding's places has room for its source, and a step's begin for the arrow that ends there. */
static void test_heights(void **state)
{
    const struct html_layout *layout = &((struct picture *)*state)->layout;
    uint32_t heights[32];
    for (uint32_t row = 0; row < layout->scene->moment_count; row++)
        heights[row] = html_layout_bottom(layout, row) - html_layout_top(layout, row);
    assert_true(heights[7] > heights[6]);
    assert_true(heights[5] > heights[0]);
}

static void test_columns(void **state)
{
    const struct html_layout *layout = &((struct picture *)*state)->layout;
    for (uint32_t lane = 0; lane < layout->scene->lane_count; lane++) {
        struct html_columns columns = html_layout_columns(layout, lane);
        assert_true(columns.bars < columns.track && columns.track < columns.block);
        assert_true(columns.block < columns.dot && columns.dot < columns.words);
    }
    assert_int_equal(html_layout_columns(layout, maker_lane).block,
                     html_layout_columns(layout, rival_lane).block);
    assert_true(html_layout_columns(layout, counter_lane).block >
                html_layout_columns(layout, rival_lane).block);
}

static void test_locks_stand_beside_each_other(void **state)
{
    const struct html_layout *layout = &((struct picture *)*state)->layout;
    uint32_t first = html_layout_bar(layout, 0), second = html_layout_bar(layout, 1);
    assert_true(first + html_layout_bar_width <= second);
    assert_true(second + html_layout_bar_width <= html_layout_columns(layout, counter_lane).track);
}

static void test_window(void **state)
{
    const struct html_layout *layout = &((struct picture *)*state)->layout;
    uint32_t from, to;
    assert_true(html_layout_window(layout, &from, &to));
    assert_int_equal(layout->scene->moments[from].role, SCENE_ROLE_FIRST);
    assert_int_equal(layout->scene->moments[to].role, SCENE_ROLE_LAST);
}

/* Thirds of the width, to a hundredth of a percent. */
static void test_parts(void **state)
{
    const struct html_layout *layout = &((struct picture *)*state)->layout;
    struct buffer out;
    buffer_init(&out);
    for (size_t lanes = 0; lanes <= 3; lanes++)
        html_layout_add_part(&out, layout, "x", lanes);
    assert_string_equal(buffer_string(&out), " x=\"0.00%\" x=\"33.33%\" x=\"66.66%\" x=\"100.00%\"");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),    cmocka_unit_test(test_heights),
        cmocka_unit_test(test_columns), cmocka_unit_test(test_locks_stand_beside_each_other),
        cmocka_unit_test(test_window),  cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, make_picture, drop_picture);
}
