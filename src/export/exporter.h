/* What the parts of an export share: who runs, on which lanes, and what is still open there. */
#ifndef STALEREAD_EXPORT_EXPORTER_H
#define STALEREAD_EXPORT_EXPORTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/map.h"
#include "base/vector.h"
#include "export/export.h"
#include "export/picture.h"
#include "replay/replay.h"
#include "trace/reader.h"

/* A function that an actor is in, or a block of an imported log that is meant to be atomic. */
struct export_frame {
    uint64_t function;  /* number; 0: a block */
    uint64_t block;     /* its name: string */
    uint64_t generator; /* its number; 0: no generator */
    uint64_t await;     /* site where it awaits, or last did; 0: none */
    uint64_t from;      /* when its slice began */
    bool has_slice;     /* in the running step */
};

/* A step, as arrows know it: whose, and the number of the event that began it. */
struct export_step {
    uint64_t actor;
    uint64_t begin;
};

enum { reached_max = 8 };

struct export_actor {
    uint64_t number;
    enum actor_kind kind;
    uint64_t name;     /* string */
    uint64_t function; /* that it runs, as far as that is watched */
    uint32_t steps_open;
    bool is_finished;
    /* Its running step. */
    bool has_step;
    uint64_t from;
    uint64_t begin;            /* number of the event that began it, or the last one */
    uint64_t function_of_step; /* the innermost when it began, or the first that it entered; 0: none */
    VECTOR(uint64_t) out;      /* arrows that leave the step, */
    VECTOR(uint64_t) in;       /* or reach it, */
    struct export_step reached[reached_max]; /* from these: the latest, a ring */
    size_t reached_count;
    /* Between two steps. */
    uint64_t waits_from;     /* 0: it does not wait */
    uint64_t waits_for;      /* object; 0: not known */
    uint64_t lane;           /* track; 0: none (yet) */
    bool shares_lane;        /* with tasks that were over before, */
    uint64_t lane_from;      /* and has it since then */
    uint32_t thread;         /* index of the one that it is drawn with, */
    uint32_t thread_of_step; /* and of the one that its latest step began on */
    VECTOR(struct export_frame) frames;
    uint64_t frames_beyond; /* how many more there are than are kept */
};

struct export_thread {
    VECTOR(struct export_actor *) running; /* innermost last */
    uint64_t track;                        /* 0: not told yet */
    uint64_t name;                         /* string */
    VECTOR(uint64_t) free_lanes;           /* whose tasks are over */
    uint64_t lane_count;
};

struct arrow_token;

/* Lock lanes. */
struct holding {
    uint64_t lock;  /* object */
    uint64_t actor; /* number, */
    uint64_t name;  /* and its name: string */
    uint64_t from;
    uint64_t site; /* 0: not known */
    uint64_t line; /* of a log that comes from elsewhere: its location; 0: of none */
    uint32_t row;  /* index */
    uint32_t next; /* 1 + index of the lock's next holding; 0: none */
};

struct lock_row {
    uint64_t track;
    struct text name;   /* of the lock */
    uint32_t next_like; /* 1 + index of the next row of that name; 0: none */
    bool is_taken;
};

struct holdings {
    struct map by_lock;           /* object -> 1 + index of its latest holding */
    VECTOR(struct holding) open;  /* some free */
    VECTOR(uint32_t) free;        /* their indices */
    VECTOR(struct lock_row) rows; /* */
    struct map rows_by_name;      /* hash of the name -> 1 + index of the first row */
    struct arena arena;           /* names of rows */
    uint64_t untold;              /* acquisitions for which there was no row */
};

/* An end of a finding. */
struct finding_mark {
    uint64_t event; /* 1 + its number */
    uint64_t order; /* among ends of one finding at one event */
    const struct finding *finding;
    const struct finding_place *place;
    const char *role;
    uint64_t out, in; /* arrows along the finding; 0: none */
};

/* From where to where it reaches: 1 + numbers of events. */
struct finding_extent {
    const struct finding *finding;
    uint64_t first, last;
};

struct exporter {
    struct trace *trace;
    struct export_plan *plan;
    struct replay *names;     /* knows what objects are called: it takes nothing but what declares them */
    struct export_sink *sink; /* NULL: looks only */
    struct map actors;        /* number -> struct export_actor */
    struct map generators;    /* number -> function */
    struct map tokens;        /* number -> struct arrow_token */
    VECTOR(struct export_thread) threads;
    uint64_t sendings; /* so many so far */
    struct holdings holdings;
    VECTOR(struct finding_mark) marks; /* in the order of events */
    size_t marks_told;
    VECTOR(struct finding_extent) extents;
    uint64_t findings_untold; /* for which there was no lane */
    uint64_t track_count;
    uint64_t lane_count; /* of tasks */
    uint64_t recording;  /* tracks */
    uint64_t time;       /* counter; 0: not told yet */
    uint64_t now;        /* number of the event */
    bool has_gap;
    enum status status; /* the first error */
};

