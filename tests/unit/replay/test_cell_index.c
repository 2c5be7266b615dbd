/* What was put in is found, what was removed is not, however often both happened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/map.h"
#include "replay/cell.h"

enum { objects_count = 5, keys_count = 200, rounds = 40000 };

struct fixture {
    struct cell_index index;
    struct object objects[objects_count];
    struct cell cells[objects_count][keys_count];
    bool is_in[objects_count][keys_count];
    size_t count;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    for (size_t i = 0; i < objects_count; i++) {
        fixture->objects[i].number = i + 1;
        for (size_t key = 0; key < keys_count; key++)
            fixture->cells[i][key] = (struct cell){.object = &fixture->objects[i], .key = key};
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    cell_index_fini(&fixture->index);
    free(fixture);
    return 0;
}

static void assert_all(const struct fixture *fixture)
{
    for (size_t i = 0; i < objects_count; i++)
        for (size_t key = 0; key < keys_count; key++) {
            const struct cell *expected = fixture->is_in[i][key] ? &fixture->cells[i][key] : NULL;
            assert_ptr_equal(cell_index_find(&fixture->index, fixture->objects[i].number, key), expected);
        }
    assert_int_equal(fixture->index.count, fixture->count);
}

static void turn(struct fixture *fixture, size_t object, size_t key)
{
    bool *is_in = &fixture->is_in[object][key];
    if (*is_in)
        cell_index_remove(&fixture->index, &fixture->cells[object][key]);
    else
        assert_int_equal(cell_index_put(&fixture->index, &fixture->cells[object][key]), STATUS_OK);
    *is_in = !*is_in;
    fixture->count = *is_in ? fixture->count + 1 : fixture->count - 1;
}

static void test_an_empty_one_has_nothing(void **state)
{
    struct fixture *fixture = *state;
    size_t cursor = 0;
    assert_all(fixture);
    assert_null(cell_index_next(&fixture->index, &cursor));
}

static void test_what_is_in_is_found(void **state)
{
    struct fixture *fixture = *state;
    uint64_t random = 7;
    for (size_t round = 0; round < rounds; round++) {
        random = map_mix(random, round);
        turn(fixture, random % objects_count, (random >> 32) % keys_count);
        if (round % 1000 == 0)
            assert_all(fixture);
    }
    assert_all(fixture);
}

static void test_each_is_visited_once(void **state)
{
    struct fixture *fixture = *state;
    size_t cursor = 0, visited = 0;
    for (size_t key = 0; key < keys_count; key += 3)
        turn(fixture, key % objects_count, key);
    for (struct cell *cell; (cell = cell_index_next(&fixture->index, &cursor)) != NULL; visited++) {
        size_t object = (size_t)(cell->object - fixture->objects);
        assert_true(fixture->is_in[object][cell->key]);
        fixture->is_in[object][cell->key] = false;
    }
    assert_int_equal(visited, fixture->count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_empty_one_has_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_in_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_is_visited_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
