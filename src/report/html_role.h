/* The ends of a finding, as they are marked wherever they are shown: by a number and a colour. */
#ifndef STALEREAD_REPORT_HTML_ROLE_H
#define STALEREAD_REPORT_HTML_ROLE_H

#include "report/view.h"

/* The number of a part of the story; its colour goes by the role. */
void html_role_add_badge(struct buffer *out, const struct view *view, size_t number);

/* The class of what is coloured by its role: "r1" to "r4"; "" where the story does not have it. */
const char *html_role_class(const struct view *view, enum scene_role role);

#endif
