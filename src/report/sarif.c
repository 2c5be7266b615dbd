/*
 * In:   what is reported.
 * Out:  SARIF 2.1.0: one run, one line for each of its parts and for each result, and a newline.
 * Holds: all kinds are rules. What rules and comments let stand is among the results only where that is wanted, because code scanning
 * opens alerts for it all the same; what is hidden is not. However many findings there are, code scanning of GitHub takes the file: at most `results_max` results, the worst ones, of which the
 * first `flows_max` tell how they came about. What is left out is told. Each part is made, printed and dropped, so that
 * memory is taken by one result at a time. Memory that runs out anywhere becomes the buffer's status.
 */
#include "finding/phrase.h"
#include "report/formats.h"
#include "report/json_value.h"
#include "report/sarif_place.h"
#include "report/sarif_result.h"
#include "report/sarif_rules.h"
#include "report/tally.h"
#include "report/wording.h"

/* GitHub takes so many results of a run, and shows so many (as of 2026). */
enum { results_max = 25000, flows_max = 5000 };

/* ---- Pieces ---- */

/* Takes the value over. */
static void print(struct json_writer *writer, struct buffer *out, cJSON *value)
{
    char *printed = writer->complete ? cJSON_PrintUnformatted(value) : NULL;
    if (printed != NULL)
        buffer_add_string(out, printed);
    else if (out->status == STATUS_OK)
        out->status = STATUS_NOMEM;
    cJSON_free(printed);
    cJSON_Delete(value);
}

static void add_member(struct json_writer *writer, struct buffer *out, const char *name, cJSON *value)
{
    buffer_add_format(out, "\"%s\":", name);
    print(writer, out, value);
    buffer_add_string(out, ",\n");
}

/* ---- What does not depend on findings ---- */

static cJSON *tool(struct json_writer *writer, const struct report_input *input)
{
    cJSON *driver = cJSON_CreateObject(), *object = cJSON_CreateObject();
    json_put(writer, driver, "name", json_text(TEXT("staleread")));
    json_put(writer, driver, "version", json_text(text_of(input->version)));
    json_put(writer, driver, "semanticVersion", json_text(text_of(input->version)));
    json_put(writer, driver, "rules", sarif_rules(writer));
    json_put(writer, object, "driver", driver);
    return object;
}

/* A category for code scanning, without the number of a run. */
static cJSON *automation_details(struct json_writer *writer)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "id", json_text(TEXT("staleread/")));
    return object;
}

/* The folder that files are relative to, if all traces say the same. */
static struct text common_root(const struct report_input *input)
{
    struct text root = TEXT_NONE;
    for (size_t i = 0; i < input->trace_count; i++) {
        struct text own = report_fact(&input->traces[i], "root");
        if (own.length == 0 || own.bytes[0] != '/' || (i > 0 && !text_equal(own, root)))
            return TEXT_NONE;
        root = own;
    }
    return root;
}

/* The same for who reads the report: known where the whole of the repository was recorded. */
static struct text root_of_files(const struct report_input *input)
{
    const struct path_map *map = input->path_map;
    if (map == NULL || (map->from.length == 0 && map->to.length == 0))
        return common_root(input);
    return map->to.length == 0 && map->from.bytes[0] == '/' ? map->from : TEXT_NONE;
}

static cJSON *base(struct json_writer *writer, const struct report_input *input)
{
    struct text root = root_of_files(input);
    cJSON *description = cJSON_CreateObject(), *location = cJSON_CreateObject();
    if (root.length != 0) {
        struct buffer uri;
        buffer_init(&uri);
        sarif_add_uri(&uri, root);
        if (!text_ends_with(root, TEXT("/")))
            buffer_add_char(&uri, '/');
        json_put(writer, location, "uri",
                 buffer_status(&uri) == STATUS_OK ? json_text(buffer_text(&uri)) : NULL);
        buffer_fini(&uri);
    }
    json_put(writer, description, "text",
             json_text(input->path_map != NULL ? TEXT("The root of the repository.")
                                               : TEXT("Where the program was recorded.")));
    json_put(writer, location, "description", description);
    return location;
}

static cJSON *bases(struct json_writer *writer, const struct report_input *input)
{
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, SARIF_BASE, base(writer, input));
    return object;
}

/* ---- The invocation ---- */

struct notifications {
    struct json_writer *writer;
    cJSON *array;
};

/* `trace`: the file that it is about; NULL: none. */
static void notify(struct notifications *notifications, const char *level, struct text sentence,
                   const struct report_trace *trace)
{
    struct json_writer *writer = notifications->writer;
    struct buffer text;
    buffer_init(&text);
    sarif_add_plain(&text, sentence);
    cJSON *notification = cJSON_CreateObject();
    json_put(writer, notification, "level", json_text(text_of(level)));
    json_put(writer, notification, "message", sarif_message(writer, &text));
    buffer_fini(&text);
    if (trace != NULL) {
        cJSON *physical = cJSON_CreateObject(), *location = cJSON_CreateObject(),
              *array = cJSON_CreateArray();
        json_put(writer, physical, "artifactLocation", sarif_file(writer, text_of(trace->path), false));
        json_put(writer, location, "physicalLocation", physical);
        json_push(writer, array, location);
        json_put(writer, notification, "locations", array);
    }
    json_push(writer, notifications->array, notification);
}

