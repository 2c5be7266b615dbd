/* In: events. Out: the declarations among them, by what they declare.
 * Must hold: memory is in proportion to the objects that live and to the keys and values that have texts. */
#include "slice/book.h"

#include <stdlib.h>

void book_init(struct book *book)
{
    *book = (struct book){.objects = {.slots = NULL}};
}

static void free_all(struct map *map)
{
    size_t cursor = 0;
    for (uint64_t key, value; map_next(map, &cursor, &key, &value);)
        free((void *)(uintptr_t)value);
    map_fini(map);
}

void book_fini(struct book *book)
{
    free_all(&book->objects);
    free_all(&book->keys);
    free_all(&book->values);
    free_all(&book->loops);
}

struct book_object *book_object(const struct book *book, uint64_t number)
{
    return map_get_pointer(&book->objects, number);
}

const struct record *book_key(const struct book *book, uint64_t number)
{
    return map_get_pointer(&book->keys, number);
}

const struct record *book_value(const struct book *book, uint64_t number)
{
    return map_get_pointer(&book->values, number);
}

const struct record *book_loop(const struct book *book, uint64_t number)
{
    return map_get_pointer(&book->loops, number);
}

/* The first of each is kept: what is declared again is the same. */
static enum status note(struct map *map, const struct record *event)
{
    if (map_get(map, event->field[0], NULL))
        return STATUS_OK;
    struct record *kept = malloc(sizeof *kept);
    if (kept == NULL)
        return STATUS_NOMEM;
    *kept = *event;
    if (map_put_pointer(map, event->field[0], kept) == STATUS_OK)
        return STATUS_OK;
    free(kept);
    return STATUS_NOMEM;
}

static enum status note_object(struct book *book, enum book_fact fact, const struct record *event)
{
    uint64_t number = event->field[0];
    struct book_object *object = book_object(book, number);
    if (number == 0)
        return STATUS_OK;
    if (object == NULL) {
        object = calloc(1, sizeof *object);
        if (object == NULL || map_put_pointer(&book->objects, number, object) != STATUS_OK) {
            free(object);
            return STATUS_NOMEM;
        }
    }
    if (!object->is_told[fact])
        object->told[fact] = *event;
    object->is_told[fact] = true;
    return STATUS_OK;
}

static void forget_object(struct book *book, uint64_t number)
{
    uint64_t value;
    if (map_remove(&book->objects, number, &value))
        free((void *)(uintptr_t)value);
}

enum status book_event(struct book *book, const struct record *event)
{
    switch (event->kind) {
    case EVENT_OBJECT:
        return note_object(book, BOOK_OBJECT, event);
    case EVENT_LOCK:
        return note_object(book, BOOK_LOCK, event);
    case EVENT_KEEP:
        return note_object(book, BOOK_KEEP, event);
    case EVENT_LOCAL:
        return note_object(book, BOOK_LOCAL, event);
    case EVENT_DROP:
        forget_object(book, event->field[0]);
        return STATUS_OK;
    case EVENT_KEY:
        return note(&book->keys, event);
    case EVENT_VALUE:
        return note(&book->values, event);
    case EVENT_LOOP:
        return note(&book->loops, event);
    default:
        return STATUS_OK;
    }
}
