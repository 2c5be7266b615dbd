/*
 * How a place in the source is told in text, as shortly as it must be, and opened by a click where that is wanted.
 */
#ifndef STALEREAD_REPORT_LOCATION_H
#define STALEREAD_REPORT_LOCATION_H

#include "report/page.h"

struct location {
    struct buffer file; /* "counter.py:12" */
    struct buffer url;  /* where that leads to; empty: nowhere */
    struct buffer rest; /* " in Counter.increment" */
    bool is_apart;      /* both stand in lines of their own */
};

/* As much of a finding's place as there are columns for: where it is long, what was said of the place before (NULL: none was) is not
 * said again. Where that does not help it is all told, apart. To be given to location_fini, whose `whole` takes over errors. */
void location_init(struct location *location, const struct report_input *input, const struct finding *finding,
                   const struct finding_place *place, const struct finding_place *before, size_t columns);
void location_fini(struct location *location, struct buffer *whole);

/* Appends the URL that one of the finding's places leads to; nothing where it leads nowhere. */
void location_add_url(struct buffer *url, const struct report_input *input, const struct finding *finding,
                      const struct finding_place *place);

/* Adds the file and its line, as a link, and no more. */
void location_add_file(const struct location *location, struct page *page);

/* Adds the rest of a line, where the location is not apart. */
void location_add(const struct location *location, struct page *page);

/* Adds lines, where it is. A file's name is never broken: what finds places in texts would not find it. */
void location_add_apart(const struct location *location, struct page *page, size_t indent);

#endif
