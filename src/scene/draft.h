/* A scene in the making: which steps it shows, and what was seen of them so far.
 *
 * A draft has a block for each step that it shows. All memory is the arena's of the scenes, but for the locksets that are held on
 * to until the replay is closed. */
#ifndef STALEREAD_SCENE_DRAFT_H
#define STALEREAD_SCENE_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vector.h"
#include "finding/scene.h"
#include "replay/lockset.h"
#include "trace/reader.h"

enum {
    draft_ends = 4,        /* first, window, other, last: the roles without NONE */
    draft_lanes_max = 8,   /* actors */
    draft_blocks_max = 12, /* steps */
    draft_near_max =
        3, /* moments that are shown before an end of the finding, and as many after it, in a step */
    draft_moments_max = 40, /* of one step */
    draft_between_max = 3,  /* steps between two that ends lie in */
    draft_sent_max = 32,    /* tokens that a step sent last */
    draft_held_max = 16,    /* acquisitions of locks */
    draft_edges_max = 24,
    draft_rows_max = 60,
};

/* Where an end of the finding lies, as the first look at the trace has found it. */
struct draft_end {
    bool is_there;                  /* the rest is 0 otherwise */
    uint8_t kind;                   /* of the event */
    uint64_t number;                /* of the event, from 0 */
    uint64_t actor;                 /* number */
    uint64_t begin;                 /* of its step: number of the event */
    uint64_t end;                   /* likewise; UINT64_MAX: it never ended */
    uint64_t token;                 /* that the step began with */
    uint64_t object, key;           /* of an access: the cell */
    uint32_t function;              /* number; 0: not known */
    uint32_t line;                  /* 0: not known */
    struct draft_end *next_of_step; /* while the step runs */
};

/* A token that a step sent. */
struct draft_sent {
    uint64_t token;
    uint64_t number; /* of the event */
};

struct draft_moment {
    enum scene_moment_kind kind;
    enum scene_role role;
    uint64_t number;   /* of the event, from 0 */
    uint64_t begun;    /* how many steps of the whole trace had begun by then, this one included */
    bool is_after_gap; /* moments of the same step that stood right before it are not shown */
    uint32_t line;     /* 0: it has no place */
    bool is_location;
    struct text file, function, source;
    struct text what, value;
    uint64_t made; /* number of the actor that was made; 0: none was */
};

/* An event that may be shown yet. */
struct draft_waiting {
    struct event event;
    uint64_t field[event_fields_max]; /* of the event, which lives on */
    const struct trace_site *site;
    uint64_t begun;
};

/* One step. */
struct draft_block {
    struct draft *draft;
    struct draft_block *next_of_step; /* of another draft that shows the same step */
    uint64_t actor, begin, end, token;
    uint64_t ordinal; /* see scene/stacks.h */
    uint32_t lane;
    bool has_loop;                       /* its actor runs on a loop: steps are short then */
    bool is_between;                     /* no end lies in it: it can be done without */
    VECTOR(struct draft_moment) moments; /* at most draft_moments_max */
    /* What may be shown yet, if an end of the finding follows soon: the latest, oldest first. */
    uint32_t waiting_count;
    bool has_dropped; /* of what waited some was dropped since the last moment */
    bool
        only_releases; /* nothing more comes to pass: only that locks are let go is shown, and nothing is missed */
    uint32_t after; /* so many more are shown, because they follow an end */
    struct draft_waiting waiting[draft_near_max];
    uint32_t sent_count; /* a ring */
    struct draft_sent sent[draft_sent_max];
};

/* An acquisition that an actor had in a step that is shown. */
struct draft_held {
    uint32_t lane;
    const struct draft_block *block;       /* in which it was seen first */
    const struct acquisition *acquisition; /* kept by: */
    struct lockset *locks;                 /* counted */
    struct text name;
};

struct draft_edge {
    const struct draft_block *from, *to;
    uint64_t from_number, to_number; /* of events */
    const char *word;
};

struct draft_lane {
    uint64_t actor;
    struct scene_lane lane;
    bool is_known; /* `lane` is filled */
};

struct draft {
    const struct finding *finding;
    uint32_t index;                    /* of the finding in its list */
    struct draft_end ends[draft_ends]; /* by role - 1 */
    bool is_moved;                     /* the rival's step is told where it would do harm */
    uint64_t from, to; /* events between which steps are shown, the rival's apart if it is moved */
    uint32_t lane_count;
    struct draft_lane lanes[draft_lanes_max];
    uint32_t block_count;
    struct draft_block *
        blocks[draft_blocks_max]; /* in the order in which they began, but for the first, which ends lie in */
    uint32_t between_count;       /* steps since the last one that an end lies in */
    uint32_t held_count;
    struct draft_held held[draft_held_max];
    uint32_t edge_count;
    struct draft_edge edges[draft_edges_max];
};

/* The end in a role other than NONE. */
static inline struct draft_end *draft_end(struct draft *draft, enum scene_role role)
{
    return &draft->ends[role - 1];
}

/* Which end of the finding the event is; two may be one event: then the first goes before the last, and that before the
 * other. */
enum scene_role draft_role(const struct draft *draft, uint64_t number);

/* Whether the rival's act never came: the event stands for the check that would have led to it. */
bool draft_is_other_supposed(const struct draft *draft);

/* Whether the step is the rival's, and told elsewhere than where it was. */
static inline bool draft_moves(const struct draft *draft, const struct draft_block *block)
{
    return draft->is_moved && block->begin == draft->ends[SCENE_ROLE_OTHER - 1].begin;
}

/* The lane of the actor; made if it is new and there is room, otherwise draft_lanes_max. */
uint32_t draft_lane(struct draft *draft, uint64_t actor);
/* The lane of the actor if it has one, otherwise draft_lanes_max. */
uint32_t draft_find_lane(const struct draft *draft, uint64_t actor);

/* A block for the step, if there is room for it and its actor; NULL: there is none, or (the arena lacks) no memory. */
struct draft_block *draft_add_block(struct draft *draft, struct arena *arena, uint64_t actor, uint64_t begin,
                                    uint64_t token);

/* Decides which steps are shown, once the ends are known: those in which they lie, and whether the rival's is moved. */
void draft_plan(struct draft *draft, struct arena *arena);

/* Whether the cell is one that the finding is about. */
bool draft_has_cell(const struct draft *draft, uint64_t object, uint64_t key);

/* Whether an end lies in the function. */
bool draft_has_function(const struct draft *draft, uint64_t function);

void draft_fini(struct draft *draft);

#endif
