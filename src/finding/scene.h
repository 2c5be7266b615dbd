/*
 * What happened around a finding: who ran when, what each did, which locks were held, and what came before what.
 *
 * Plain data, for pictures and tables. Rows are moments, in the order in which they are to be told; what stands between
 * two steps that matter is left out and counted. A scene is made from a second look at the trace (scene/), and lives as long as
 * the arena that it was made in. Texts with length 0 are unknown.
 */
#ifndef STALEREAD_FINDING_SCENE_H
#define STALEREAD_FINDING_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "finding/finding.h"

enum scene_lane_kind {
    SCENE_LANE_TASK,
    SCENE_LANE_CALLBACK,
    SCENE_LANE_THREAD,
    SCENE_LANE_JOB, /* of an executor */
};

/* One actor. */
struct scene_lane {
    struct text name;
    enum scene_lane_kind kind;
    uint32_t thread;              /* index of the thread that it ran on first */
    struct finding_place made_at; /* where it was spawned; line 0: not known */
    struct text made_by;          /* name of the actor that did so */
};

/* Which end of the finding a moment is. Where two ends are one event it is the first before the last, and the last before the
 * other. Of a rival's act that never came in this run the moment has the number of the check that would have led to it. */
enum scene_role {
    SCENE_ROLE_NONE,
    SCENE_ROLE_FIRST,
    SCENE_ROLE_WINDOW,
    SCENE_ROLE_OTHER,
    SCENE_ROLE_LAST,
};

enum scene_moment_kind {
    SCENE_BEGIN, /* a step begins */
    SCENE_END,   /* a step ends: back to the loop */
    SCENE_READ,
    SCENE_WRITE,
    SCENE_AWAIT, /* what may end the step */
    SCENE_SPAWN, /* another actor is made */
    SCENE_ACQUIRE,
    SCENE_RELEASE,
    SCENE_WAIT,   /* for an event, a condition */
    SCENE_NOTIFY, /* a condition is notified */
    SCENE_FINISH, /* the actor is over */
    SCENE_CALL,   /* a watched function is entered */
    SCENE_NOTE, /* what the agent came upon: a loop that was held, a coroutine that was dropped, use from a foreign thread */
    SCENE_LEFT_OUT,
    SCENE_MOMENT_KIND_COUNT,
};

struct scene_moment {
    enum scene_moment_kind kind;
    enum scene_role role;
    uint32_t lane;              /* of SCENE_LEFT_OUT: does not matter */
    uint64_t number;            /* of the event in its trace, from 0 */
    struct finding_place place; /* without locks; line 0: none */
    struct text what;           /* "Cache._data['k']", a lock's name, a spawned actor's, a function's */
    struct text value;          /* read or written, where recorded */
    uint64_t left_out;          /* events that are not shown here; only of SCENE_LEFT_OUT */
    uint64_t left_out_steps;    /* steps that began among them */
};

/* From when to when a lane ran, or held a lock. */
struct scene_span {
    uint32_t lane;
    uint32_t from_row, to_row; /* moments, both included */
    bool is_cut_before;        /* it began before what is shown, */
    bool is_cut_after;         /* or went on after it */
    struct text lock;          /* of a lock: its name */
};

/* "That comes before this, in every run." */
struct scene_edge {
    uint32_t from_row, to_row;
    const char *word; /* "spawns", "wakes", "sends" */
};

/* A line of the source, as far as the trace knows it. */
struct scene_line {
    struct text
        source; /* as far to the right of its excerpt's leftmost line as it stood, where that is known */
    uint32_t line;
    enum scene_role role; /* the finding's end that stands there */
};

/* The source around one or more ends of the finding, of one function: lines that rise, perhaps with gaps. */
struct scene_source {
    struct text file;
    struct text function;
    bool cannot_await; /* it is known to be no coroutine function */
    const struct scene_line *lines;
    size_t line_count;
};

struct scene {
    const struct scene_lane *lanes;
    size_t lane_count;
    const struct scene_moment *moments;
    size_t moment_count;
    const struct scene_span *steps;
    size_t step_count;
    const struct scene_span *held; /* locks */
    size_t held_count;
    const struct scene_edge *edges;
    size_t edge_count;
    const struct scene_source *sources;
    size_t source_count;
    /* The order shown did not happen in this run, but could have: the rival's step was moved to where it would do harm. */
    bool is_supposed;
};

enum { scene_overview_buckets_max = 240 };

/* A whole trace, in so many stretches with the same number of events. */
struct scene_overview {
    uint64_t events;
    uint32_t bucket_count;
    uint32_t steps[scene_overview_buckets_max];  /* that began in it */
    uint32_t actors[scene_overview_buckets_max]; /* that were made in it */
    uint32_t writes[scene_overview_buckets_max];
};

#endif