static void notify_lines(struct notifications *notifications, const char *level, struct buffer *lines,
                         const struct report_trace *trace)
{
    struct text rest = buffer_text(lines);
    if (buffer_status(lines) != STATUS_OK) {
        notifications->writer->complete = false;
        return;
    }
    for (size_t end; rest.length > 0; rest = (struct text){rest.bytes + end + 1, rest.length - end - 1}) {
        for (end = 0; rest.bytes[end] != '\n';)
            end++;
        notify(notifications, level, (struct text){rest.bytes, end}, trace);
    }
    buffer_clear(lines);
}

static cJSON *all_notifications(struct json_writer *writer, const struct report_input *input,
                                const struct tally *tally, size_t left_out)
{
    struct notifications notifications = {.writer = writer, .array = cJSON_CreateArray()};
    struct buffer lines;
    buffer_init(&lines);
    if (input->lacks_traces)
        notify(&notifications, "error", TEXT("Not every trace could be read."), NULL);
    for (size_t i = 0; i < input->trace_count; i++) {
        struct report_input one = *input;
        one.traces = &input->traces[i];
        one.trace_count = 1;
        wording_add_warnings(&lines, &one);
        notify_lines(&notifications, "warning", &lines, one.traces);
    }
    if (left_out > 0) {
        phrase_add_count(&lines, left_out, "result is", "results are");
        buffer_add_string(&lines, " left out, because code scanning takes no more.\n");
        notify_lines(&notifications, "warning", &lines, NULL);
    }
    wording_add_summary(&lines, input, tally);
    notify_lines(&notifications, "note", &lines, NULL);
    buffer_fini(&lines);
    return notifications.array;
}

static cJSON *invocations(struct json_writer *writer, const struct report_input *input,
                          const struct tally *tally, size_t left_out)
{
    static const char *const meanings[] = {"nothing new at or above --fail-on", "findings",
                                           "a trace could not be judged"};
    bool fails = finding_list_fails(input->list, input->fail_on, input->confidence);
    unsigned exit_code = input->lacks_traces ? 2 : fails;
    cJSON *invocation = cJSON_CreateObject(), *array = cJSON_CreateArray();
    json_put(writer, invocation, "executionSuccessful", cJSON_CreateBool(!input->lacks_traces));
    json_put(writer, invocation, "exitCode", json_number(exit_code));
    json_put(writer, invocation, "exitCodeDescription", json_text(text_of(meanings[exit_code])));
    json_put(writer, invocation, "toolExecutionNotifications",
             all_notifications(writer, input, tally, left_out));
    json_push(writer, array, invocation);
    return array;
}

/* ---- Results ---- */

/* Where a walk over the results stands; all zero at its start. */
struct results {
    struct tally_cursor listed;
    size_t let_stand;
    size_t count; /* that the walk came by */
};

/* The findings that are listed, and then those that are let stand, if these are wanted. */
static const struct finding *next_result(const struct report_input *input, const struct tally *tally,
                                         struct results *at)
{
    const struct finding *finding = tally_next(input, tally, &at->listed);
    if (finding == NULL && input->lists_let_stand)
        finding = tally_next_let_stand(input, &at->let_stand);
    at->count += finding != NULL;
    return finding;
}

static size_t count_results(const struct report_input *input, const struct tally *tally)
{
    struct results at = {.count = 0};
    while (next_result(input, tally, &at) != NULL)
        continue;
    return at.count;
}

static void add_results(struct json_writer *writer, struct buffer *out, const struct report_input *input,
                        const struct tally *tally)
{
    struct results at = {.count = 0};
    buffer_add_string(out, "\"results\":[");
    while (at.count < results_max && writer->complete) {
        const struct finding *finding = next_result(input, tally, &at);
        if (finding == NULL)
            break;
        buffer_add_string(out, at.count > 1 ? ",\n" : "\n");
        print(writer, out, sarif_result(writer, input, finding, at.count <= flows_max));
    }
    buffer_add_string(out, "]");
}

/* ---- The log ---- */

void sarif_report(const struct report_input *given, struct buffer *out)
{
    struct json_writer writer = {.complete = true};
    struct report_input all = *given;
    all.shows_known = true;
    struct tally tally = tally_of(&all);
    size_t count = count_results(&all, &tally), left_out = count > results_max ? count - results_max : 0;
    buffer_add_string(out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\n"
                           "\"version\":\"2.1.0\",\n\"runs\":[{\n");
    add_member(&writer, out, "tool", tool(&writer, &all));
    add_member(&writer, out, "automationDetails", automation_details(&writer));
    add_member(&writer, out, "originalUriBaseIds", bases(&writer, &all));
    add_member(&writer, out, "columnKind", json_text(TEXT("unicodeCodePoints")));
    add_member(&writer, out, "invocations", invocations(&writer, &all, &tally, left_out));
    add_results(&writer, out, &all, &tally);
    buffer_add_string(out, "\n}]}\n");
}
