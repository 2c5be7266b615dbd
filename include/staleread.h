/* libstaleread: reads traces of asyncio programs, replays them, and tells which reads went stale.
 *
 *     struct staleread_analysis *analysis = staleread_analysis_new();
 *     if (staleread_analysis_replay_file(analysis, "run.srt") != STALEREAD_OK ||
 *         staleread_analysis_finish(analysis) != STALEREAD_OK)
 *         fprintf(stderr, "%s\n", staleread_analysis_error(analysis)->text);
 *     for (size_t i = 0; i < staleread_analysis_finding_count(analysis); i++) {
 *         const struct staleread_finding *finding = staleread_analysis_finding(analysis, i);
 *         printf("%s %s at %s:%u\n", finding->kind, finding->cell->text, finding->first->file, finding->first->line);
 *     }
 *     staleread_analysis_free(analysis);
 *
 * What holds for all of it:
 *
 * Ownership. There are two kinds of objects, a trace and an analysis. Who makes one (..._new) frees it (..._free); everything
 * that a function hands out belongs to the object that it was asked of, and lives until that one is freed unless
 * something else is said. What is handed in is borrowed for the call unless something else is said.
 *
 * Errors. What can fail returns a status. The object says what went wrong (..._error) until its next call that can
 * fail. A call on NULL, or at the wrong time, is STALEREAD_USAGE and no crash. What a function puts where the caller says is NULL,
 * or 0, unless it succeeds. Damage in a trace is no error: what can
 * be read is read, and what is lost is counted.
 *
 * Texts are valid UTF-8 and end with a 0 byte; U+FFFD stands for what is something else in the trace, and for 0 bytes in
 * it. Beyond that they hold whatever the recorded program had in its names: escape them for a terminal. NULL stands for
 * what is not known. Structs that others point to are there, whatever they know, unless it is said that they may be NULL.
 *
 * Threads. There is no state outside of the objects. Different objects may be used by different threads at the same
 * time, one object by one thread at a time. Nothing is printed, no signal or locale is touched.
 *
 * Paths and names of traces are told byte for byte as they were given.
 *
 * Binary compatibility. The library makes all structs that it hands out; they grow at their end only. Never make, copy or
 * index one: `struct_bytes` says how many bytes the library has filled in.
 */
#ifndef STALEREAD_H
#define STALEREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define STALEREAD_API __attribute__((visibility("default")))
#else
#define STALEREAD_API
#endif

/* ---- what everything returns ---- */

enum staleread_status {
    STALEREAD_OK = 0,
    STALEREAD_END = 1,         /* no error: nothing more to come */
    STALEREAD_NO_MEMORY = 2,   /* the system has none left */
    STALEREAD_IO = 3,          /* the system, or a callback, refused to open, read or write */
    STALEREAD_BAD_INPUT = 4,   /* this is no trace, or no rules file */
    STALEREAD_UNSUPPORTED = 5, /* it may be one, but is newer than this library */
    STALEREAD_LIMIT = 6,       /* it is beyond what any honest one has */
    STALEREAD_USAGE = 7,       /* what was asked for makes no sense here */
    STALEREAD_STOPPED = 8,     /* by the caller's own callback */
    STALEREAD_WAIT = 9         /* no error: nothing more was written yet; ask again after a while */
};

struct staleread_error {
    size_t struct_bytes;
    enum staleread_status status; /* STALEREAD_OK: nothing went wrong, and the rest says nothing */
    /* All of it on one printable line: "run.srt: what is wrong, what to do (frame 3, offset 120)". */
    const char *text;
    const char *message; /* the sentence alone */
    const char *file;    /* as it was given; NULL: it is about none */
    bool has_frame;
    bool has_offset;
    uint64_t frame;  /* its number, from 0 */
    uint64_t offset; /* in bytes from the start of the file */
};

/* "0.1.0" */
STALEREAD_API const char *staleread_version(void);

/* ---- a trace: what was recorded, event by event ---- */

struct staleread_trace;

/* Up to `bytes` bytes of the trace go to `into`. Returns how many, 0 at the end, -1 if they cannot be read. Callbacks may
 * be called on another thread than the caller's, but never by two at once, and not after the trace is freed. */
