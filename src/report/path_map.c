/*
 * In:   paths as a trace tells them.
 * Out:  paths as a repository has them.
 * Holds: only whole names of folders are compared: /srv/app2 is not below /srv/app.
 */
#include "report/path_map.h"

#include <string.h>

static bool is_absolute(struct text path)
{
    return path.length > 0 && path.bytes[0] == '/';
}

/* "./src/" as "src"; "." as nothing; "/" stays. */
static struct text folder(struct text path)
{
    while (path.length > 1 && path.bytes[path.length - 1] == '/')
        path.length--;
    while (path.length > 1 && path.bytes[0] == '.' && path.bytes[1] == '/')
        path = (struct text){path.bytes + 2, path.length - 2};
    return text_equals(path, ".") ? TEXT_NONE : path;
}

bool path_map_parse(const char *value, struct path_map *map)
{
    const char *equals = strchr(value, '=');
    if (equals == NULL || equals == value)
        return false;
    *map = (struct path_map){folder((struct text){value, (size_t)(equals - value)}),
                             folder(text_of(equals + 1))};
    return true;
}

/* Whether the path is below the folder; then *rest is what is behind that. */
static bool is_below(struct text path, struct text above, struct text *rest)
{
    size_t length = above.length;
    bool has_slash = length == 0 || above.bytes[length - 1] == '/';
    if (path.length <= length || (length > 0 && memcmp(path.bytes, above.bytes, length) != 0) ||
        (!has_slash && path.bytes[length] != '/'))
        return false;
    length += !has_slash;
    *rest = (struct text){path.bytes + length, path.length - length};
    return rest->length > 0;
}

static void add_mapped(const struct path_map *map, struct text path, struct text file, struct buffer *out)
{
    struct text rest;
    if (is_absolute(path) != is_absolute(map->from) || !is_below(path, map->from, &rest)) {
        buffer_add(out, file);
        return;
    }
    buffer_add(out, map->to);
    if (map->to.length > 0 && !text_ends_with(map->to, TEXT("/")))
        buffer_add_char(out, '/');
    buffer_add(out, rest);
}

void path_map_add(const struct path_map *map, struct text root, struct text file, struct buffer *out)
{
    if (map == NULL) {
        buffer_add(out, file);
        return;
    }
    struct buffer whole;
    buffer_init(&whole);
    if (is_absolute(map->from) && !is_absolute(file) && root.length > 0) {
        buffer_add(&whole, root);
        buffer_add_char(&whole, '/');
    }
    buffer_add(&whole, file);
    add_mapped(map, buffer_text(&whole), file, out);
    buffer_fini_part(&whole, out);
}
