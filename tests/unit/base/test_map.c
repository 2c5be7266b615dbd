/* The map against a plain array of everything that was put into it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"

enum { keys_max = 600 };

/* xorshift, so that every run is the same */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Keys that collide, that are 0, that are dense, and that differ in their high bits only. */
static uint64_t key_of(size_t i)
{
    switch (i % 3) {
    case 0:
        return i / 3;
    case 1:
        return (uint64_t)i << 40;
    default:
        return (uint64_t)i * 0x9E3779B97F4A7C15ull;
    }
}

static void assert_same(const struct map *map, const uint64_t *values, const int *there)
{
    size_t count = 0;
    for (size_t i = 0; i < keys_max; i++) {
        uint64_t value = 0;
        assert_int_equal(map_get(map, key_of(i), &value), there[i]);
        if (there[i])
            assert_true(value == values[i]);
        count += (size_t)there[i];
    }
    assert_int_equal(map->count, count);
}

static void assert_visits_all(const struct map *map)
{
    size_t cursor = 0, visited = 0;
    uint64_t key, value, expected;
    while (map_next(map, &cursor, &key, &value)) {
        assert_true(map_get(map, key, &expected));
        assert_true(value == expected);
        visited++;
    }
    assert_int_equal(visited, map->count);
}

static void test_any_sequence_is_like_the_reference(void **state)
{
    (void)state;
    struct map map;
    uint64_t values[keys_max] = {0}, random = 88172645463325252ull;
    int there[keys_max] = {0};
    map_init(&map);
    for (unsigned step = 0; step < 60000; step++) {
        size_t i = next_random(&random) % keys_max;
        uint64_t removed = 0;
        /* Fills up, then thins out, and so on. */
        if (next_random(&random) % 8 < (step / 10000 % 2 == 0 ? 6u : 2u)) {
            values[i] = next_random(&random);
            assert_int_equal(map_put(&map, key_of(i), values[i]), STATUS_OK);
            there[i] = 1;
        } else {
            assert_int_equal(map_remove(&map, key_of(i), &removed), there[i]);
            if (there[i])
                assert_true(removed == values[i]);
            there[i] = 0;
        }
        if (step % 2000 == 0) {
            assert_same(&map, values, there);
            assert_visits_all(&map);
        }
    }
    assert_same(&map, values, there);
    map_fini(&map);
}

static void test_entry_tells_what_is_new(void **state)
{
    (void)state;
    struct map map = {.slots = NULL};
    bool added;
    for (uint64_t key = 0; key < 2; key++) {
        uint64_t *entry = map_entry(&map, key, &added);
        assert_non_null(entry);
        assert_true(added);
        assert_true(*entry == 0);
        *entry = 7;
        entry = map_entry(&map, key, &added);
        assert_false(added);
        assert_true(*entry == 7);
    }
    map_fini(&map);
}

static void test_an_empty_map_owns_nothing(void **state)
{
    (void)state;
    struct map map = {.slots = NULL};
    size_t cursor = 0;
    uint64_t key, value;
    assert_false(map_get(&map, 5, NULL));
    assert_false(map_remove(&map, 5, NULL));
    assert_false(map_next(&map, &cursor, &key, &value));
    map_clear(&map);
    assert_null(map.slots);
}

static void test_clear_forgets_everything(void **state)
{
    (void)state;
    struct map map = {.slots = NULL};
    for (uint64_t key = 0; key < 100; key++)
        assert_int_equal(map_put(&map, key, key), STATUS_OK);
    map_clear(&map);
    assert_int_equal(map.count, 0);
    for (uint64_t key = 0; key < 100; key++)
        assert_false(map_get(&map, key, NULL));
    map_fini(&map);
}

static void test_pointers_come_back(void **state)
{
    (void)state;
    struct map map = {.slots = NULL};
    int one, other;
    assert_int_equal(map_put_pointer(&map, 1, &one), STATUS_OK);
    assert_int_equal(map_put_pointer(&map, 0, &other), STATUS_OK);
    assert_ptr_equal(map_get_pointer(&map, 1), &one);
    assert_ptr_equal(map_get_pointer(&map, 0), &other);
    assert_null(map_get_pointer(&map, 2));
    map_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_sequence_is_like_the_reference),
        cmocka_unit_test(test_entry_tells_what_is_new),
        cmocka_unit_test(test_an_empty_map_owns_nothing),
        cmocka_unit_test(test_clear_forgets_everything),
        cmocka_unit_test(test_pointers_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
