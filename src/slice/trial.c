/* In: a trace, and what of it may matter. Out: smaller traces, as many as are asked for.
 * Must hold: each trace is whole: whatever it refers to stands in it. */
#include "slice/trial.h"

#include <stdio.h>
#include <stdlib.h>

#include "trace/writer.h"

enum { pieces_max = 1000000 /* 250 bytes each, with all that belongs to them */ };

/* ---- writing ---- */

static bool covers(const struct trace_ignore *row, struct text file, const struct finding_place *place)
{
    return place->line != 0 && place->line >= row->first_line && place->line <= row->last_line &&
           text_equal(file, place->file);
}

/* Whether the comment is about a place of the finding. */
static bool is_about(const struct trial *trial, const struct trace_ignore *row)
{
    const struct finding *wanted = trial->wanted;
    struct text file = trace_string(trial->trace, row->file);
    return covers(row, file, &wanted->first) || covers(row, file, &wanted->window) ||
           covers(row, file, &wanted->other) || covers(row, file, &wanted->last);
}

static enum status need_ignores(struct trial *trial)
{
    enum status status = STATUS_OK;
    for (const struct trace_ignore *row = trace_ignores(trial->trace); row != NULL && status == STATUS_OK;
         row = row->next) {
        if (!is_about(trial, row))
            continue;
        status = rows_need_string(&trial->rows, row->file);
        if (status == STATUS_OK)
            status = rows_need_string(&trial->rows, row->kinds);
        if (status == STATUS_OK)
            status = rows_need_string(&trial->rows, row->reason);
    }
    return status;
}

static enum status need_rows(struct trial *trial)
{
    enum status status = STATUS_OK;
    rows_begin(&trial->rows);
    for (size_t i = 0; i < trial->candidate.events.count && status == STATUS_OK; i++)
        status = rows_need_event(&trial->rows, &trial->candidate.events.items[i]);
    if (status == STATUS_OK)
        status = need_ignores(trial);
    return status == STATUS_OK ? rows_settle(&trial->rows) : status;
}

static void write_events(const struct trial *trial, struct trace_writer *writer)
{
    const struct candidate *candidate = &trial->candidate;
    bool is_state = candidate->events.count > 0 && candidate->events.items[0].is_state;
    for (size_t i = 0; i < candidate->events.count; i++) {
        struct record event = candidate->events.items[i];
        if (is_state && !event.is_state)
            trace_writer_state_over(writer);
        is_state = event.is_state;
        if (trial->asked.redactor != NULL)
            redactor_event(trial->asked.redactor, &event);
        trace_writer_event(writer, event.kind, event.thread, event.field);
    }
    if (is_state)
        trace_writer_state_over(writer);
}

static void write_origin(const struct trial *trial, const struct origin *origin, struct trace_writer *writer)
{
    const struct candidate *candidate = &trial->candidate;
    bool has_state = candidate->events.count > 0 && candidate->events.items[0].is_state;
    if (has_state)
        trace_writer_segment(writer, origin->pairs, origin->count);
    else
        trace_writer_meta(writer, origin->pairs, origin->count);
}

static enum status write_all(struct trial *trial, struct trace_writer *writer, struct diag *diag)
{
    struct origin origin;
    enum status status = origin_of(&origin, trial->trace, &trial->asked);
    if (status == STATUS_OK) {
        write_origin(trial, &origin, writer);
        status = rows_write(&trial->rows, trial->asked.redactor, trial->tells_texts, writer);
    }
    for (const struct trace_ignore *row = trace_ignores(trial->trace); row != NULL; row = row->next)
        if (is_about(trial, row))
            trace_writer_ignore(writer, row);
    if (status != STATUS_OK)
        return diag_set_nomem(diag);
    write_events(trial, writer);
    char events[origin_number_bytes];
    snprintf(events, sizeof events, "%zu", trial->candidate.events.count);
    const struct meta_pair end = {TEXT("events"), text_of(events)};
    return trace_writer_end(writer, &end, 1, diag);
}

