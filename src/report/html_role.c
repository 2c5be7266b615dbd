/*
 * In:   a part of the story.
 * Out:  its badge, and the class that colours it.
 * Holds: one role has one colour in the picture, the table and the source.
 */
#include "report/html_role.h"

const char *html_role_class(const struct view *view, enum scene_role role)
{
    static const char *const classes[] = {"", "r1", "r2", "r3", "r4"};
    return classes[view_number(view, role) != 0 ? role : SCENE_ROLE_NONE];
}

void html_role_add_badge(struct buffer *out, const struct view *view, size_t number)
{
    buffer_add_format(out, "<b class=\"n %s\">%zu</b>", html_role_class(view, view_role(view, number)),
                      number);
}
