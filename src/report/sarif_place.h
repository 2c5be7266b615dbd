/* Places as SARIF has them: locations. */
#ifndef STALEREAD_REPORT_SARIF_PLACE_H
#define STALEREAD_REPORT_SARIF_PLACE_H

#include "base/buffer.h"
#include "finding/finding.h"
#include "report/json_value.h"
#include "report/report.h"

/* What relative files are relative to: a key of the run's `originalUriBaseIds`. */
#define SARIF_BASE "%SRCROOT%"

/* Texts of a trace are cut there: a message is for people. */
enum { sarif_message_bytes_max = 4096, sarif_snippet_bytes_max = 1024 };

/* The start of a text: so many bytes at most, whole characters, with an ellipsis where something is missing. */
cJSON *sarif_cut(struct text text, size_t bytes_max);

/* Appends a text so that nothing in it is taken for a link or a placeholder of a message. */
void sarif_add_plain(struct buffer *out, struct text text);

/* A message of what was written into the buffer, cut. */
cJSON *sarif_message(struct json_writer *writer, const struct buffer *text);

/* What the places of one finding have in common. */
struct sarif_places {
    const char *log;            /* the trace, which they are shown in where they are in no file */
    struct text root;           /* the folder that files are relative to; empty: not known */
    const struct path_map *map; /* where files are for who reads the report; NULL: where they were */
};

struct sarif_places sarif_places_of(const struct report_input *input, const struct finding *finding);

/* A location, without message and id. Where the place is in no file, it is in the log itself. */
cJSON *sarif_location(struct json_writer *writer, const struct sarif_places *places,
                      const struct finding_place *place);

/* The artifact location of a file. One of the program's (`is_source`) is relative to SARIF_BASE, unless it is absolute. */
cJSON *sarif_file(struct json_writer *writer, struct text file, bool is_source);

/* Appends an absolute path as a URI; a folder's ends with a slash. */
void sarif_add_uri(struct buffer *out, struct text path);

#endif
