/*
 * One finding as HTML and Markdown look at it: with the scene around it, and a number for each of its places.
 *
 * The numbers tie picture, table and source together: what the story tells first is 1. Where nobody made a scene, one is
 * made here of the places that the finding has.
 */
#ifndef STALEREAD_REPORT_VIEW_H
#define STALEREAD_REPORT_VIEW_H

#include "report/report.h"
#include "report/story.h"

/* Room for a scene made of a finding's own places. */
struct view_own_scene {
    struct scene scene;
    struct scene_lane lanes[story_steps_max];
    struct scene_moment moments[story_steps_max];
    struct scene_source sources[story_steps_max];
    struct scene_line lines[story_steps_max][story_steps_max];
};

struct view {
    const struct report_input *input;
    const struct finding *finding;
    const struct report_trace *trace; /* that it is of; NULL: not known */
    const struct scene *scene;        /* never NULL */
    bool is_own;                      /* the scene is the one below */
    struct story_step steps[story_steps_max];
    size_t step_count;
    struct view_own_scene own;
};

/* Fills the view in; it must not move afterwards. */
void view_of(struct view *view, const struct report_input *input, const struct finding *finding);

/* From 1; 0: the story does not have it. */
size_t view_number(const struct view *view, enum scene_role role);

/* Which end of the finding a part of the story is: the inverse. */
enum scene_role view_role(const struct view *view, size_t number);

/* What the moment is called: the story's verb where it is a part of it, "reads" and the like otherwise. */
const char *view_verb(const struct view *view, const struct scene_moment *moment);

/* What it was done to or with; empty where the verb says it all. */
struct text view_what(const struct scene_moment *moment);

/* The value that was read or written, in words where there is none: "not there". Empty: not recorded. */
struct text view_value(const struct scene_moment *moment);

/* Which parts of the story stand at this line: numbers, rising; returns how many. */
size_t view_numbers_at(const struct view *view, struct text file, uint32_t line,
                       size_t numbers[story_steps_max]);

/* A line of the source, as far as the scene or the story knows it; empty: not known. */
struct text view_source_line(const struct view *view, struct text file, uint32_t line);

/* Whether nothing can be awaited there: the function is known to be no coroutine function, or whoever ran it to be no task. */
bool view_cannot_await(const struct view *view, const struct finding_place *place);

/* Whoever the lane is, or `?`. */
struct text view_actor(const struct scene *scene, uint32_t lane);

#endif