typedef ptrdiff_t staleread_read(void *context, void *into, size_t bytes);

/* Goes on reading at `offset` bytes from the start. Returns 0, or -1 if that cannot be. */
typedef int staleread_seek(void *context, uint64_t offset);

/* NULL: there is no memory. Nothing is open yet. */
STALEREAD_API struct staleread_trace *staleread_trace_new(void);

/* Closes it, too. If it is just being replayed step by step, it is given up there. NULL is allowed. */
STALEREAD_API void staleread_trace_free(struct staleread_trace *trace);

/* Opens a file; `-` is standard input. Of the three ways to open a trace each takes one that is not open yet; after an error another try is
 * allowed. STALEREAD_IO, STALEREAD_BAD_INPUT (no trace, or cut off in its header), STALEREAD_UNSUPPORTED,
 * STALEREAD_NO_MEMORY, STALEREAD_USAGE. */
STALEREAD_API enum staleread_status staleread_trace_open_file(struct staleread_trace *trace,
                                                              const char *path);

/* Opens what lies in memory, and stays there unchanged until the trace is freed. `name` (copied) is what errors and
 * reports call it. */
STALEREAD_API enum staleread_status staleread_trace_open_memory(struct staleread_trace *trace,
                                                                const char *name, const void *bytes,
                                                                size_t byte_count);

/* Opens what `read` reads. `seek` may be NULL; then a trace of `record --max-size` cannot be read if it has wrapped. */
STALEREAD_API enum staleread_status staleread_trace_open_callbacks(struct staleread_trace *trace,
                                                                   const char *name, staleread_read *read,
                                                                   staleread_seek *seek, void *context);

/* Never NULL. Lives until the next call that can fail. */
STALEREAD_API const struct staleread_error *staleread_trace_error(const struct staleread_trace *trace);

/* An event; kinds, fields and what their numbers mean are those of formats/events.yaml. */
struct staleread_event {
    size_t struct_bytes;
    uint64_t number;        /* from 0 */
    uint32_t thread;        /* index of the thread that it happened on */
    uint8_t kind;           /* STALEREAD_EVENT_GAP, or as events.yaml has it */
    uint8_t field_count;    /* as events.yaml has it; fields that the file lacks are 0 */
    bool is_state;          /* it did not happen here: it is how things stood when the trace begins */
    const uint64_t *fields; /* each as the file has it */
};

/* Frames are damaged or missing here. Fields: how many frames, how many events at least; `number` is that of the next
 * event. Nothing that was known of running steps, held locks and open windows holds any more. */
enum { STALEREAD_EVENT_GAP = 0 };

/* The next event, which lives until the next call. STALEREAD_END after the last one; STALEREAD_WAIT where a trace that is followed has
 * nothing more yet; STALEREAD_IO, STALEREAD_LIMIT or STALEREAD_NO_MEMORY if the file cannot be read on. *event is NULL unless
 * the status is STALEREAD_OK. */
STALEREAD_API enum staleread_status staleread_trace_next(struct staleread_trace *trace,
                                                         const struct staleread_event **event);

/* "write"; NULL for a kind that there is not. */
STALEREAD_API const char *staleread_event_name(unsigned kind);

/* "actor"; NULL where it has no such field. */
STALEREAD_API const char *staleread_event_field_name(unsigned kind, size_t field);

/* The event that was handed out last, by staleread_trace_next or staleread_analysis_step, as `staleread dump` prints it: on one printable
 * line without its end, with names in place of numbers wherever the trace has them. Lives until the next call of this function for
 * the same trace. NULL: there is none, or no memory. */
STALEREAD_API const char *staleread_trace_event_text(struct staleread_trace *trace);

/* Of an open file from which no event was taken: it is still being written. What is not there yet is neither damage nor the
 * end, but STALEREAD_WAIT, until staleread_trace_info says `complete`, or staleread_trace_is_abandoned does, and everything up to there was
 * taken; then staleread_trace_end_here has STALEREAD_END come. Of a pipe, whose end is its writer's, that comes by itself.
 * STALEREAD_UNSUPPORTED: the trace keeps the newest only, and goes over what was read; or it is no file. STALEREAD_USAGE. */
