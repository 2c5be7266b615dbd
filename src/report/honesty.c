/*
 * In:   what traces tell about what did not run and what was not seen.
 * Out:  two lines.
 * Holds: what is not known is said to be unknown; of several traces only that is called not run what ran in none of
 * them.
 */
#include "report/honesty.h"

#include "finding/phrase.h"

enum { names_shown_max = 4 };

/* ---- Names, each once ---- */

struct names {
    VECTOR(struct text) texts;
    size_t shown_max;
    enum status status;
};

/* How many names of one sort are told. */
static size_t shown_max(const struct report_input *input)
{
    return input->detail == REPORT_FULL ? SIZE_MAX : names_shown_max;
}

static bool has_name(const struct text *texts, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(texts[i], name))
            return true;
    return false;
}

static void add_name(struct names *names, struct text name)
{
    if (names->status == STATUS_OK && !has_name(names->texts.items, names->texts.count, name))
        names->status = VECTOR_PUSH(&names->texts, name);
}

/* "`a`", "`a` and `b`", "`a`, `b`, `c`" where there are more than are shown. */
static void add_names(struct buffer *lines, const struct names *names, bool are_all)
{
    size_t count = names->texts.count < names->shown_max ? names->texts.count : names->shown_max;
    are_all = are_all && count == names->texts.count;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_add_string(lines, are_all && i + 1 == count ? " and " : ", ");
        phrase_add_code(lines, names->texts.items[i]);
    }
}

/* ---- What did not run ---- */

/* Whether every trace tells what did not run, and with it what was not seen. */
static bool is_told(const struct report_input *input)
{
    for (size_t i = 0; i < input->trace_count; i++)
        if (!input->traces[i].unexercised.is_known)
            return false;
    return input->trace_count > 0;
}

static void add_untold(struct buffer *lines, const struct report_input *input)
{
    bool is_complete = true, is_imported = false, is_slice = false;
    for (size_t i = 0; i < input->trace_count; i++) {
        const struct report_trace *trace = &input->traces[i];
        is_imported = is_imported || trace->imported;
        is_slice = is_slice || report_fact(trace, "sliced_from").length > 0;
        is_complete = is_complete && (trace->complete || trace->unexercised.is_known);
    }
    buffer_add_string(lines, "What did not run is not known, because ");
    buffer_add_string(lines, is_imported   ? "another tool's log tells nothing of it"
                             : is_slice    ? "a slice tells nothing of it"
                             : is_complete ? "an older agent recorded it"
                                           : "the recording did not end");
    buffer_add_string(lines, "; it was not judged.\n");
}

/* How many there were, how many of them ran, and what they are called. */
static void add_shares(struct buffer *lines, const struct report_input *input, size_t trace)
{
    const struct report_unexercised *unexercised = &input->traces[trace].unexercised;
    bool has_coroutines = unexercised->coroutines > 0;
    uint64_t all = has_coroutines ? unexercised->coroutines : unexercised->functions;
    uint64_t run = has_coroutines ? unexercised->coroutines_run : unexercised->functions_run;
    const char *one = has_coroutines ? "watched coroutine function" : "watched function";
    const char *many = has_coroutines ? "watched coroutine functions" : "watched functions";
    struct names names = {.shown_max = shown_max(input), .status = STATUS_OK};
    for (size_t i = 0; has_coroutines && i < unexercised->not_run_count; i++)
        add_name(&names, unexercised->not_run[i]);
    if (run >= all) {
        buffer_add_string(lines, all == 1 ? "The " : "All ");
        if (all == 1)
            buffer_add_string(lines, one);
        else
            phrase_add_count(lines, all, one, many);
        buffer_add_string(lines, " ran; branches that were not taken were not judged.\n");
    } else {
        bool names_all = names.texts.count == all - run && names.texts.count <= names.shown_max;
        buffer_add_string(lines, "Of ");
        phrase_add_count(lines, all, one, many);
        buffer_add_char(lines, ' ');
        phrase_add_number(lines, all - run);
        buffer_add_string(lines, " never ran");
        if (names.texts.count > 0)
            buffer_add_string(lines, names_all ? ": " : ", among them ");
        add_names(lines, &names, true);
        buffer_add_string(lines, "; what did not run was not judged.\n");
    }
    VECTOR_FINI(&names.texts);
}