/* The bytes of what is kept; *bytes is to be freed. */
static enum status write_kept(struct trial *trial, char **bytes, size_t *length, struct diag *diag)
{
    const struct trace_info *info = trace_info(trial->trace);
    const struct trace_writer_origin origin = {info->process, info->start_nanoseconds};
    struct trace_writer *writer = NULL;
    *bytes = NULL;
    if (need_rows(trial) != STATUS_OK)
        return diag_set_nomem(diag);
    FILE *stream = open_memstream(bytes, length);
    if (stream == NULL)
        return diag_set_nomem(diag);
    enum status status = trace_writer_open(&writer, stream, &origin, diag);
    if (status == STATUS_OK)
        status = write_all(trial, writer, diag);
    trace_writer_close(writer);
    if (fclose(stream) != 0 && status == STATUS_OK)
        status = diag_set_nomem(diag);
    return status;
}

enum status trial_write(struct trial *trial, unsigned char *kept, char **bytes, size_t *length,
                        struct diag *diag)
{
    *bytes = NULL;
    if (candidate_make(&trial->candidate, kept) != STATUS_OK)
        return diag_set_nomem(diag);
    return write_kept(trial, bytes, length, diag);
}

/* ---- pieces ---- */

void trial_init(struct trial *trial, const struct finding *wanted)
{
    *trial = (struct trial){.wanted = wanted, .asked = {.id = wanted->id}};
    pieces_init(&trial->pieces, pieces_max);
}

void trial_fini(struct trial *trial)
{
    candidate_fini(&trial->candidate);
    rows_fini(&trial->rows);
    pieces_fini(&trial->pieces);
    trace_close(trial->trace);
    free(trial->kept);
    trial_init(trial, trial->wanted);
}

static enum status keep_all(struct trial *trial, struct diag *diag)
{
    trial->kept = malloc(trial->pieces.all.count + 1);
    if (candidate_init(&trial->candidate, &trial->pieces) != STATUS_OK || trial->kept == NULL)
        return diag_set_nomem(diag);
    for (size_t i = 0; i < trial->pieces.all.count; i++)
        trial->kept[i] = trial->pieces.all.items[i].role == PIECE_FREE;
    return STATUS_OK;
}

enum status trial_choose(struct trial *trial, const char *path, const struct concern *concern,
                         const struct choice *choice, const struct passing *passing, struct diag *diag)
{
    trial_fini(trial);
    enum status status = trace_open(&trial->trace, path, diag);
    if (status != STATUS_OK)
        return status;
    trace_read_ahead(trial->trace);
    status = choose(&trial->pieces, concern, choice, trial->trace, passing, diag);
    if (status != STATUS_OK)
        return status;
    rows_init(&trial->rows, trial->trace);
    return keep_all(trial, diag);
}

enum status trial_narrow(struct trial *trial, const struct concern *concern, const struct choice *choice,
                         struct diag *diag)
{
    for (size_t i = 0; i < trial->pieces.all.count; i++) {
        const struct piece *piece = &trial->pieces.all.items[i];
        trial->kept[i] = piece->role == PIECE_FREE && wanted(concern, choice, &piece->event, piece->actor);
    }
    return candidate_complete(&trial->candidate, trial->kept) == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

enum status trial_forget_others(struct trial *trial, struct diag *diag)
{
    struct piece *items = trial->pieces.all.items;
    size_t left = 0;
    if (candidate_make(&trial->candidate, trial->kept) != STATUS_OK)
        return diag_set_nomem(diag);
    for (size_t i = 0; i < trial->pieces.all.count; i++) {
        bool stays = trial->candidate.is_in[i] || items[i].role == PIECE_GAP || items[i].role == PIECE_CLOCK;
        trial->kept[left] = trial->kept[i];
        items[left] = items[i];
        left += stays;
    }
    trial->pieces.all.count = left;
    candidate_fini(&trial->candidate);
    if (candidate_init(&trial->candidate, &trial->pieces) != STATUS_OK)
        return diag_set_nomem(diag);
    return STATUS_OK;
}
