/* In: the options of display.h, a stream, and the environment. Out: how a report looks.
 * Must hold: what is said on the command line comes before what the environment says, and that before what the terminal is; what is no
 * terminal is neither coloured nor measured unless somebody asks for it. */
#include "cmd/display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/pager.h"
#include "cmd/quantity.h"

/* A terminal may be wider: lines of text then are not, because nobody likes to read those. */
enum { width_columns_min = 40, terminal_columns_max = 120, width_columns_max = 1000 };

static const char *const when_words[] = {"auto", "always", "never"};

static const char *choice_when(size_t i)
{
    return i < sizeof when_words / sizeof *when_words ? when_words[i] : NULL;
}

const struct cmd_option display_options[display_option_count] = {
    [display_verbose] = {.word = "verbose",
                         .letter = 'v',
                         .help = "tell all that is known: values and locks at each place, "
                                 "each one that is not shown and why, all that was not seen"},
    [display_quiet] = {.word = "quiet",
                       .letter = 'q',
                       .help = "tell one line a finding, `FILE:LINE: KIND …`, and the sum"},
    [display_width] = {.word = "width",
                       .value = "COLUMNS",
                       .help = "how wide text is (default: as the terminal, from 40 to 120, or else 80)"},
    [display_color] = {.word = "color",
                       .value = "WHEN",
                       .help = "whether text is coloured (default: auto, on a terminal)",
                       .choice = choice_when},
    [display_hyperlinks] = {.word = "hyperlinks",
                            .value = "WHEN",
                            .help = "whether places open on a click (default: auto, on a terminal that can)",
                            .choice = choice_when},
    [display_no_pager] = {.word = "no-pager",
                          .help = "never start a pager; one shows what is longer than the terminal"},
    [display_path_map] = {.word = "path-map",
                          .value = "OLD=NEW",
                          .help =
                              "with sarif and github: what was below the folder OLD (`.`: where the program "
                              "was recorded) is below NEW in the repository"},
};

static const struct display_variable variables[] = {
    {"NO_COLOR", "Where it is set, and not empty, nothing is coloured unless by `--color`."},
    {"FORCE_COLOR, CLICOLOR_FORCE",
     "Where one is set, and not to 0, text is coloured also where it goes to no terminal."},
    {"CLICOLOR", "Where it is 0, text is not coloured on terminals, either."},
    {"COLUMNS", "How wide text is, from 40 to 120, whatever the terminal says."},
    {"TERM, TERM_PROGRAM, VTE_VERSION, INSIDE_EMACS",
     "What the terminal can do: a `dumb` one gets plain text."},
    {"FORCE_HYPERLINK", "Whether places are links: 0 or 1, whatever the terminal says."},
    {"STALEREAD_HYPERLINKS",
     "What they lead to: `file` (the default), the name of an editor (`vscode`, `vscodium`, `cursor`, `zed`, "
     "`idea`, `pycharm`, `textmate`) or a URL of your own with {path}, {line} and {host} in it."},
    {"STALEREAD_PAGER, PAGER", "What shows text that is longer than the terminal; empty or `cat`: nothing "
                               "does. Otherwise it is `less -FRX`."},
};

const struct display_variable *display_variable_at(size_t i)
{
    return i < sizeof variables / sizeof *variables ? &variables[i] : NULL;
}

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

static enum status take_detail(struct display *display, const struct cmd_arguments *arguments,
                               struct diag *diag)
{
    bool is_full = arguments->display[display_verbose] != NULL;
    bool is_brief = arguments->display[display_quiet] != NULL;
    display->detail = is_full ? REPORT_FULL : is_brief ? REPORT_BRIEF : REPORT_NORMAL;
    if (is_full && is_brief)
        return diag_set(diag, STATUS_USAGE, "%s: --verbose and --quiet are opposites", arguments->cmd->name);
    return STATUS_OK;
}

