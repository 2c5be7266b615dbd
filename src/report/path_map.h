/* Where files are for somebody else: of a checkout in another folder, or in another container, than the program was recorded in.
 *
 * "/srv/app=services/api": what is below the first is below the second. The first is absolute, or relative to where the program was
 * recorded (`.`: all of that); the second is relative to the root of the repository (`.` or nothing: that itself). */
#ifndef STALEREAD_REPORT_PATH_MAP_H
#define STALEREAD_REPORT_PATH_MAP_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"

struct path_map {
    struct text from, to; /* without slashes at their ends; empty: `.` */
};

/* False: the value is no such pair. The map borrows from it. */
bool path_map_parse(const char *value, struct path_map *map);

/* Appends the file's path, as it is where it is not below `from`. `root`: the folder that it is relative to; empty: not known. A map that
 * is NULL leaves all as it is. */
void path_map_add(const struct path_map *map, struct text root, struct text file, struct buffer *out);

#endif
