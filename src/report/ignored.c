/*
 * In:   ignores that were applied.
 * Out:  sentences.
 * Holds: one whose line did not run in any of the traces is not called unused.
 */
#include "report/ignored.h"

#include <inttypes.h>

#include "finding/kinds.h"
#include "finding/phrase.h"

const char *ignored_state_name(const struct ignore *ignore)
{
    static const char *const names[] = {
        [IGNORE_USED] = "used",
        [IGNORE_UNUSED] = "unused",
        [IGNORE_NOT_REACHED] = "not-reached",
        [IGNORE_VOID] = "void",
    };
    return names[ignores_state(ignore)];
}

/* "`app.py:12`: " */
static void add_place(struct buffer *lines, const struct ignore *ignore)
{
    struct buffer place;
    buffer_init(&place);
    buffer_add(&place, ignore->file);
    buffer_add_format(&place, ":%" PRIu32, ignore->line);
    phrase_add_code(lines, buffer_text(&place));
    buffer_add_string(lines, ": ");
    buffer_fini_part(&place, lines);
}

/* "`ignore[lost-update]`" */
static void add_ignore(struct buffer *lines, const struct ignore *ignore)
{
    struct buffer code;
    buffer_init(&code);
    buffer_add_string(&code, "ignore");
    if (ignore->kinds.length > 0) {
        buffer_add_char(&code, '[');
        buffer_add(&code, ignore->kinds);
        buffer_add_char(&code, ']');
    }
    phrase_add_code(lines, buffer_text(&code));
    buffer_fini_part(&code, lines);
}

/* Whether a kind that there is not was named. */
static bool add_unknown_kinds(struct buffer *lines, const struct ignore *ignore)
{
    struct text name;
    bool any = false;
    for (size_t cursor = 0; ignores_next_unknown(ignore, &cursor, &name); any = true) {
        const char *near = kinds_nearest(name);
        add_place(lines, ignore);
        buffer_add_string(lines, "there is no kind ");
        phrase_add_code(lines, name);
        if (near != NULL) {
            buffer_add_string(lines, "; did you mean ");
            phrase_add_code(lines, text_of(near));
            buffer_add_string(lines, "?\n");
        } else {
            buffer_add_string(lines, ": `staleread explain` lists them.\n");
        }
    }
    return any;
}

static void add_uselessness(struct buffer *lines, const struct ignore *ignore)
{
    enum ignore_state state = ignores_state(ignore);
    if (state != IGNORE_UNUSED && state != IGNORE_VOID)
        return;
    add_place(lines, ignore);
    add_ignore(lines, ignore);
    buffer_add_string(lines, state == IGNORE_UNUSED
                                 ? " matched nothing, though its line ran: it can go.\n"
                                 : " covers nothing that is watched: it belongs on the line of the read, "
                                   "the await or the write, or right above it.\n");
}

static void add_problems(struct buffer *lines, const struct ignore *ignore)
{
    if (!add_unknown_kinds(lines, ignore))
        add_uselessness(lines, ignore);
    if (ignore->reason.length > 0)
        return;
    add_place(lines, ignore);
    add_ignore(lines, ignore);
    buffer_add_string(lines, " gives no reason: say why behind it.\n");
}

void ignored_add(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    if (tally->ignored > 0) {
        phrase_add_count(lines, tally->ignored, "finding is", "findings are");
        buffer_add_string(lines, " ignored in the source (`# staleread: ignore`).\n");
    }
    for (size_t i = 0; input->ignores != NULL && i < input->ignores->rows.count; i++)
        add_problems(lines, &input->ignores->rows.items[i]);
}
