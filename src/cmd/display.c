/* In: the options of display.h, a stream, and the environment. Out: the width and the colours of a report.
 * Must hold: what is said on the command line comes before what the environment says, and that before what the terminal is; what is no
 * terminal is neither coloured nor measured unless somebody asks for it. */
#include "cmd/display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/quantity.h"

/* A terminal may be wider: lines of text then are not, because nobody likes to read those. */
enum {
    width_columns_min = 40,
    terminal_columns_min = 60,
    terminal_columns_max = 120,
    width_columns_max = 1000
};

static const char *const when_words[] = {"auto", "always", "never"};

static const char *choice_when(size_t i)
{
    return i < sizeof when_words / sizeof *when_words ? when_words[i] : NULL;
}

const struct cmd_option display_options[display_option_count] = {
    [display_width] = {.word = "width",
                       .value = "COLUMNS",
                       .help = "how wide text is (default: as the terminal, from 60 to 120, or else 80)"},
    [display_color] = {.word = "color",
                       .value = "WHEN",
                       .help = "whether text is coloured (default: auto, on a terminal)",
                       .choice = choice_when},
};

/* ---- what was asked for ---- */

/* The value has been checked by its option's choices. */
static enum display_when when_of(const char *value)
{
    for (size_t i = 0; value != NULL && choice_when(i) != NULL; i++)
        if (strcmp(value, when_words[i]) == 0)
            return (enum display_when)i;
    return DISPLAY_AUTO;
}

static enum status take_width(struct display *display, const struct cmd_arguments *arguments,
                              struct diag *diag)
{
    const char *value = arguments->display[display_width];
    uint64_t columns = 0;
    if (value != NULL &&
        (!quantity_of(value, &columns) || columns < width_columns_min || columns > width_columns_max))
        return diag_set(diag, STATUS_USAGE, "%s: `--width %s` means nothing; it is a number from %d to %d",
                        arguments->cmd->name, value, width_columns_min, width_columns_max);
    display->width_columns = (uint32_t)columns;
    return STATUS_OK;
}

enum status display_take(struct display *display, const struct cmd_arguments *arguments, struct diag *diag)
{
    *display = (struct display){.colour = when_of(arguments->display[display_color])};
    return take_width(display, arguments, diag);
}

/* ---- what the environment says ---- */

/* NULL where it is not set, or empty, which is the same by custom. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool is_forced(const char *name)
{
    const char *value = environment(name);
    return value != NULL && strcmp(value, "0") != 0;
}

/* Whether it is a terminal, and one that obeys. */
static bool is_able(const struct output *output)
{
    const char *term = getenv("TERM");
    return isatty(fileno(output->stream)) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
}

/* As https://no-color.org and https://bixense.com/clicolors have it. */
static bool is_coloured(const struct display *display, const struct output *output)
{
    if (display->colour != DISPLAY_AUTO || output->path != NULL)
        return display->colour == DISPLAY_ALWAYS;
    if (environment("NO_COLOR") != NULL)
        return false;
    if (is_forced("FORCE_COLOR") || is_forced("CLICOLOR_FORCE"))
        return true;
    const char *clicolor = environment("CLICOLOR");
    return is_able(output) && (clicolor == NULL || strcmp(clicolor, "0") != 0);
}

static uint32_t terminal_columns(const struct output *output)
{
    struct winsize size;
    uint64_t columns = 0;
    const char *told = environment("COLUMNS");
    if (told != NULL && quantity_of(told, &columns) && columns != 0)
        return columns < UINT32_MAX ? (uint32_t)columns : UINT32_MAX;
    int descriptor = fileno(output->stream);
    return isatty(descriptor) == 1 && ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* 0: nobody says. */
static uint32_t width_of(const struct display *display, const struct output *output)
{
    if (display->width_columns != 0 || output->path != NULL)
        return display->width_columns;
    uint32_t columns = terminal_columns(output);
    if (columns == 0)
        return 0;
    return columns < terminal_columns_min   ? terminal_columns_min
           : columns > terminal_columns_max ? terminal_columns_max
                                            : columns;
}

void display_apply(const struct display *display, const struct output *output, struct report_input *input)
{
    input->colour = is_coloured(display, output);
    input->width_columns = width_of(display, output);
}

/* ---- writing ---- */

void display_write(const struct display *display, const struct buffer *text, const struct output *output)
{
    (void)display;
    if (buffer_write(text, output->stream) != STATUS_OK)
        return; /* closing the output says why */
}