/* Of several runs: the names that each of them has. */
static void add_not_run_in_any(struct buffer *lines, const struct report_input *input)
{
    struct names names = {.shown_max = shown_max(input), .status = STATUS_OK};
    const struct report_unexercised *first = &input->traces[0].unexercised;
    for (size_t i = 0; i < first->not_run_count; i++) {
        bool in_all = true;
        for (size_t j = 1; in_all && j < input->trace_count; j++) {
            const struct report_unexercised *other = &input->traces[j].unexercised;
            in_all = has_name(other->not_run, other->not_run_count, first->not_run[i]);
        }
        if (in_all)
            add_name(&names, first->not_run[i]);
    }
    if (names.texts.count > 0) {
        buffer_add_string(lines, "Among what ran in none of the traces: ");
        add_names(lines, &names, false);
        buffer_add_string(lines, "; what did not run was not judged.\n");
    } else {
        buffer_add_string(lines, "What ran in none of the traces was not judged; which that is, each of them "
                                 "tells by itself.\n");
    }
    VECTOR_FINI(&names.texts);
}

/* What each of several traces tells by itself. */
static void add_shares_of_each(struct buffer *lines, const struct report_input *input)
{
    for (size_t i = 0; i < input->trace_count; i++) {
        if (input->traces[i].unexercised.functions == 0)
            continue;
        phrase_add_code(lines, text_of(input->traces[i].path));
        buffer_add_string(lines, ": ");
        add_shares(lines, input, i);
    }
}

static bool ran_all(const struct report_input *input)
{
    for (size_t i = 0; i < input->trace_count; i++) {
        const struct report_unexercised *unexercised = &input->traces[i].unexercised;
        if (unexercised->functions == 0 || unexercised->functions_run < unexercised->functions)
            return false;
    }
    return true;
}

static void add_unexercised(struct buffer *lines, const struct report_input *input)
{
    if (!is_told(input))
        add_untold(lines, input);
    else if (input->trace_count > 1 && ran_all(input))
        buffer_add_string(lines,
                          "All watched functions ran in each of the traces; branches that were not taken "
                          "were not judged.\n");
    else if (input->trace_count > 1 && input->detail == REPORT_FULL)
        add_shares_of_each(lines, input);
    else if (input->trace_count > 1)
        add_not_run_in_any(lines, input);
    else if (input->traces[0].unexercised.functions == 0)
        buffer_add_string(lines, "No function was watched, so nothing was judged: `record --watch PATTERN` "
                                 "watches modules besides those below the current folder.\n");
    else
        add_shares(lines, input, 0);
}

/* ---- What was not seen ---- */

/* What the agent's words mean (formats/trace.md). */
static const struct unseen_word {
    const char *word;
    const char *phrase;
} unseen_words[] = {
    {"uvloop", "steps of `uvloop`'s loops"},
    {"multiprocessing", "processes that `multiprocessing` has spawned"},
    {"trio", "tasks of `trio`"},
    {"curio", "tasks of `curio`"},
    {"anyio-trio", "tasks of `anyio` on `trio`"},
    {"gevent", "greenlets of `gevent`"},
    {"eventlet", "greenlets of `eventlet`"},
    {"janus", "queues of `janus`"},
};

/* What stands before a name, and around it in the phrase. */
static const struct unseen_name {
    const char *prefix;
    const char *before;
    const char *after;
} unseen_names[] = {
    {"lock:", "whom ", " keeps out, which no rule tells"},
    {"running:", "what ", " did that ran already when the recording began"},
};

/* Several traces, taken together. */
struct unseen {
    uint64_t lost_events;
    uint64_t damaged_frames;
    uint64_t events_before;
    uint64_t unfollowed;
    bool lacks_end;
    bool switched_off;
    struct names words;
    struct names packages;
};

static void gather(struct unseen *unseen, const struct report_trace *trace)
{
    unseen->lost_events += trace->lost_events;
    unseen->damaged_frames += trace->damaged_frames;
    unseen->events_before += trace->events_before;
    unseen->unfollowed += trace->unfollowed;
    unseen->lacks_end = unseen->lacks_end || !trace->complete;
    unseen->switched_off = unseen->switched_off || trace->switched_off;
    for (size_t i = 0; i < trace->unseen_count; i++)
        add_name(&unseen->words, trace->unseen[i]);
    for (size_t i = 0; i < trace->unwatched_count; i++)
        add_name(&unseen->packages, trace->unwatched[i]);
}

static void add_word(struct buffer *phrase, struct text word)
{
    for (size_t i = 0; i < sizeof unseen_words / sizeof *unseen_words; i++) {
        if (text_equals(word, unseen_words[i].word)) {
            buffer_add_string(phrase, unseen_words[i].phrase);
            return;
        }
    }
    for (size_t i = 0; i < sizeof unseen_names / sizeof *unseen_names; i++) {
        const struct unseen_name *about = &unseen_names[i];
        size_t length = strlen(about->prefix);
        if (word.length > length && memcmp(word.bytes, about->prefix, length) == 0) {
            buffer_add_string(phrase, about->before);
            phrase_add_code(phrase,
                            (struct text){.bytes = word.bytes + length, .length = word.length - length});
            buffer_add_string(phrase, about->after);
            return;
        }
    }
    phrase_add_code(phrase, word);
}

