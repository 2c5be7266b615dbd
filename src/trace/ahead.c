/* In: a frame reader. Out: its frames, a few of them ready at a time.
 * Must hold: a place of the ring belongs to the thread until it is filled, and to who asks until the next one is asked for;
 * which is which is told by counts that are read and changed under the lock. */
#include "trace/ahead.h"

#include <pthread.h>
#include <stdlib.h>

/* One is in use, one is being filled, the others even out that frames do not take equally long. */
enum { places = 4 };

struct ahead {
    struct frame_reader *reader;
    struct decoded ring[places];
    pthread_t thread;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t changed;
    uint64_t filled_count; /* frames that were read */
    uint64_t freed_count;  /* frames that nobody uses any more */
    uint64_t asked_count;
    bool is_over; /* the frame that was read last is the last one */
    bool stops;
};

/* Waits for a free place; false: there is to be no more. */
static bool await_place(struct ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stops && ahead->filled_count - ahead->freed_count == places)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    bool goes_on = !ahead->stops;
    pthread_mutex_unlock(&ahead->lock);
    return goes_on;
}

static void tell_filled(struct ahead *ahead, bool is_last)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->filled_count++;
    ahead->is_over = is_last;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
}

static void *read_all(void *context)
{
    struct ahead *ahead = context;
    enum status status = STATUS_OK;
    for (uint64_t i = 0; status == STATUS_OK && await_place(ahead); i++) {
        struct decoded *decoded = &ahead->ring[i % places];
        decoded_read(decoded, ahead->reader, true);
        status = decoded->status;
        tell_filled(ahead, status != STATUS_OK);
    }
    return NULL;
}

static bool start(struct ahead *ahead)
{
    if (pthread_mutex_init(&ahead->lock, NULL) != 0)
        return false;
    if (pthread_cond_init(&ahead->changed, NULL) == 0) {
        if (pthread_create(&ahead->thread, NULL, read_all, ahead) == 0)
            return true;
        pthread_cond_destroy(&ahead->changed);
    }
    pthread_mutex_destroy(&ahead->lock);
    return false;
}

enum status ahead_open(struct ahead **out, struct frame_reader *reader)
{
    struct ahead *ahead = *out = calloc(1, sizeof *ahead);
    if (ahead == NULL)
        return STATUS_NOMEM;
    ahead->reader = reader;
    for (int i = 0; i < places; i++)
        decoded_init(&ahead->ring[i]);
    if (start(ahead))
        return STATUS_OK;
    free(ahead);
    *out = NULL;
    return STATUS_NOMEM;
}

void ahead_close(struct ahead *ahead)
{
    if (ahead == NULL)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->stops = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    for (int i = 0; i < places; i++)
        decoded_fini(&ahead->ring[i]);
    free(ahead);
}

struct decoded *ahead_next(struct ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    bool is_last_again = ahead->is_over && ahead->asked_count == ahead->filled_count;
    if (!is_last_again) {
        ahead->freed_count = ahead->asked_count++;
        pthread_cond_signal(&ahead->changed);
        while (ahead->filled_count < ahead->asked_count)
            pthread_cond_wait(&ahead->changed, &ahead->lock);
    }
    struct decoded *decoded = &ahead->ring[(ahead->asked_count - 1) % places];
    pthread_mutex_unlock(&ahead->lock);
    return decoded;
}
