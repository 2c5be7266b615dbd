/*
 * One finding as the HTML report looks at it: with the scene around it, and a number for each of its places.
 *
 * The numbers tie picture, table and source together: what the story tells first is 1. Where nobody made a scene, one is
 * made here of the places that the finding has.
 */
#ifndef STALEREAD_REPORT_HTML_VIEW_H
#define STALEREAD_REPORT_HTML_VIEW_H

#include "report/report.h"
#include "report/story.h"

/* Room for a scene made of a finding's own places. */
struct html_own_scene {
    struct scene scene;
    struct scene_lane lanes[story_steps_max];
    struct scene_moment moments[story_steps_max];
    struct scene_source sources[story_steps_max];
    struct scene_line lines[story_steps_max][story_steps_max];
};

struct html_view {
    const struct report_input *input;
    const struct finding *finding;
    const struct report_trace *trace; /* that it is of; NULL: not known */
    const struct scene *scene;        /* never NULL */
    bool is_own;                      /* the scene is the one below */
    struct story_step steps[story_steps_max];
    size_t step_count;
    struct html_own_scene own;
};

/* Fills the view in; it must not move afterwards. */
void html_view_of(struct html_view *view, const struct report_input *input, const struct finding *finding);

/* From 1; 0: the story does not have it. */
size_t html_view_number(const struct html_view *view, enum scene_role role);

/* What the moment is called: the story's verb where it is a part of it, "reads" and the like otherwise. */
const char *html_view_verb(const struct html_view *view, const struct scene_moment *moment);

/* What it was done to or with; empty where the verb says it all. */
struct text html_view_what(const struct scene_moment *moment);

/* The value that was read or written, in words where there is none: "not there". Empty: not recorded. */
struct text html_view_value(const struct scene_moment *moment);

/* Which parts of the story stand at this line: numbers, rising; returns how many. */
size_t html_view_numbers_at(const struct html_view *view, struct text file, uint32_t line,
                            size_t numbers[story_steps_max]);

/* The number of a part of the story, as it is shown everywhere; its colour goes by the role. */
void html_view_add_badge(struct buffer *out, const struct html_view *view, size_t number);

/* The class of what is coloured by its role: "r1" to "r4"; "" where the story does not have it. */
const char *html_view_class(const struct html_view *view, enum scene_role role);

/* Whoever the lane is, or `?`. */
struct text html_view_actor(const struct scene *scene, uint32_t lane);

#endif