STALEREAD_API enum staleread_status staleread_trace_follow(struct staleread_trace *trace);

/* Follows no more: what was read so far is all there is, and STALEREAD_END comes behind it. */
STALEREAD_API void staleread_trace_end_here(struct staleread_trace *trace);

/* Whether nobody will write more: nobody has the file open for writing, and its process is gone. False in doubt, and of
 * pipes. What was written before that may still have to be read: go on up to the next STALEREAD_WAIT. */
STALEREAD_API bool staleread_trace_is_abandoned(const struct staleread_trace *trace);

/* What is known of the file so far, final after STALEREAD_END or a replay. */
struct staleread_trace_info {
    size_t struct_bytes;
    const char *path; /* or name, as it was given */
    uint16_t format_major;
    uint16_t format_minor;
    uint32_t process;           /* its id */
    uint64_t start_nanoseconds; /* since 1970-01-01 UTC */
    bool header_damaged;        /* then the four above are 0, but frames were found all the same */
    bool complete;              /* the recording ended cleanly, and its end is there */
    bool torn;                  /* the file stops in the middle of a frame */
    uint64_t file_bytes;        /* 0: not known */
    uint64_t read_bytes;
    uint64_t frames;         /* read whole */
    uint64_t damaged_frames; /* lost in gaps */
    uint64_t damaged_events; /* in them, as far as their headers tell */
    uint64_t events;         /* in whole frames; those of kinds that are not known here, too */
    uint64_t unknown_events;
    uint64_t lost_events; /* by the agent, as it says itself */
};

/* NULL while nothing is open. Brought up to date, in its place, by the next call. */
STALEREAD_API const struct staleread_trace_info *staleread_trace_info(struct staleread_trace *trace);

/* What was said about the recording, as far as it was read: "python", "root", "loop", "argv" (formats/trace.md). NULL: it
 * was not. */
STALEREAD_API const char *staleread_trace_meta(struct staleread_trace *trace, const char *name);

/* All of it, in order of first appearance: the name, and its value in *value (unless `value` is NULL). NULL behind the
 * last one. */
STALEREAD_API const char *staleread_trace_meta_at(struct staleread_trace *trace, size_t index,
                                                  const char **value);

/* What events refer to, as far as it was read; NULL where there is no such row, or nothing in it. */
STALEREAD_API const char *staleread_trace_string(struct staleread_trace *trace, uint64_t number);

struct staleread_function {
    size_t struct_bytes;
    const char *name; /* qualified */
    const char *file;
    uint32_t line; /* from 1; 0: not known */
};

/* Lives until the next call of this function for the same trace. */
STALEREAD_API const struct staleread_function *staleread_trace_function(struct staleread_trace *trace,
                                                                        uint64_t number);

struct staleread_site {
    size_t struct_bytes;
    uint32_t function;  /* its number */
    uint32_t operation; /* of formats/trace.md: 1 a read, 2 a write, ... */
    uint32_t line;      /* from 1; 0: not known */
    uint32_t column;    /* in UTF-8 bytes, from 0 */
    uint32_t end_line;
    uint32_t end_column;
    const char *expression;
    const char *source; /* the source line */
    const char *name;
};

/* Lives until the next call of this function for the same trace. */
STALEREAD_API const struct staleread_site *staleread_trace_site(struct staleread_trace *trace,
                                                                uint64_t number);

/* ---- an analysis: traces in, findings out ---- */

struct staleread_analysis;

/* Rising. */
enum staleread_certainty {
    STALEREAD_PREDICTED = 0, /* it did not happen, but nothing forbids it */
    STALEREAD_OBSERVED = 1,  /* it happened in this run */
    STALEREAD_CONFIRMED = 2  /* it was predicted, and then made to happen */
};

/* Rising. */
enum staleread_confidence { STALEREAD_LOW = 0, STALEREAD_MEDIUM = 1, STALEREAD_HIGH = 2 };

