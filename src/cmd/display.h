/* How a command shows what people read: the options that all such commands have (`.shows` in their rows), the terminal, and what the
 * environment says.
 *
 *     struct display display;
 *     status = display_take(&display, arguments, &diag);      before anything is read
 *     …
 *     display_apply(&display, &output, &input);               the report's width, colours
 *     report_write(format, &input, &text);
 *     display_write(&display, &text, &output);
 */
#ifndef STALEREAD_CMD_DISPLAY_H
#define STALEREAD_CMD_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "base/status.h"
#include "cmd/cmd.h"
#include "cmd/hyperlinks.h"
#include "cmd/output.h"
#include "report/report.h"

enum display_option {
    display_verbose,
    display_quiet,
    display_width,
    display_color,
    display_hyperlinks,
    display_no_pager,
    display_path_map,
    display_option_count,
};

extern const struct cmd_option display_options[display_option_count];

/* What of the environment has a say, for manual pages. */
struct display_variable {
    const char *name;
    const char *meaning;
};

/* Number `i` of them; NULL behind the last. */
const struct display_variable *display_variable_at(size_t i);

enum display_when { DISPLAY_AUTO, DISPLAY_ALWAYS, DISPLAY_NEVER };

/* What was asked for on the command line. */
struct display {
    uint32_t width_columns; /* 0: what fits */
    enum report_detail detail;
    bool pages; /* what is long, on a terminal */
    enum display_when colour, hyperlinks;
    struct hyperlinks links;
    struct path_map path_map;
    bool maps_paths;              /* by that */
    struct report_links to_links; /* what a report asks for them */
};

/* STATUS_USAGE for what means nothing. The display is not to be moved afterwards. */
enum status display_take(struct display *display, const struct cmd_arguments *arguments, struct diag *diag)
    WARN_UNUSED;

/* What that comes to where the report goes. The environment speaks of standard output and standard error only, so that a file has
 * the same bytes wherever it is written. */
void display_apply(const struct display *display, const struct output *output, struct report_input *input);

/* Writes what is to be read there, page by page where it is longer than the terminal. As buffer_write: an error of the stream is told when the output is closed. */
void display_write(const struct display *display, const struct buffer *text, const struct output *output);

#endif
