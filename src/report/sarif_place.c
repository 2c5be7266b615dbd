/*
 * In:   places.
 * Out:  locations of SARIF, and the messages that stand at them.
 * Holds: a file is a URI reference, whatever its name is: relative to SARIF_BASE, or absolute where the trace has it so. Without
 * columns a region is the whole line.
 */
#include "report/sarif_place.h"

#include <ctype.h>
#include <string.h>

#include "report/wording.h"

/* ---- Texts ---- */

cJSON *sarif_cut(struct text text, size_t bytes_max)
{
    if (text.length <= bytes_max)
        return json_text(text);
    struct buffer cut;
    buffer_init(&cut);
    buffer_add(&cut, text_start(text, bytes_max - strlen("…")));
    buffer_add_string(&cut, "…");
    cJSON *value = buffer_status(&cut) == STATUS_OK ? json_text(buffer_text(&cut)) : NULL;
    buffer_fini(&cut);
    return value;
}

void sarif_add_plain(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i], next = i + 1 < text.length ? text.bytes[i + 1] : '\0';
        buffer_add_char(out, byte);
        bool begins_link = byte == ']' && next == '(';
        bool begins_placeholder = byte == '{' && next >= '0' && next <= '9';
        if (begins_link || begins_placeholder)
            buffer_add_char(out, ' ');
    }
}

cJSON *sarif_message(struct json_writer *writer, const struct buffer *text)
{
    cJSON *message = cJSON_CreateObject();
    bool is_whole = buffer_status(text) == STATUS_OK;
    json_put(writer, message, "text",
             is_whole ? sarif_cut(buffer_text(text), sarif_message_bytes_max) : NULL);
    return message;
}

/* ---- Files ---- */

/* What a path may have in a URI as it is; a colon would make a scheme of what is before it. */
static bool is_plain(unsigned char byte)
{
    return byte < 0x80 && (isalnum(byte) || (byte != '\0' && strchr("-._~/", byte) != NULL));
}

static void add_path(struct buffer *out, struct text path)
{
    for (size_t i = 0; i < path.length; i++) {
        unsigned char byte = (unsigned char)path.bytes[i];
        if (is_plain(byte))
            buffer_add_char(out, (char)byte);
        else
            buffer_add_format(out, "%%%02X", byte);
    }
}

void sarif_add_uri(struct buffer *out, struct text path)
{
    buffer_add_string(out, "file://");
    add_path(out, path);
}

cJSON *sarif_file(struct json_writer *writer, struct text file, bool is_source)
{
    bool is_absolute = file.length > 0 && file.bytes[0] == '/';
    struct buffer uri;
    buffer_init(&uri);
    if (is_absolute)
        sarif_add_uri(&uri, file);
    else
        add_path(&uri, file);
    cJSON *location = cJSON_CreateObject();
    json_put(writer, location, "uri", buffer_status(&uri) == STATUS_OK ? json_text(buffer_text(&uri)) : NULL);
    if (is_source && !is_absolute)
        json_put(writer, location, "uriBaseId", json_text(TEXT(SARIF_BASE)));
    buffer_fini(&uri);
    return location;
}

/* ---- Regions ---- */

static cJSON *snippet(struct json_writer *writer, struct text source)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "text", sarif_cut(source, sarif_snippet_bytes_max));
    return object;
}

/* The line around a region that is a part of it. */
static cJSON *context_region(struct json_writer *writer, const struct finding_place *place)
{
    cJSON *region = cJSON_CreateObject();
    json_put(writer, region, "startLine", json_number(place->line));
    json_put(writer, region, "snippet", snippet(writer, place->source));
    return region;
}

static void put_regions(struct json_writer *writer, cJSON *physical, const struct finding_place *place)
{
    bool has_columns = wording_has_columns(place);
    cJSON *region = cJSON_CreateObject();
    json_put(writer, region, "startLine", json_number(place->line));
    if (has_columns) {
        json_put(writer, region, "startColumn", json_number((uint64_t)place->column + 1));
        json_put(writer, region, "endLine", json_number(place->line));
        json_put(writer, region, "endColumn", json_number((uint64_t)place->end_column + 1));
    } else if (place->source.length != 0) {
        json_put(writer, region, "snippet", snippet(writer, place->source));
    }
    json_put(writer, physical, "region", region);
    if (has_columns)
        json_put(writer, physical, "contextRegion", context_region(writer, place));
}

/* ---- Locations ---- */

static cJSON *logical_locations(struct json_writer *writer, const struct finding_place *place)
{
    struct buffer name;
    buffer_init(&name);
    if (place->is_location)
        buffer_add_format(&name, "location %u", (unsigned)place->line);
    else
        buffer_add(&name, place->function);
    cJSON *logical = cJSON_CreateObject();
    json_put(writer, logical, "fullyQualifiedName",
             buffer_status(&name) == STATUS_OK ? sarif_cut(buffer_text(&name), sarif_snippet_bytes_max)
                                               : NULL);
    if (!place->is_location)
        json_put(writer, logical, "kind", json_text(TEXT("function")));
    buffer_fini(&name);
    cJSON *array = cJSON_CreateArray();
    json_push(writer, array, logical);
    return array;
}

struct sarif_places sarif_places_of(const struct report_input *input, const struct finding *finding)
{
    return (struct sarif_places){
        .log = finding->trace < input->trace_count ? input->traces[finding->trace].path : "",
        .root = report_root(input, finding),
        .map = input->path_map,
    };
}

static cJSON *source_file(struct json_writer *writer, const struct sarif_places *places, struct text file)
{
    struct buffer path;
    buffer_init(&path);
    path_map_add(places->map, places->root, file, &path);
    cJSON *location = buffer_status(&path) == STATUS_OK ? sarif_file(writer, buffer_text(&path), true) : NULL;
    buffer_fini(&path);
    return location;
}

cJSON *sarif_location(struct json_writer *writer, const struct sarif_places *places,
                      const struct finding_place *place)
{
    cJSON *location = cJSON_CreateObject(), *physical = cJSON_CreateObject();
    if (place->file.length != 0 && !place->is_location) {
        json_put(writer, physical, "artifactLocation", source_file(writer, places, place->file));
        if (place->line != 0)
            put_regions(writer, physical, place);
    } else {
        json_put(writer, physical, "artifactLocation", sarif_file(writer, text_of(places->log), false));
    }
    json_put(writer, location, "physicalLocation", physical);
    if (place->is_location || place->function.length != 0)
        json_put(writer, location, "logicalLocations", logical_locations(writer, place));
    return location;
}