/* Called now and then while a trace is replayed, on the thread that asked for it. Returns whether to go on. */
typedef bool staleread_progress(void *context, const struct staleread_trace_info *info);

/* NULL: there is no memory. */
STALEREAD_API struct staleread_analysis *staleread_analysis_new(void);

/* NULL is allowed. */
STALEREAD_API void staleread_analysis_free(struct staleread_analysis *analysis);

/* Never NULL. Lives until the next call that can fail. */
STALEREAD_API const struct staleread_error *staleread_analysis_error(
    const struct staleread_analysis *analysis);

/* Before the first replay: reads a rules file (formats/rules.md), once. STALEREAD_IO, STALEREAD_BAD_INPUT,
 * STALEREAD_UNSUPPORTED, STALEREAD_LIMIT, STALEREAD_NO_MEMORY, STALEREAD_USAGE; after an error the analysis is good for
 * nothing but to be freed. */
STALEREAD_API enum staleread_status staleread_analysis_load_rules(struct staleread_analysis *analysis,
                                                                  const char *path);

/* Before the first replay: a step that held its loop for less is no finding. 0: as the rules have it, or else 100,000. */
STALEREAD_API enum staleread_status staleread_analysis_set_blocking_microseconds(
    struct staleread_analysis *analysis, uint64_t microseconds);

/* Before the first replay: how much memory may remember of each trace. What is forgotten to keep to it is counted. 0, which
 * it is otherwise: as much as it takes. */
STALEREAD_API enum staleread_status staleread_analysis_set_memory_bytes(struct staleread_analysis *analysis,
                                                                        uint64_t bytes);

/* Before it is finished: findings of less confidence are counted, not listed. Otherwise as the rules have it, or else
 * STALEREAD_MEDIUM. */
STALEREAD_API enum staleread_status staleread_analysis_set_confidence(struct staleread_analysis *analysis,
                                                                      enum staleread_confidence least);

/* Before it is finished, once: an earlier JSON report, whose findings are known. They are told as known, and come after the new ones.
 * STALEREAD_IO, STALEREAD_BAD_INPUT, STALEREAD_UNSUPPORTED, STALEREAD_LIMIT, STALEREAD_NO_MEMORY, STALEREAD_USAGE; after an
 * error the analysis is good for nothing but to be freed. */
STALEREAD_API enum staleread_status staleread_analysis_load_baseline(struct staleread_analysis *analysis,
                                                                     const char *path);

/* Whom to tell while traces are replayed; NULL: nobody. */
STALEREAD_API enum staleread_status staleread_analysis_set_progress(struct staleread_analysis *analysis,
                                                                    staleread_progress *progress,
                                                                    void *context);

/* Replays an open trace, of which no event was taken, to its end. The trace stays the caller's, who may free it at once.
 * Several are replayed one after another: what they find is put together.
 *
 * After an error (those of staleread_trace_next; STALEREAD_STOPPED; STALEREAD_USAGE) findings up to there are kept, but
 * the trace does not count as a recording; others may be replayed. */
STALEREAD_API enum staleread_status staleread_analysis_replay(struct staleread_analysis *analysis,
                                                              struct staleread_trace *trace);

/* The same step by step, which is also the way to replay a trace that is followed. The trace stays the caller's, but its events come by
 * staleread_analysis_step until that says something else than STALEREAD_OK or STALEREAD_WAIT; until then nothing else can be
 * replayed here. STALEREAD_NO_MEMORY, STALEREAD_USAGE. */
STALEREAD_API enum staleread_status staleread_analysis_begin(struct staleread_analysis *analysis,
                                                             struct staleread_trace *trace);

/* The next event, which was replayed, and lives until the next call. *event (unless `event` is NULL) is NULL if there is none.
 * STALEREAD_END: the trace was replayed to its end, and counts as a recording. STALEREAD_WAIT: it is followed, and has nothing
 * more yet. Otherwise the errors of staleread_trace_next: findings up to there are kept. STALEREAD_USAGE: nothing was begun. */
STALEREAD_API enum staleread_status staleread_analysis_step(struct staleread_analysis *analysis,
                                                            const struct staleread_event **event);

