/*
 * The steps of a trace's loops, in order, under names that are the same in another run of the same program.
 *
 * An actor is known by who made it, where, what it runs, and how many of these came before; not by its number, which is as the
 * schedule had it. A place is known by its function and its source, not by its line. Steps in which nothing ran that was watched are
 * passed over: how often a loop looks at its sockets is no affair of the program's.
 */
#ifndef STALEREAD_COMPARE_SCHEDULE_H
#define STALEREAD_COMPARE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/parting.h"
#include "trace/reader.h"

struct schedule_step {
    uint64_t loop; /* its name, a hash */
    uint64_t name; /* of the step: the actor's and the place's */
    struct text loop_class;
    struct parting_step told; /* its texts live as long as the trace */
};

struct scheduled_actor;

/* Who runs on a thread, innermost last. */
struct schedule_run {
    struct scheduled_actor *actor;
    uint64_t event;  /* that its step began with */
    bool is_pending; /* it has not been told yet: nothing that is watched has run so far */
};

struct schedule_thread {
    VECTOR(struct schedule_run) runs;
};

struct schedule {
    struct trace *trace;
    struct map actors; /* number -> struct scheduled_actor */
    struct map loops;  /* number -> struct scheduled_loop */
    struct map made;   /* name of a maker and of what it made -> how many so far */
    VECTOR(struct schedule_thread) threads;
    bool has_gap;     /* something is missing up to here */
    bool begins_late; /* the trace has no beginning */
};

/* The trace is borrowed, and nobody else may read on. */
void schedule_init(struct schedule *schedule, struct trace *trace);
void schedule_fini(struct schedule *schedule);

/* The next step. STATUS_END after the last, or where something is missing (has_gap) or the beginning is (begins_late);
 * otherwise what trace_next returns. */
enum status schedule_next(struct schedule *schedule, struct schedule_step *step, struct diag *diag)
    WARN_UNUSED;

#endif
