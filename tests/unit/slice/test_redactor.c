/* In: texts of all sorts. Out: of the same form, with nothing in them that was somebody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "slice/redactor.h"

/* A pseudonym is shown as `n`, `N` for a class, 7 for a number, so that forms can be compared. */
static void shape(struct text text, char *to)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        bool begins = i == 0 || strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                                       text.bytes[i - 1]) == NULL;
        size_t length = strspn(text.bytes + i, "abcdefghijkmnpqrstuvwxyz23456789ABCDEFGHIJKMNPQRSTUVWXYZ");
        bool is_name = begins && length == 9 && (text.bytes[i] == 'n' || text.bytes[i] == 'N');
        size_t digits = strspn(text.bytes + i, "0123456789");
        if (is_name) {
            to[count++] = text.bytes[i];
            i += length - 1;
        } else if (begins && digits >= 7) {
            to[count++] = '7';
            i += digits - 1;
        } else {
            to[count++] = text.bytes[i];
        }
    }
    to[count] = '\0';
}

struct fixture {
    struct redactor redactor;
    char path[32];
};

static int set_up(void **state)
{
    static struct fixture fixture;
    strcpy(fixture.path, "/tmp/test_redactor.XXXXXX");
    int descriptor = mkstemp(fixture.path);
    struct diag diag = DIAG_NONE;
    if (descriptor < 0 || write(descriptor, "a key that is long enough", 25) != 25)
        return -1;
    close(descriptor);
    *state = &fixture;
    return keyed_is_there() && redactor_init(&fixture.redactor, fixture.path, &diag) != STATUS_OK ? -1 : 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    redactor_fini(&fixture->redactor);
    unlink(fixture->path);
    return 0;
}

static void test_shapes(void **state)
{
    struct fixture *fixture = *state;
    static const char *const rows[][2] = {
        {"left = self.seats - sold", "n = self.n - n"},
        {"await asyncio.sleep(0.25)", "await asyncio.sleep(0.7)"},
        {"if len(self._open) >= 16 and x > 5000:", "if len(self._n) >= 16 and n > 7:"},
        {"MAX_OPEN", "LIMIT_N"},
        {"Counter.<locals>.work", "N.<locals>.n"},
        {"src/shop/cart.py", "n/n/n.py"},
        {"Task-1234", "Task-1234"},
        {"MainThread", "MainThread"},
        {"asyncio_7", "asyncio_7"},
        {"Thread-12 (drain)", "Thread-12 (n)"},
        {"log(f'{user} paid \\'{sum}\\'', rb\"\\x00\")", "n(f'n', rb\"n\")"},
        {"'''all of 'it' here''' + x", "'''n''' + n"},
        {"x = 'never closed", "n = 'n"},
        {"x = '…'", "n = '…'"},
        {"x = 1 # a comment", "n = 1 #n"},
        {"größe", "n"},
        {"__init__", "__init__"},
        {"__secret", "__n"},
        {"time.sleep(x) + row.time.sleep + time.left", "time.sleep(n) + n.n.n + n.n"},
        {"sleep(title, count, filter)", "n(n, n, filter)"},
        {"row.title().filter(id)", "n.n().n(id)"},
        {"jobs.put(await asyncio.wait_for(x))", "n.n(await asyncio.wait_for(n))"},
        {"Event.set", "Event.set"},
        {"<module>", "<module>"},
        {"module", "n"},
        {"self._limit_of + MAX_OPEN + remax", "self._limit_n + LIMIT_N + n"},
        {"'limit'", "'n'"},
        {"lost-update, stale-read", "lost-update, stale-read"},
        {"", ""},
        {"'", "'"},
        {"'\\", "'n"},
        {"\"\"\"", "\"\"\""},
    };
    if (!keyed_is_there())
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char shown[256];
        shape(redactor_text(&fixture->redactor, text_of(rows[i][0])), shown);
        assert_string_equal(shown, rows[i][1]);
    }
}

static void test_any_bytes(void **state)
{
    struct fixture *fixture = *state;
    unsigned random = 7;
    if (!keyed_is_there())
        skip();
    for (int round = 0; round < 3000; round++) {
        static const char bytes[] = "'\"\\#a_1 …=\xff\n(";
        char text[24];
        size_t length = (random = random * 1103515245u + 12345u) / 65536 % sizeof text;
        for (size_t i = 0; i < length; i++)
            text[i] = bytes[(random = random * 1103515245u + 12345u) / 65536 % (sizeof bytes - 1)];
        struct text given = {malloc(length + 1), length}; /* so that sanitizers see its end */
        memcpy((char *)given.bytes, text, length);
        struct text once = redactor_text(&fixture->redactor, given);
        struct text twice = redactor_text(&fixture->redactor, given);
        assert_non_null(once.bytes);
        assert_true(text_equal(once, twice));
        free((void *)given.bytes);
    }
}

static void test_numbers(void **state)
{
    struct fixture *fixture = *state;
    if (!keyed_is_there())
        skip();
    struct record event = {.kind = EVENT_READ,
                           .field = {1, 1, 4711 * 2 << 2 | KEY_INTEGER, 41 * 2 << 3 | VALUE_INTEGER}};
    redactor_event(&fixture->redactor, &event);
    assert_int_equal(cells_key_kind(event.field[2]), KEY_INTEGER);
    assert_true(cells_integer(cells_key_rest(event.field[2])) >= 1000000);
    assert_int_equal(cells_value_kind(event.field[3]), VALUE_FINGERPRINT);
    event.field[2] = 3 * 2 << 2 | KEY_INTEGER;
    event.field[3] = 16 * 2 << 3 | VALUE_INTEGER;
    redactor_event(&fixture->redactor, &event);
    assert_int_equal(event.field[2], 3 * 2 << 2 | KEY_INTEGER);
    assert_int_equal(event.field[3], 16 * 2 << 3 | VALUE_INTEGER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_any_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
