/* In: paths of traces. Out: a judgement of all of them.
 * Must hold: a trace's findings, or what was wrong with it, are taken in the order of the paths, whoever is done first;
 * what threads share is touched under the lock only. */
#include "judge/several.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    threads_max = 64,
    ahead_file_bytes_min = 256 * 1024, /* a smaller trace is read before a thread has begun */
};

/* One trace on its way. */
struct part {
    struct several *several;
    const char *path;
    struct judgement judgement; /* of this trace alone, until it is taken */
    struct diag diag;
    enum status status;
    uint64_t read_bytes, events; /* as last heard */
};

struct several {
    const struct several_options *options;
    const char *const *paths;
    size_t count;
    struct analysis_options analysis; /* the same for each */
    bool reads_ahead;                 /* there are processors to spare */
    pthread_mutex_t lock;             /* of all that follows */
    struct judgement *judgement;
    struct part **parts; /* NULL: not done, or taken */
    size_t next_begun;
    size_t next_taken;
    struct diag **failures; /* by trace; NULL: none */
    struct several_progress progress;
    enum status status;
};

/* ---- progress ---- */

/* What there is to read; 0 where that is not known of each. */
static uint64_t bytes_of_all(const char *const *paths, size_t count)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        struct stat file;
        if (stat(paths[i], &file) != 0 || !S_ISREG(file.st_mode))
            return 0;
        bytes += (uint64_t)file.st_size;
    }
    return bytes;
}

static bool on_progress(void *context, const struct trace_info *info)
{
    struct part *part = context;
    struct several *several = part->several;
    struct several_progress *progress = &several->progress;
    pthread_mutex_lock(&several->lock);
    progress->path = part->path;
    progress->read_bytes += info->read_bytes - part->read_bytes;
    progress->events += info->events - part->events;
    part->read_bytes = info->read_bytes;
    part->events = info->events;
    if (several->options->progress != NULL)
        several->options->progress(several->options->context, progress);
    pthread_mutex_unlock(&several->lock);
    return true;
}

/* ---- one trace ---- */

static void replay_part(struct part *part)
{
    struct trace *trace;
    struct analysis_options options = part->several->analysis;
    options.progress = on_progress;
    options.context = part;
    part->status = trace_open(&trace, part->path, &part->diag);
    if (part->status != STATUS_OK)
        return;
    if (part->several->reads_ahead && trace_info(trace)->file_bytes >= ahead_file_bytes_min)
        trace_read_ahead(trace);
    part->status = judgement_replay(&part->judgement, trace, &options, &part->diag);
    on_progress(part, trace_info(trace));
    trace_close(trace);
}

static void free_part(struct part *part)
{
    judgement_fini(&part->judgement);
    free(part);
}

/* Under the lock: what a trace that is done came to goes into the whole. */
static enum status take_part(struct several *several, struct part *part, size_t index)
{
    if (part->status != STATUS_OK) {
        several->failures[index] = malloc(sizeof *several->failures[index]);
        if (several->failures[index] == NULL)
            return STATUS_NOMEM;
        *several->failures[index] = part->diag;
    }
    return judgement_join(several->judgement, &part->judgement);
}

/* Under the lock: takes all that are done and whose turn it is. */
static void take_in_order(struct several *several)
{
    for (; several->next_taken < several->count; several->next_taken++) {
        struct part *part = several->parts[several->next_taken];
        if (part == NULL)
            return;
        if (several->status == STATUS_OK)
            several->status = take_part(several, part, several->next_taken);
        several->parts[several->next_taken] = NULL;
        free_part(part);
    }
}

/* ---- who does it ---- */

static struct part *make_part(struct several *several)
{
    struct part *part = calloc(1, sizeof *part);
    if (part == NULL)
        return NULL;
    part->several = several;
    judgement_init(&part->judgement);
    return part;
}

/* The next trace that nobody has begun; false: there is none, or it makes no sense to go on. */
static bool begin_next(struct several *several, size_t *index, struct part **part)
{
    bool begins = false;
    pthread_mutex_lock(&several->lock);
    if (several->status == STATUS_OK && several->next_begun < several->count) {
        *part = make_part(several);
        begins = *part != NULL;
        if (begins) {
            *index = several->next_begun++;
            (*part)->path = several->paths[*index];
        } else {
            several->status = STATUS_NOMEM;
        }
    }
    pthread_mutex_unlock(&several->lock);
    return begins;
}

static void *work(void *context)
{
    struct several *several = context;
    size_t index;
    struct part *part;
    while (begin_next(several, &index, &part)) {
        replay_part(part);
        pthread_mutex_lock(&several->lock);
        several->parts[index] = part;
        several->progress.done_count++;
        take_in_order(several);
        pthread_mutex_unlock(&several->lock);
    }
    return NULL;
}

/* The caller's thread works, too, and alone where the system gives no other. */
static void work_together(struct several *several, size_t thread_count)
{
    pthread_t threads[threads_max];
    size_t started = 0;
    while (started + 1 < thread_count && pthread_create(&threads[started], NULL, work, several) == 0)
        started++;
    work(several);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static size_t processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 1 ? (size_t)count : 1;
}

static size_t threads_for(const struct several_options *options, size_t count)
{
    size_t wanted = options->at_once_max != 0 ? options->at_once_max : processors();
    wanted = wanted < count ? wanted : count;
    return wanted < threads_max ? wanted : threads_max;
}

/* ---- the whole ---- */

static size_t tell_failures(struct several *several)
{
    size_t failed_count = 0;
    for (size_t i = 0; i < several->count; i++) {
        if (several->failures[i] == NULL)
            continue;
        failed_count++;
        if (several->options->failed != NULL)
            several->options->failed(several->options->context, several->failures[i]);
        free(several->failures[i]);
    }
    return failed_count;
}

/* Those that were done when it made no sense to go on. */
static void free_parts(struct several *several)
{
    for (size_t i = several->next_taken; i < several->count; i++)
        if (several->parts[i] != NULL)
            free_part(several->parts[i]);
}

enum status several_replay(struct judgement *judgement, const char *const *paths, size_t count,
                           const struct several_options *options, size_t *failed_count)
{
    size_t thread_count = threads_for(options, count);
    struct several several = {
        .options = options,
        .paths = paths,
        .count = count,
        .analysis = {.blocking_microseconds = UINT64_C(1000) * judgement->rules.blocking_milliseconds,
                     .memory_bytes_max = thread_count > 0 ? options->memory_bytes_max / thread_count : 0},
        .reads_ahead = 2 * thread_count <= processors(),
        .judgement = judgement,
        .parts = calloc(count + 1, sizeof *several.parts),
        .failures = calloc(count + 1, sizeof *several.failures),
        .progress = {.trace_count = count, .file_bytes = bytes_of_all(paths, count)},
    };
    *failed_count = 0;
    if (several.parts == NULL || several.failures == NULL)
        several.status = STATUS_NOMEM;
    else if (pthread_mutex_init(&several.lock, NULL) != 0)
        several.status = STATUS_NOMEM;
    if (several.status == STATUS_OK) {
        work_together(&several, thread_count);
        pthread_mutex_destroy(&several.lock);
        free_parts(&several);
        *failed_count = tell_failures(&several);
    }
    free(several.parts);
    free(several.failures);
    return several.status;
}