/* Before it is finished, whenever that is wanted: findings and summary are from now on those that there would be if all traces
 * ended here, until it is looked again, or finished; so long the findings live. STALEREAD_NO_MEMORY (then there are none),
 * STALEREAD_USAGE. */
STALEREAD_API enum staleread_status staleread_analysis_look(struct staleread_analysis *analysis);

/* The same for a file that is opened and closed on the way. */
STALEREAD_API enum staleread_status staleread_analysis_replay_file(struct staleread_analysis *analysis,
                                                                   const char *path);

/* Adds what another analysis came to, as if its traces had been replayed here now: so that several threads can each
 * replay some. Of `part` the options and rules do not matter here; it can only be freed afterwards. Neither may be
 * finished. STALEREAD_NO_MEMORY (some of it may have been added), STALEREAD_USAGE. */
STALEREAD_API enum staleread_status staleread_analysis_join(struct staleread_analysis *analysis,
                                                            struct staleread_analysis *part);

/* Groups and ranks what was found, applies rules, comments `# staleread: ignore` and the baseline, advises. A trace that is being replayed
 * step by step is given up. Nothing can be replayed afterwards; everything below says nothing before, but what
 * staleread_analysis_look has it say. STALEREAD_NO_MEMORY, STALEREAD_USAGE. */
STALEREAD_API enum staleread_status staleread_analysis_finish(struct staleread_analysis *analysis);

/* One piece of shared state. */
struct staleread_cell {
    size_t struct_bytes;
    const char *owner;     /* class, module or function that keeps it */
    const char *attribute; /* attribute, global or closure variable */
    const char *key;       /* repr; NULL: none */
    const char *text;      /* "Cache._data['k']" */
};

/* A place in the source, and who was there. */
struct staleread_place {
    size_t struct_bytes;
    const char *file;     /* relative to where it was recorded */
    const char *function; /* qualified name */
    const char *source;   /* the source line, stripped */
    const char *actor;    /* name of the task, callback or thread */
    uint32_t line;        /* from 1; 0: not known */
    uint32_t lock_count;
    const char *const *locks; /* names of those that were held there, in order of acquisition */
    uint32_t end_line;        /* of what stands there; 0: not known, and neither are the columns */
    uint32_t column;          /* in UTF-8 bytes, from 0 */
    uint32_t end_column;      /* behind it */
    bool is_location;         /* in a log that was imported: `line` is one, from 0 */
    bool has_event;
    uint64_t event; /* number of the event in the trace */
};

/* As far as they were recorded; "(absent)": there was no such attribute or key. */
struct staleread_values {
    size_t struct_bytes;
    const char *read;
    const char *other;
    const char *written;
};

/* What would cure it, and from where to where. */
struct staleread_advice {
    size_t struct_bytes;
    const char *primitive; /* "asyncio.Lock" */
    const char *text;
    uint32_t from_line; /* 0: not known */
    uint32_t to_line;
};

/* Whether a baseline has it. */
enum staleread_novelty { STALEREAD_NOT_COMPARED = 0, STALEREAD_NEW = 1, STALEREAD_KNOWN = 2 };

/* All that occurred of one identity. What the JSON report says of it (formats/report.schema.json) under the same names. */
struct staleread_finding {
    size_t struct_bytes;
    const char *id;   /* "SR-" and 12 hex digits; survives lines moving, other tasks, other machines */
    const char *kind; /* "lost-update" */
    const char *form; /* of kinds that have several; NULL */
    enum staleread_certainty status;
    enum staleread_confidence confidence;
    uint64_t count; /* how often it occurred */
    uint64_t cells; /* at how many cells: one entry of a dict, or many */
    const struct staleread_cell *cell;
    const struct staleread_place *first;  /* the read or check */
    const struct staleread_place *window; /* the await that opened it; NULL between threads */
    const struct staleread_place *other;  /* the write that fell, or could fall, in between */
    const struct staleread_place *last;   /* the dependent write or act */
    const struct staleread_values *values;
    const struct staleread_advice *advice;
    bool between_threads;
    bool every_run;          /* order itself makes it happen in every run */
    bool released_between;   /* first and last hold the same lock, by two acquisitions */
    bool lock_in_vain;       /* a lock is held at both ends and protects nothing */
    bool act_is_use;         /* last reads the cell instead of writing it */
    bool acts_on_other_cell; /* last writes what the check guards, not the cell itself */
    enum staleread_novelty novelty;
    bool has_trace;
    size_t trace; /* index of the recording that the places are of */
    size_t seen_count;
    const size_t *seen_in;      /* indexes of recordings in which it was found, rising; seen_count of them */
    const uint64_t *seen_often; /* and how often in each */
};

