/*
 * What was found, put into words: one function a format.
 *
 * The same input gives the same bytes. Nothing of a trace gets into the output as it stands: control
 * characters, invalid UTF-8, Markdown and HTML are all made harmless.
 */
#ifndef STALEREAD_REPORT_REPORT_H
#define STALEREAD_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/buffer.h"
#include "base/status.h"
#include "base/text.h"
#include "finding/ignores.h"
#include "finding/list.h"
#include "finding/rules.h"
#include "finding/scene.h"
#include "report/baseline.h"
#include "report/path_map.h"

/* How much of the watched code ran. */
struct report_unexercised {
    bool is_known; /* otherwise the rest is 0 */
    uint64_t functions;
    uint64_t functions_run;
    uint64_t coroutines; /* coroutine functions among them */
    uint64_t coroutines_run;
    const struct text *not_run; /* names of coroutine functions, not necessarily all */
    size_t not_run_count;
};

/* What a trace says about itself, under the names that formats/trace.md has. */
struct report_fact {
    struct text name;
    struct text value;
};

/* One trace that was analyzed. Empty texts stand for "unknown". */
struct report_trace {
    const char *path; /* as the user gave it */
    bool complete;
    uint64_t events;
    uint64_t actors;
    uint64_t lost_events; /* by the agent, or in damaged frames as far as their headers tell */
    uint64_t damaged_frames;
    uint64_t unfollowed;        /* accesses to what the agent had no memory for */
    struct forgotten forgotten; /* by the analysis */
    uint64_t events_before;     /* those that were kept */
    struct text python;         /* "3.11.7" */
    struct text loop;           /* class of the first event loop */
    struct text started;        /* ISO 8601, UTC */
    struct text host;           /* its name */
    const struct text *notes; /* whole sentences without a full stop: "the agent switched itself off: …" */
    size_t note_count;
    bool switched_off; /* the agent, by itself */
    struct report_unexercised unexercised;
    bool imported;             /* made from another tool's log */
    const struct text *unseen; /* words of formats/trace.md: "uvloop" */
    size_t unseen_count;
    const struct text *unwatched; /* names of packages */
    size_t unwatched_count;
    const struct report_fact *facts; /* all that the trace says about itself: "platform", "packages", … */
    size_t fact_count;
    uint64_t start_nanoseconds;            /* since 1970-01-01 UTC; 0: not known */
    uint32_t process;                      /* its id; 0: not known */
    const struct scene_overview *overview; /* NULL: not asked for */
};

/* How much of a text report. */
enum report_detail {
    REPORT_NORMAL,
    REPORT_BRIEF, /* a line for each finding */
    REPORT_FULL,  /* all that is known of each, and of what is not shown */
};

/* Where a place in the source can be opened. */
struct report_links {
    /* Appends a URL of printable ASCII; nothing where there is none. `root`: where the file lies, empty where that is not known. */
    void (*add)(const void *context, struct text root, const struct finding_place *place, struct buffer *url);
    const void *context;
};

/* Everything is borrowed for the time of the call. */
struct report_input {
    const char *version; /* of staleread */
    const struct report_trace *traces;
    size_t trace_count;
    bool is_merged;                  /* out of other reports: then it is told where each finding was seen */
    const struct finding_list *list; /* finished, rules applied */
    const struct rules *rules;       /* NULL: none were given */
    const char *rules_path;          /* as the user gave it; NULL: none */
    const struct ignores *ignores;   /* applied; NULL: the traces have none */
    const struct baseline *baseline; /* applied; NULL: none was given */
    const char *baseline_path;       /* as the user gave it; NULL: none */
    enum finding_confidence confidence; /* findings below are counted, not shown */
    enum finding_fail_on fail_on;       /* what makes the exit status 1 */
    bool lacks_traces;                  /* some could not be read, which has been told */
    bool shows_known;                   /* people see what the baseline has, too; programs always do */
    bool lists_all;                     /* whatever the rules' `max-findings` say */
    bool lists_let_stand;               /* of SARIF: also what rules and comments let stand, marked */
    const struct path_map *path_map;    /* of SARIF and annotations: where files are; NULL: where they were */
    const struct scene *const
        *scenes;               /* one for each finding of the list, NULL where there is none; or NULL */
    uint32_t width_columns;    /* of text; 0: 80 */
    bool colour;               /* of text */
    enum report_detail detail; /* of text */
    const struct report_links *links; /* of text; NULL: none */
};

/* One row of the table of formats. */
struct report_format {
    const char *name;    /* "text" */
    const char *summary; /* for --help: "for people, on a terminal" */
    void (*write)(const struct report_input *input, struct buffer *out);
    bool shows_scenes; /* it draws what happened around each finding: `scenes` and overviews are wanted */
};

/* The table; *count rows of it. */
const struct report_format *report_formats(size_t *count);

/* NULL when there is no such format. */
const struct report_format *report_format_find(const char *name);

/* Whether the finding is in the report, and not left out as known. */
bool report_shows(const struct report_input *input, const struct finding *finding);

/* The folder that the finding's files are relative to; empty: not known. */
struct text report_root(const struct report_input *input, const struct finding *finding);

/* What a trace says about itself under a name; empty: nothing. */
struct text report_fact(const struct report_trace *trace, const char *name);

/* Appends one finding as the text report has it. */
void report_write_finding(const struct report_input *input, const struct finding *finding,
                          struct buffer *out);

/* Appends one finding in full: what happened around it, its source, what it was recorded with. `scene` may be NULL. */
void report_write_in_full(const struct report_input *input, const struct finding *finding,
                          const struct scene *scene, struct buffer *out);

/* Appends the report to `out`. STATUS_OK or STATUS_NOMEM. */
enum status report_write(const struct report_format *format, const struct report_input *input,
                         struct buffer *out) WARN_UNUSED;

#endif