/* Where phrases go to, one by one. */
struct sink {
    void (*take)(void *context, struct text phrase);
    void *context;
    struct buffer phrase;
    enum status status;
};

static void hand_over(struct sink *sink)
{
    if (sink->status == STATUS_OK)
        sink->status = buffer_status(&sink->phrase);
    if (sink->status == STATUS_OK)
        sink->take(sink->context, buffer_text(&sink->phrase));
    buffer_clear(&sink->phrase);
}

static void hand_over_string(struct sink *sink, bool holds, const char *phrase)
{
    if (!holds)
        return;
    buffer_add_string(&sink->phrase, phrase);
    hand_over(sink);
}

static void hand_over_losses(struct sink *sink, const struct unseen *unseen)
{
    if (unseen->events_before > 0) {
        phrase_add_count(&sink->phrase, unseen->events_before, "event before those that were kept",
                         "events before those that were kept");
        hand_over(sink);
    }
    if (unseen->lost_events > 0) {
        phrase_add_count(&sink->phrase, unseen->lost_events, "event that was lost", "events that were lost");
        hand_over(sink);
    }
    if (unseen->unfollowed > 0) {
        phrase_add_count(&sink->phrase, unseen->unfollowed, "access to what there was no memory for",
                         "accesses to what there was no memory for");
        hand_over(sink);
    }
    if (unseen->damaged_frames > 0) {
        phrase_add_count(&sink->phrase, unseen->damaged_frames, "damaged frame", "damaged frames");
        hand_over(sink);
    }
    hand_over_string(sink, unseen->switched_off, "all that came after the agent switched itself off");
    hand_over_string(sink, unseen->lacks_end, "the end of the run");
}

static void hand_over_blind_spots(struct sink *sink, const struct unseen *unseen)
{
    for (size_t i = 0; i < unseen->words.texts.count; i++) {
        add_word(&sink->phrase, unseen->words.texts.items[i]);
        hand_over(sink);
    }
    if (unseen->packages.texts.count > 0) {
        buffer_add_string(&sink->phrase, "the inside of ");
        add_names(&sink->phrase, &unseen->packages, true);
        if (unseen->packages.texts.count > unseen->packages.shown_max)
            buffer_add_format(&sink->phrase, " and %zu more packages",
                              unseen->packages.texts.count - unseen->packages.shown_max);
        buffer_add_string(&sink->phrase, ", not watched");
        hand_over(sink);
    }
}

static enum status each_unseen(const struct report_trace *traces, size_t count, size_t packages_max,
                               void (*take)(void *context, struct text phrase), void *context)
{
    struct unseen unseen = {.packages.shown_max = packages_max};
    struct sink sink = {.take = take, .context = context};
    buffer_init(&sink.phrase);
    for (size_t i = 0; i < count; i++)
        gather(&unseen, &traces[i]);
    hand_over_losses(&sink, &unseen);
    hand_over_blind_spots(&sink, &unseen);
    if (unseen.words.status != STATUS_OK || unseen.packages.status != STATUS_OK)
        sink.status = STATUS_NOMEM;
    VECTOR_FINI(&unseen.words.texts);
    VECTOR_FINI(&unseen.packages.texts);
    buffer_fini(&sink.phrase);
    return sink.status;
}

enum status honesty_each_unseen(const struct report_trace *traces, size_t count,
                                void (*take)(void *context, struct text phrase), void *context)
{
    return each_unseen(traces, count, names_shown_max, take, context);
}

static void take_into_line(void *context, struct text phrase)
{
    struct buffer *line = context;
    buffer_add_string(line, line->length > 0 ? "; " : "The agent did not see: ");
    buffer_add(line, phrase);
}

static void add_unseen(struct buffer *lines, const struct report_input *input)
{
    struct buffer line;
    buffer_init(&line);
    if (each_unseen(input->traces, input->trace_count, shown_max(input), take_into_line, &line) != STATUS_OK)
        lines->status = STATUS_NOMEM;
    bool any = line.length > 0;
    buffer_add(lines, buffer_text(&line));
    if (is_told(input))
        buffer_add_string(lines, any ? "" : "The agent knows of nothing that it did not see");
    else
        buffer_add_string(lines,
                          any ? "; what else is not known" : "What the agent could not see is not known");
    buffer_add_string(lines, ".\n");
    buffer_fini_part(&line, lines);
}

void honesty_add(struct buffer *lines, const struct report_input *input)
{
    add_unexercised(lines, input);
    add_unseen(lines, input);
}