/* The findings that are listed, in the order of reports: neither suppressed, ignored, of too little confidence, nor beyond the rules'
 * `max-findings`. 0, and NULL, before the analysis is finished (or looked at) and beyond the last one. */
STALEREAD_API size_t staleread_analysis_finding_count(const struct staleread_analysis *analysis);
STALEREAD_API const struct staleread_finding *staleread_analysis_finding(
    const struct staleread_analysis *analysis, size_t index);

/* How many findings there are of which sort. */
struct staleread_summary {
    size_t struct_bytes;
    uint64_t findings;   /* that are in the report; the rest is not among them */
    uint64_t hidden;     /* of too little confidence */
    uint64_t suppressed; /* by a rule */
    uint64_t ignored;    /* by a comment in the source, and by no rule */
    uint64_t known;      /* of those in the report: that the baseline has */
    uint64_t gone;       /* that the baseline has and did not occur */
};

/* NULL before the analysis is finished (or looked at). */
STALEREAD_API const struct staleread_summary *staleread_analysis_summary(
    const struct staleread_analysis *analysis);

/* A trace that was replayed to its end, and what the silence about it is worth. */
struct staleread_recording {
    size_t struct_bytes;
    const char *path; /* or name, as it was given */
    bool complete;    /* the recording ended cleanly, and its end is there */
    uint64_t events;
    uint64_t actors;
    uint64_t lost_events; /* by the agent, or in damaged frames as far as their headers tell */
    uint64_t damaged_frames;
    uint64_t unfollowed;    /* accesses to what the agent had no memory for */
    uint64_t events_before; /* those that were kept */
    const char *python;     /* "3.11.7" */
    const char *loop;       /* class of the first event loop */
    const char *started;    /* ISO 8601, UTC */
    size_t note_count;
    const char *const *notes;   /* troubles: sentences without a full stop */
    bool has_functions;         /* how much of the watched code ran is known; otherwise the next six are 0 */
    uint64_t functions;         /* that are watched */
    uint64_t functions_run;     /* of them */
    uint64_t coroutines;        /* coroutine functions among them */
    uint64_t coroutines_run;    /* of these */
    size_t not_run_count;       /* what did not run was not judged */
    const char *const *not_run; /* names of coroutine functions, not necessarily all */
    size_t unseen_count;
    const char *const *unseen; /* what the agent could not see, in words: "tasks of `trio`" */
    /* What the analysis itself forgot: for want of memory, and actors that nobody waited for. Findings that needed these
     * are missing. */
    uint64_t forgotten_cells;
    uint64_t forgotten_writes;
    uint64_t forgotten_windows;
    uint64_t forgotten_actors;
};

/* In the order in which they were replayed. 0, and NULL, before the analysis is finished and beyond the last one. */
STALEREAD_API size_t staleread_analysis_recording_count(const struct staleread_analysis *analysis);
STALEREAD_API const struct staleread_recording *staleread_analysis_recording(
    const struct staleread_analysis *analysis, size_t index);

/* The report that `staleread analyze --format FORMAT` would write: *text (with a 0 byte behind *byte_count bytes; neither
 * needs to be asked for) lives until the next report. STALEREAD_USAGE (no such format, not finished),
 * STALEREAD_NO_MEMORY. */
STALEREAD_API enum staleread_status staleread_analysis_report(struct staleread_analysis *analysis,
                                                              const char *format, const char **text,
                                                              size_t *byte_count);

#ifdef __cplusplus
}
#endif

#endif