/* NULL where it is not set, or empty, which is the same by custom. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Whether links may be wanted at all: only then it matters what they are to look like. */
static bool may_be_linked(const struct display *display)
{
    bool is_wanted = display->hyperlinks == DISPLAY_ALWAYS || environment("FORCE_HYPERLINK") != NULL ||
                     isatty(STDOUT_FILENO) == 1 || isatty(STDERR_FILENO) == 1;
    return is_wanted && display->hyperlinks != DISPLAY_NEVER;
}

static enum status take_path_map(struct display *display, const struct cmd_arguments *arguments,
                                 struct diag *diag)
{
    const char *value = arguments->display[display_path_map];
    display->maps_paths = value != NULL;
    if (value != NULL && !path_map_parse(value, &display->path_map))
        return diag_set(diag, STATUS_USAGE,
                        "%s: `--path-map %s` means nothing; it is like `/srv/app=services/api`",
                        arguments->cmd->name, value);
    return STATUS_OK;
}

enum status display_take(struct display *display, const struct cmd_arguments *arguments, struct diag *diag)
{
    *display = (struct display){
        .colour = when_of(arguments->display[display_color]),
        .hyperlinks = when_of(arguments->display[display_hyperlinks]),
        .pages = arguments->display[display_no_pager] == NULL,
        .to_links = {.add = hyperlinks_add, .context = &display->links},
    };
    enum status status = take_width(display, arguments, diag);
    if (status == STATUS_OK)
        status = take_detail(display, arguments, diag);
    if (status == STATUS_OK)
        status = take_path_map(display, arguments, diag);
    if (status == STATUS_OK && may_be_linked(display))
        status = hyperlinks_init(&display->links, environment("STALEREAD_HYPERLINKS"), diag);
    return status;
}

/* ---- what the environment and the terminal say ---- */

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

/* NULL where no pager is to be used. */
static const char *pager_for(const struct display *display, const struct output *output)
{
    return display->pages && output->path == NULL && is_able(output) ? pager_command() : NULL;
}

/* FORCE_HYPERLINK is what other programs obey, too. */
static bool is_linked(const struct display *display, const struct output *output)
{
    if (display->hyperlinks != DISPLAY_AUTO || output->path != NULL)
        return display->hyperlinks == DISPLAY_ALWAYS;
    if (environment("FORCE_HYPERLINK") != NULL)
        return is_forced("FORCE_HYPERLINK");
    const char *pager = pager_for(display, output);
    return is_able(output) && hyperlinks_are_understood() && (pager == NULL || pager_shows_links(pager));
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
    return columns < width_columns_min      ? width_columns_min
           : columns > terminal_columns_max ? terminal_columns_max
                                            : columns;
}

void display_apply(const struct display *display, const struct output *output, struct report_input *input)
{
    input->colour = is_coloured(display, output);
    input->width_columns = width_of(display, output);
    input->detail = display->detail;
    input->path_map = display->maps_paths ? &display->path_map : NULL;
    input->links = is_linked(display, output) ? &display->to_links : NULL;
}

/* ---- writing ---- */

/* Whether it has more lines than the terminal shows at once, one of which the shell's prompt takes. */
static bool is_long(const struct buffer *text, const struct output *output)
{
    struct winsize size;
    size_t lines = 1;
    struct text rest = buffer_text(text);
    for (size_t i = 0; i < rest.length; i++)
        lines += rest.bytes[i] == '\n';
    return ioctl(fileno(output->stream), TIOCGWINSZ, &size) == 0 && size.ws_row != 0 && lines > size.ws_row;
}

void display_write(const struct display *display, const struct buffer *text, const struct output *output)
{
    const char *pager = pager_for(display, output);
    if (pager != NULL && is_long(text, output) && pager_show(pager, text))
        return;
    if (buffer_write(text, output->stream) != STATUS_OK)
        return; /* closing the output says why */
}
