/* Options in every form there is, and what is nearest to a wrong word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/suggest.h"
#include "cmd/display.h"
#include "cmd/options.h"

static const char *order(size_t i)
{
    static const char *const orders[] = {"rising", "falling", NULL};
    return orders[i];
}

static const struct cmd_option options[] = {
    {.word = "output", .letter = 'o', .value = "FILE", .help = "where to"},
    {.word = "times", .letter = 't', .help = "with times"},
    {.word = "plain", .help = "without a letter"},
    {.word = "order", .value = "ORDER", .help = "in which order", .choice = order},
};

static const struct cmd cmd = {
    .name = "try",
    .operands = "TRACE...",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = 2,
    .shows = true,
};

#define PARSE(arguments, ...)                                                                                \
    options_parse(&cmd, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),                       \
                  (const char *[]){__VA_ARGS__}, arguments)

static void assert_parsed(enum options_outcome outcome, struct cmd_arguments *arguments, const char *output,
                          int times, size_t operand_count)
{
    assert_int_equal(outcome, OPTIONS_RUN);
    if (output == NULL)
        assert_null(arguments->values[0]);
    else
        assert_string_equal(arguments->values[0], output);
    assert_int_equal(arguments->values[1] != NULL, times);
    assert_int_equal(arguments->operand_count, operand_count);
    options_release(arguments);
}

static void test_every_form(void **state)
{
    (void)state;
    struct cmd_arguments arguments;
    assert_parsed(PARSE(&arguments, "a"), &arguments, NULL, 0, 1);
    assert_parsed(PARSE(&arguments, "a", "b", "--output", "x"), &arguments, "x", 0, 2);
    assert_parsed(PARSE(&arguments, "--output=x=y", "a", "-t"), &arguments, "x=y", 1, 1);
    assert_parsed(PARSE(&arguments, "-o", "x", "-oz", "a"), &arguments, "z", 0, 1);
    assert_parsed(PARSE(&arguments, "--output=", "--times", "-"), &arguments, "", 1, 1);
    assert_parsed(PARSE(&arguments, "-t", "--", "-o", "--times"), &arguments, NULL, 1, 2);
    assert_parsed(PARSE(&arguments, "-o", "--help", "a"), &arguments, "--help", 0, 1);
}

static void test_the_options_of_display_are_apart(void **state)
{
    (void)state;
    struct cmd_arguments arguments;
    assert_int_equal(PARSE(&arguments, "--color", "never", "--order=falling", "a"), OPTIONS_RUN);
    assert_ptr_equal(arguments.cmd, &cmd);
    assert_string_equal(arguments.display[display_color], "never");
    assert_null(arguments.display[display_width]);
    assert_string_equal(arguments.values[3], "falling");
    options_release(&arguments);
}

static void test_what_is_no_choice_is_refused(void **state)
{
    (void)state;
    struct cmd_arguments arguments;
    assert_int_equal(PARSE(&arguments, "--order", "fallin", "a"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "--order=", "a"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "--color", "sometimes", "a"), OPTIONS_WRONG);
}

static void test_help_is_found_anywhere(void **state)
{
    (void)state;
    struct cmd_arguments arguments;
    assert_int_equal(PARSE(&arguments, "--help"), OPTIONS_HELP);
    assert_int_equal(PARSE(&arguments, "a", "b", "c", "-h"), OPTIONS_HELP);
}

static void test_what_is_wrong_is_refused(void **state)
{
    (void)state;
    struct cmd_arguments arguments;
    assert_int_equal(PARSE(&arguments, "--outputs", "x", "a"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "--out", "x", "a"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "-x", "a"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "a", "-o"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "a", "--times=yes"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "a", "-tx"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "--times"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "a", "b", "c"), OPTIONS_WRONG);
    assert_int_equal(PARSE(&arguments, "a", "-\0"), OPTIONS_RUN);
    options_release(&arguments);
}

static void test_the_nearest_word(void **state)
{
    (void)state;
    const char *const known[] = {"analyze", "dump", "info", "version"};
    const size_t count = sizeof known / sizeof *known;
    assert_string_equal(suggest_nearest("analyse", known, count), "analyze");
    assert_string_equal(suggest_nearest("dmp", known, count), "dump");
    assert_string_equal(suggest_nearest("inof", known, count), "info");
    assert_string_equal(suggest_nearest("versions", known, count), "version");
    assert_null(suggest_nearest("frobnicate", known, count));
    assert_null(suggest_nearest("", known, count));
    assert_null(suggest_nearest("a word that is longer than any word that there will ever be", known, count));
    assert_null(suggest_nearest("dump", known, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_form),
        cmocka_unit_test(test_the_options_of_display_are_apart),
        cmocka_unit_test(test_what_is_no_choice_is_refused),
        cmocka_unit_test(test_help_is_found_anywhere),
        cmocka_unit_test(test_what_is_wrong_is_refused),
        cmocka_unit_test(test_the_nearest_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
