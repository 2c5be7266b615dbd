/* URLs that open a place in the source: a file's, or those of an editor. */
#ifndef STALEREAD_CMD_HYPERLINKS_H
#define STALEREAD_CMD_HYPERLINKS_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/status.h"
#include "report/report.h"

enum { hyperlinks_host_bytes_max = 256 };

struct hyperlinks {
    const char *pattern; /* "file://{host}{path}#{line}" */
    char host[hyperlinks_host_bytes_max];
};

/* `pattern`: a URL in which {path}, {line} and {host} stand for what they say, or the name of an editor; NULL: the file itself.
 * STATUS_USAGE where it is neither. It is borrowed. */
enum status hyperlinks_init(struct hyperlinks *hyperlinks, const char *pattern, struct diag *diag)
    WARN_UNUSED;

/* Whether the terminal that the environment tells of is none that is known to print links as if they were text. */
bool hyperlinks_are_understood(void);

/* As `report_links` wants it: a URL where the file is there. */
void hyperlinks_add(const void *hyperlinks, struct text root, const struct finding_place *place,
                    struct buffer *url);

#endif