/* The axis: where an event begins, and where it is over. */
static inline uint64_t exporter_at(uint64_t number)
{
    return number * 1000;
}

static inline uint64_t exporter_after(uint64_t number)
{
    return (number + 1) * 1000;
}

/* ---- exporter.c: what is told to the target; nothing while the trace is only looked at ---- */

void exporter_fail(struct exporter *exporter, enum status status);
/* buffer_fini, and what went wrong in the buffer went wrong. */
void exporter_drop(struct exporter *exporter, struct buffer *buffer);
void exporter_tell(struct exporter *exporter, const struct export_mark *mark);
/* Returns the new track. The process is 1. */
uint64_t exporter_track(struct exporter *exporter, enum export_track_kind kind, uint64_t parent,
                        uint32_t number, struct text name, const char *description);

/* Places of the tables; the empty place where there is none. */
struct export_place exporter_site(const struct exporter *exporter, uint64_t site);
struct export_place exporter_function(const struct exporter *exporter, uint64_t function);

void exporter_add_text(struct export_mark *mark, const char *name, struct text text, bool comes_again);
void exporter_add_number(struct export_mark *mark, const char *name, uint64_t number);

/* What an object is called, "Cache._lock"; the buffer is left empty where nothing is known of it. */
void exporter_object_name(struct exporter *exporter, uint64_t object, struct buffer *buffer);

/* What the actor is called; valid until the buffer changes. */
struct text exporter_actor_name(const struct exporter *exporter, uint64_t name, uint64_t number,
                                struct buffer *buffer);

/* ---- actors.c: who runs ---- */

/* NULL: nobody that is known. */
struct export_actor *actors_running(struct exporter *exporter, uint32_t thread);
/* Made if it is new; NULL: no memory. */
struct export_actor *actors_actor(struct exporter *exporter, uint64_t number);
struct export_thread *actors_thread(struct exporter *exporter, uint32_t index);
void actors_declare(struct exporter *exporter, const struct event *event);
void actors_forget(struct exporter *exporter, struct export_actor *actor);
void actors_fini(struct exporter *exporter);

/* ---- lanes.c: who is drawn where ---- */

/* Digits of the numbers that lanes bear, so that viewers, which sort by name, put them in order. */
int lanes_digits(const struct exporter *exporter);
uint64_t lanes_thread(struct exporter *exporter, uint32_t thread);
/* Gives a task that runs a lane of its own, if there is room for one. */
void lanes_take(struct exporter *exporter, struct export_actor *actor);
void lanes_give_back(struct exporter *exporter, struct export_actor *actor, uint64_t at);
/* The actor's lane, or its thread's. */
uint64_t lanes_lane(struct exporter *exporter, const struct export_actor *actor);
uint64_t lanes_running(struct exporter *exporter, uint32_t thread);

/* ---- slices.c: steps, calls and waits as slices ---- */

void slices_event(struct exporter *exporter, const struct event *event);
/* Something is missing here: nobody knows what goes on. */
void slices_gap(struct exporter *exporter, uint64_t at);
/* Whatever is open ends here, with the trace. */
void slices_end(struct exporter *exporter, uint64_t at);

/* ---- moments.c: what has no length ---- */

void moments_spawn(struct exporter *exporter, const struct event *event);
void moments_notify(struct exporter *exporter, const struct event *event);

/* ---- arrows.c: order ---- */

void arrows_send(struct exporter *exporter, const struct event *event);
/* The actor receives what the token carries: as its step begins, or later in it. */
void arrows_receive(struct exporter *exporter, const struct event *event, uint64_t token,
                    struct export_actor *actor);
void arrows_retire(struct exporter *exporter, uint64_t token);
void arrows_fini(struct exporter *exporter);

/* ---- holdings.c: locks ---- */

void holdings_acquire(struct exporter *exporter, const struct event *event);
void holdings_release(struct exporter *exporter, const struct event *event);
void holdings_cut(struct exporter *exporter, uint64_t at);
void holdings_end(struct exporter *exporter);

/* ---- ends.c: the ends of findings ---- */

void ends_collect(struct exporter *exporter, const struct finding_list *list,
                  enum finding_confidence confidence);
void ends_event(struct exporter *exporter, const struct event *event);

/* ---- verdicts.c: findings as a whole ---- */

void verdicts_name(struct buffer *name, const struct finding *finding);
void verdicts_add(struct export_mark *mark, const struct finding *finding);
/* At the end, when threads have their lanes. */
void verdicts_tell(struct exporter *exporter);

/* ---- about.c: what the trace says about itself ---- */

void about_begin(struct exporter *exporter);
void about_event(struct exporter *exporter, const struct event *event);
void about_end(struct exporter *exporter);

#endif
