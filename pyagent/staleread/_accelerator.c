/* The accelerator: the agent's innermost parts in C.
 *
 * In: what the hooks of rewritten code are given, and the parts of the recorder that are written in Python. Out: the
 * same events as the Python hooks record, in the same order. What must hold: a fast path only does what is certain
 * to be plain (everything it needs is known already, and no code of the program can run), and decides so before it
 * has recorded anything; in all other cases it hands over to the Python hook of the same name. So this file knows no
 * rule that pyagent/staleread/_record does not know, and the agent is complete without it.
 *
 * Everything here runs under the interpreter's lock but for the encoding and deflating of frames. Not the stable ABI:
 * call sites need the instruction of a frame, and the plans of attributes the version of a type, which that does not
 * offer.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <structmember.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000
#define STALEREAD_LEVELS /* what runs can be looked at without making an object of each frame, and what instances have */
#define Py_BUILD_CORE    1
#undef _PyGC_FINALIZED /* of Python.h; a function of that name is in there */
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#if PY_VERSION_HEX >= 0x030D0000
#include <internal/pycore_object.h>
#endif
#undef Py_BUILD_CORE
#endif
#if defined(STALEREAD_ZLIB)
#include <zlib.h>
#endif

#if defined(Py_GIL_DISABLED)
#error "the accelerator needs the interpreter's lock"
#endif

/* What the Python modules may rely on: to be raised with it, so that what was built before is not used. */
enum { INTERFACE = 14 };

/* The numbers of _trace/events.py; a test compares them through `CONSTANTS`. */
enum {
    EVENT_NUMBERS = 8,
    ENTER = 30,
    LEAVE = 31,
    PAUSE = 32,
    RESUME = 33,
    AWAIT = 34,
    OBJECT = 40,
    KEEP = 41,
    LOCAL = 42,
    DROP = 43,
    READ = 44,
    WRITE = 45,
    LOST = 61,
    ACTOR = 1,
    BEGIN = 2,
    END = 3,
    FINISH = 4,
    SCHEDULE = 10,
    SEND = 12,
    RECV = 16,
    RETIRE = 17,
    ACQUIRE = 21,
    RELEASE = 22,
    SOON = 1,
    TASK = 1,
    CALLBACK = 2,
    STRUCTURE = 0,
    UNKNOWN = 0,
    NONE = 1,
    FALSE_VALUE = 1 | 1 << 3,
    TRUE_VALUE = 1 | 2 << 3,
    ABSENT = 1 | 3 << 3,
    OTHER_CONSTANT = 1 | 4 << 3,
    NO_CELL = 0,
    PLAIN = 1,
    DEFAULT = 2,
    OF_CLASS = 3,
    OF_MODULE = 4,
    FRAMES_MAX = 8,
};

#define WHOLE_KEY_MAX (INT64_C(1) << 60)

static const struct {
    const char *name;
    long value;
} constants[] = {
    {"EVENT_NUMBERS", EVENT_NUMBERS},
    {"ENTER", ENTER},
    {"LEAVE", LEAVE},
    {"PAUSE", PAUSE},
    {"RESUME", RESUME},
    {"AWAIT", AWAIT},
    {"OBJECT", OBJECT},
    {"KEEP", KEEP},
    {"LOCAL", LOCAL},
    {"DROP", DROP},
    {"READ", READ},
    {"WRITE", WRITE},
    {"LOST", LOST},
    {"ACTOR", ACTOR},
    {"BEGIN", BEGIN},
    {"END", END},
    {"FINISH", FINISH},
    {"SCHEDULE", SCHEDULE},
    {"SEND", SEND},
    {"RECV", RECV},
    {"RETIRE", RETIRE},
    {"ACQUIRE", ACQUIRE},
    {"RELEASE", RELEASE},
    {"SOON", SOON},
    {"TASK", TASK},
    {"CALLBACK", CALLBACK},
    {"STRUCTURE", STRUCTURE},
    {"UNKNOWN", UNKNOWN},
    {"NONE", NONE},
    {"FALSE", FALSE_VALUE},
    {"TRUE", TRUE_VALUE},
    {"ABSENT", ABSENT},
    {"OTHER_CONSTANT", OTHER_CONSTANT},
    {"NO_CELL", NO_CELL},
    {"PLAIN", PLAIN},
    {"DEFAULT", DEFAULT},
    {"OF_CLASS", OF_CLASS},
    {"OF_MODULE", OF_MODULE},
};

/* What the module keeps. */
struct state {
    PyObject *numbers, *block, *buffer, *batch, *objects, *allowance, *call_sites, *noting, *hooks, *counter,
        *running, *lane, *watched, *content, *passing;
};

static uint64_t zigzag(int64_t number)
{
    return (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
}

static uint64_t whole_value(int64_t number)
{
    return 2 | zigzag(number) << 3;
}

static uint64_t whole_key(int64_t number)
{
    return 3 | zigzag(number) << 2;
}

/* The running thread, as PyThread_get_thread_ident() has it: with glibc on x86-64 without a call, which an event would feel. */
static inline uint64_t running_thread(void)
{
#if defined(__GLIBC__) && defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 11
    return (uint64_t)(uintptr_t)__builtin_thread_pointer();
#else
    return PyThread_get_thread_ident();
#endif
}

/* The last act of every destructor: an instance holds its class. */
static void free_object(void *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- Numbers: a map from addresses to numbers ---------------------------------------------------------------------
 *
 * Open addressing with linear probing; a deletion moves back what it would cut off. Key 0 is a free place. */

struct entry {
    uint64_t key, value;
};

struct map {
    struct entry *entries;
    size_t mask; /* places - 1; 0 while there are none */
    size_t count;
};

static size_t map_place(const struct map *map, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & map->mask;
}

static struct entry *map_find(const struct map *map, uint64_t key)
{
    if (map->count == 0) {
        return NULL;
    }
    for (size_t at = map_place(map, key);; at = (at + 1) & map->mask) {
        struct entry *entry = &map->entries[at];
        if (entry->key == key) {
            return entry;
        }
        if (entry->key == 0) {
            return NULL;
        }
    }
}

static uint64_t map_get(const struct map *map, uint64_t key)
{
    const struct entry *entry = map_find(map, key);
    return entry != NULL ? entry->value : 0;
}

static void map_put_new(struct map *map, uint64_t key, uint64_t value)
{
    size_t at = map_place(map, key);
    while (map->entries[at].key != 0) {
        at = (at + 1) & map->mask;
    }
    map->entries[at] = (struct entry){key, value};
    map->count++;
}

static bool map_grow(struct map *map)
{
    const size_t places = map->mask == 0 ? 64 : 2 * (map->mask + 1);
    struct entry *entries = PyMem_RawCalloc(places, sizeof *entries);
    if (entries == NULL) {
        return false;
    }
    struct map grown = {.entries = entries, .mask = places - 1};
    for (size_t at = 0; map->entries != NULL && at <= map->mask; at++) {
        if (map->entries[at].key != 0) {
            map_put_new(&grown, map->entries[at].key, map->entries[at].value);
        }
    }
    PyMem_RawFree(map->entries);
    *map = grown;
    return true;
}

/* `key` must not be in there yet. False where memory is short; nothing has changed then. */
static bool map_add(struct map *map, uint64_t key, uint64_t value)
{
    if (4 * (map->count + 1) > 3 * (map->mask + 1) || map->entries == NULL) {
        if (!map_grow(map)) {
            return false;
        }
    }
    map_put_new(map, key, value);
    return true;
}

static bool map_set(struct map *map, uint64_t key, uint64_t value)
{
    struct entry *entry = map_find(map, key);
    if (entry != NULL) {
        entry->value = value;
        return true;
    }
    return map_add(map, key, value);
}

static void map_remove(struct map *map, struct entry *entry)
{
    size_t hole = (size_t)(entry - map->entries);
    for (size_t at = hole;;) {
        at = (at + 1) & map->mask;
        if (map->entries[at].key == 0) {
            break;
        }
        const size_t home = map_place(map, map->entries[at].key);
        if (((at - home) & map->mask) >= ((at - hole) & map->mask)) {
            map->entries[hole] = map->entries[at];
            hole = at;
        }
    }
    map->entries[hole].key = 0;
    map->count--;
}

static void map_clear(struct map *map)
{
    PyMem_RawFree(map->entries);
    *map = (struct map){0};
}

/* What Python code sees of a map: as much of `dict[int, int]` and of `set[int]` as the agent uses. Keys are positive. */
struct numbers {
    PyObject_HEAD struct map map;
};

/* Whether a number is an int of one digit, or none, which almost all are that come by: without a call. */
static inline bool as_small(PyObject *number, long *value)
{
    if (!PyLong_CheckExact(number)) {
        return false;
    }
#if PY_VERSION_HEX >= 0x030C0000
    if (!PyUnstable_Long_IsCompact((PyLongObject *)number)) {
        return false;
    }
    *value = (long)PyUnstable_Long_CompactValue((PyLongObject *)number);
#else
    const Py_ssize_t digits = Py_SIZE(number);
    if (digits < -1 || digits > 1) {
        return false;
    }
    *value = (long)digits * (long)((PyLongObject *)number)->ob_digit[0];
#endif
    return true;
}

/* As `PyLong_AsLong`. */
static inline long as_long(PyObject *number)
{
    long value;
    return as_small(number, &value) ? value : PyLong_AsLong(number);
}

static bool as_key(PyObject *number, uint64_t *key)
{
    long value;
    if (as_small(number, &value) && value >= 0) {
        *key = (uint64_t)value;
        return true;
    }
    *key = PyLong_AsUnsignedLongLong(number);
    return !(*key == (uint64_t)-1 && PyErr_Occurred() != NULL);
}

static PyObject *numbers_get(struct numbers *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t key;
    if (count < 1 || count > 2) {
        PyErr_SetString(PyExc_TypeError, "get takes a key and a default");
        return NULL;
    }
    if (!as_key(args[0], &key)) {
        return NULL;
    }
    const struct entry *entry = map_find(&self->map, key);
    if (entry != NULL) {
        return PyLong_FromUnsignedLongLong(entry->value);
    }
    return Py_NewRef(count == 2 ? args[1] : Py_None);
}

static PyObject *numbers_setdefault(struct numbers *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t key, value;
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "setdefault takes a key and a number");
        return NULL;
    }
    if (!as_key(args[0], &key) || !as_key(args[1], &value)) {
        return NULL;
    }
    const struct entry *entry = map_find(&self->map, key);
    if (entry != NULL) {
        return PyLong_FromUnsignedLongLong(entry->value);
    }
    return map_add(&self->map, key, value) ? Py_NewRef(args[1]) : PyErr_NoMemory();
}

static PyObject *numbers_pop(struct numbers *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t key;
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "pop takes a key and a default");
        return NULL;
    }
    if (!as_key(args[0], &key)) {
        return NULL;
    }
    struct entry *entry = map_find(&self->map, key);
    if (entry == NULL) {
        return Py_NewRef(args[1]);
    }
    PyObject *value = PyLong_FromUnsignedLongLong(entry->value);
    if (value != NULL) {
        map_remove(&self->map, entry);
    }
    return value;
}

static PyObject *numbers_add(struct numbers *self, PyObject *number)
{
    uint64_t key;
    if (!as_key(number, &key)) {
        return NULL;
    }
    if (map_find(&self->map, key) == NULL && !map_add(&self->map, key, key)) {
        return PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}

static PyObject *numbers_discard(struct numbers *self, PyObject *number)
{
    uint64_t key;
    if (!as_key(number, &key)) {
        return NULL;
    }
    struct entry *entry = map_find(&self->map, key);
    if (entry != NULL) {
        map_remove(&self->map, entry);
    }
    Py_RETURN_NONE;
}

static PyObject *numbers_clear(struct numbers *self, PyObject *Py_UNUSED(ignored))
{
    map_clear(&self->map);
    Py_RETURN_NONE;
}

static int numbers_contains(struct numbers *self, PyObject *number)
{
    uint64_t key;
    if (!as_key(number, &key)) {
        return -1;
    }
    return map_find(&self->map, key) != NULL;
}

static int numbers_set(struct numbers *self, PyObject *number, PyObject *value_object)
{
    uint64_t key, value;
    if (value_object == NULL) {
        PyErr_SetString(PyExc_TypeError, "numbers are taken away by `pop`");
        return -1;
    }
    if (!as_key(number, &key) || !as_key(value_object, &value)) {
        return -1;
    }
    if (!map_set(&self->map, key, value)) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static Py_ssize_t numbers_length(struct numbers *self)
{
    return (Py_ssize_t)self->map.count;
}

static void numbers_dealloc(struct numbers *self)
{
    map_clear(&self->map);
    free_object(self);
}

static PyMethodDef numbers_methods[] = {
    {"get", (PyCFunction)(void (*)(void))numbers_get, METH_FASTCALL, NULL},
    {"setdefault", (PyCFunction)(void (*)(void))numbers_setdefault, METH_FASTCALL, NULL},
    {"pop", (PyCFunction)(void (*)(void))numbers_pop, METH_FASTCALL, NULL},
    {"add", (PyCFunction)numbers_add, METH_O, NULL},
    {"discard", (PyCFunction)numbers_discard, METH_O, NULL},
    {"clear", (PyCFunction)numbers_clear, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot numbers_slots[] = {
    {Py_tp_doc, "Positive numbers by positive numbers, or a set of them."},
    {Py_tp_methods, numbers_methods},
    {Py_tp_dealloc, numbers_dealloc},
    {Py_mp_ass_subscript, numbers_set},
    {Py_sq_contains, numbers_contains},
    {Py_sq_length, numbers_length},
    {0, NULL},
};

static PyType_Spec numbers_spec = {
    .name = "staleread._accelerator.Numbers",
    .basicsize = sizeof(struct numbers),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = numbers_slots,
};

/* ---- Block: events that were taken out of a buffer ----------------------------------------------------------------
 *
 * See `Block` in _record/buffer.py. */

struct block {
    PyObject_HEAD size_t count;
    uint64_t (*events)[EVENT_NUMBERS];
    PyObject *fields; /* FIELDS of _trace/events.py */
};

static PyObject *block_numbers(struct block *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *numbers = PyList_New((Py_ssize_t)self->count * EVENT_NUMBERS);
    for (size_t at = 0; numbers != NULL && at < self->count * EVENT_NUMBERS; at++) {
        PyObject *number = PyLong_FromUnsignedLongLong(self->events[at / EVENT_NUMBERS][at % EVENT_NUMBERS]);
        if (number == NULL) {
            Py_CLEAR(numbers);
            break;
        }
        PyList_SET_ITEM(numbers, (Py_ssize_t)at, number);
    }
    return numbers;
}

static PyObject *block_first_ident(struct block *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLongLong(self->count > 0 ? self->events[0][1] : 0);
}

/* The identifiers of the threads, each once. */
static PyObject *block_idents(struct block *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *idents = PySet_New(NULL);
    for (size_t at = 0; idents != NULL && at < self->count; at++) {
        if (at > 0 && self->events[at][1] == self->events[at - 1][1]) {
            continue;
        }
        PyObject *ident = PyLong_FromUnsignedLongLong(self->events[at][1]);
        if (ident == NULL || PySet_Add(idents, ident) < 0) {
            Py_CLEAR(idents);
        }
        Py_XDECREF(ident);
    }
    return idents;
}

static PyObject *block_has(struct block *self, PyObject *kind)
{
    uint64_t wanted;
    if (!as_key(kind, &wanted)) {
        return NULL;
    }
    for (size_t at = 0; at < self->count; at++) {
        if (self->events[at][0] == wanted) {
            Py_RETURN_TRUE;
        }
    }
    Py_RETURN_FALSE;
}

static Py_ssize_t block_length(struct block *self)
{
    return (Py_ssize_t)self->count;
}

static void block_dealloc(struct block *self)
{
    Py_XDECREF(self->fields);
    PyMem_RawFree(self->events);
    free_object(self);
}

static PyObject *block_batch(struct block *, PyObject *);

static PyMethodDef block_methods[] = {
    {"numbers", (PyCFunction)block_numbers, METH_NOARGS, NULL},
    {"first_ident", (PyCFunction)block_first_ident, METH_NOARGS, NULL},
    {"idents", (PyCFunction)block_idents, METH_NOARGS, NULL},
    {"has", (PyCFunction)block_has, METH_O, NULL},
    {"batch", (PyCFunction)block_batch, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot block_slots[] = {
    {Py_tp_doc, "Events that were taken out of a buffer."},
    {Py_tp_dealloc, block_dealloc},
    {Py_tp_methods, block_methods},
    {Py_sq_length, block_length},
    {0, NULL},
};

static PyType_Spec block_spec = {
    .name = "staleread._accelerator.Block",
    .basicsize = sizeof(struct block),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = block_slots,
};

/* ---- Buffer: events in memory -------------------------------------------------------------------------------------
 *
 * Chunks of events in order; written at the tail, taken from the head. See _record/buffer.py. Here what is too much is never
 * taken in: the program pays for the bound with a comparison.
 *
 * An event is a word that has its kind, how many words follow, and its first field if that is small; then the other fields,
 * without the zeros behind the last. So most take 8 to 32 bytes, and the program waits for less memory. Where the thread is
 * another one than that of the event before, two words tell its identifier first. */

enum {
    CHUNK_WORDS = 8192,
    SPARES_MAX = 16,
    FIELDS_MAX = EVENT_NUMBERS - 2,
    EVENT_WORDS_MAX = 2 + 2 + FIELDS_MAX, /* with the thread */
    WORD_COUNT_SHIFT = 8,
    WORD_COUNT_MASK = 15,
    IS_WIDE = 1 << 12,   /* the first field is in a word of its own */
    IS_THREAD = 1 << 13, /* no event: the identifier follows */
    FIRST_FIELD_SHIFT = 16,
    KINDS_TAKEN = 256,
};

struct chunk {
    struct chunk *next;
    size_t first, end; /* the words from `first` to before `end` are there */
    uint64_t words[CHUNK_WORDS];
};

struct buffer {
    PyObject_HEAD struct chunk *head, *tail;
    struct chunk *spares; /* chunks that were emptied */
    size_t spare_count;
    size_t count, count_max;
    uint64_t ident, ident_taken; /* the threads of the events that were last written and taken */
    uint64_t *
        mark; /* the number in the event that tells of those lost since the last `take`; NULL: there is none */
    long long lost;
    uint64_t unmarked; /* events lost since there was no memory, which no event tells of yet */
    PyObject *fields;  /* FIELDS of _trace/events.py */
    bool droppable[64];
};

static struct chunk *buffer_chunk(struct buffer *self)
{
    struct chunk *chunk = self->spares;
    if (chunk != NULL) {
        self->spares = chunk->next;
        self->spare_count--;
    } else {
        chunk = PyMem_RawMalloc(sizeof *chunk);
        if (chunk == NULL) {
            return NULL;
        }
    }
    chunk->next = NULL;
    chunk->first = chunk->end = 0;
    if (self->tail != NULL) {
        self->tail->next = chunk;
    } else {
        self->head = chunk;
    }
    self->tail = chunk;
    return chunk;
}

static inline bool chunk_has_room(const struct chunk *chunk)
{
    return chunk != NULL && chunk->end + EVENT_WORDS_MAX <= CHUNK_WORDS;
}

/* Writes an event where there is room for one; where its fields but the first are is returned. `more` are there of these. */
static uint64_t *buffer_write(struct buffer *self, struct chunk *chunk, uint64_t ident, uint64_t kind,
                              uint64_t first, unsigned more)
{
    uint64_t *at = chunk->words + chunk->end;
    if (ident != self->ident) {
        *at++ = IS_THREAD;
        *at++ = self->ident = ident;
    }
    uint64_t *head = at++;
    if (first >> (64 - FIRST_FIELD_SHIFT) == 0 && kind != LOST) {
        *head = kind | (uint64_t)more << WORD_COUNT_SHIFT | first << FIRST_FIELD_SHIFT;
    } else {
        *head = kind | (uint64_t)more << WORD_COUNT_SHIFT | IS_WIDE;
        *at++ = first;
    }
    chunk->end = (size_t)(at + more - chunk->words);
    self->count++;
    return at;
}

/* Where there is room for an event, whatever the bound; NULL where there is no memory. */
static struct chunk *buffer_room(struct buffer *self)
{
    return chunk_has_room(self->tail) ? self->tail : buffer_chunk(self);
}

/* Tells of the lost events that none tells of yet. */
static void buffer_mark(struct buffer *self)
{
    struct chunk *chunk = buffer_room(self);
    if (chunk != NULL) {
        self->mark = buffer_write(self, chunk, running_thread(), LOST, self->unmarked, 0) - 1;
        self->unmarked = 0;
    }
}

static void buffer_lose(struct buffer *self)
{
    self->lost++;
    if (self->mark != NULL) {
        ++*self->mark;
        return;
    }
    self->unmarked++;
    buffer_mark(self);
}

/* Past the bound what is droppable has no room, past twice the bound nothing. */
static bool buffer_has_room(const struct buffer *self, uint64_t kind)
{
    if (self->count < self->count_max) {
        return true;
    }
    return self->count < 2 * self->count_max && (kind >= 64 || !self->droppable[kind]);
}

/* Where the next event goes; NULL, and the event is counted as lost, where it has no room. */
static struct chunk *buffer_room_for(struct buffer *self, uint64_t kind)
{
    if (self->unmarked != 0) {
        buffer_mark(self);
    }
    struct chunk *chunk = buffer_has_room(self, kind) ? buffer_room(self) : NULL;
    if (chunk == NULL) {
        buffer_lose(self);
    }
    return chunk;
}

/* An event of as many as six fields. */
static void buffer_put_event(struct buffer *self, uint64_t kind, uint64_t ident, const uint64_t *fields)
{
    struct chunk *chunk = buffer_room_for(self, kind);
    if (chunk == NULL) {
        return;
    }
    unsigned count = FIELDS_MAX;
    while (count > 1 && fields[count - 1] == 0) {
        count--;
    }
    memcpy(buffer_write(self, chunk, ident, kind, fields[0], count - 1), fields + 1,
           (count - 1) * sizeof *fields);
}

static void buffer_put_slowly(struct buffer *self, uint64_t kind, uint64_t a, uint64_t b, uint64_t c,
                              uint64_t d)
{
    const uint64_t fields[FIELDS_MAX] = {a, b, c, d};
    buffer_put_event(self, kind, running_thread(), fields);
}

/* The same of four, where there is room and the thread wrote the event before, too: as almost always. */
static void buffer_put(struct buffer *self, uint64_t kind, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    struct chunk *chunk = self->tail;
    if (!chunk_has_room(chunk) || self->unmarked != 0 || self->count >= self->count_max ||
        self->ident != running_thread() || a >> (64 - FIRST_FIELD_SHIFT) != 0) {
        buffer_put_slowly(self, kind, a, b, c, d);
        return;
    }
    const unsigned more = d != 0 ? 3 : c != 0 ? 2 : b != 0;
    uint64_t *at = chunk->words + chunk->end;
    at[0] = kind | (uint64_t)more << WORD_COUNT_SHIFT | a << FIRST_FIELD_SHIFT;
    at[1] = b;
    at[2] = c;
    at[3] = d;
    chunk->end += 1 + more;
    self->count++;
}

static void buffer_put_actor(struct buffer *self, uint64_t actor, uint64_t kind, uint64_t string,
                             uint64_t loop, uint64_t function, uint64_t site)
{
    const uint64_t fields[FIELDS_MAX] = {actor, kind, string, loop, function, site};
    buffer_put_event(self, ACTOR, running_thread(), fields);
}

static void buffer_drop_head(struct buffer *self)
{
    struct chunk *gone = self->head;
    self->head = gone->next;
    if (self->head == NULL) {
        self->tail = NULL;
    }
    if (self->spare_count < SPARES_MAX) {
        gone->next = self->spares;
        self->spares = gone;
        self->spare_count++;
    } else {
        PyMem_RawFree(gone);
    }
}

/* Reads the event at a place, which is moved behind it, as eight numbers. */
static void buffer_read(struct buffer *self, const uint64_t **place, uint64_t *event)
{
    const uint64_t *at = *place;
    if (*at & IS_THREAD) {
        self->ident_taken = at[1];
        at += 2;
    }
    const uint64_t head = *at++;
    const unsigned more = head >> WORD_COUNT_SHIFT & WORD_COUNT_MASK;
    event[0] = head & (KINDS_TAKEN - 1);
    event[1] = self->ident_taken;
    event[2] = head & IS_WIDE ? *at++ : head >> FIRST_FIELD_SHIFT;
    for (unsigned field = 0; field + 1 < FIELDS_MAX; field++) {
        event[3 + field] = field < more ? at[field] : 0;
    }
    *place = at + more;
}

/* Events as `record` takes them: a tuple or a list of numbers, EVENT_NUMBERS for each event. */
static PyObject *buffer_record(struct buffer *self, PyObject *numbers)
{
    PyObject *const *items = NULL;
    Py_ssize_t count = 0;
    if (PyTuple_CheckExact(numbers)) {
        items = &PyTuple_GET_ITEM(numbers, 0);
        count = PyTuple_GET_SIZE(numbers);
    } else if (PyList_CheckExact(numbers)) {
        items = ((PyListObject *)numbers)->ob_item;
        count = PyList_GET_SIZE(numbers);
    }
    if (items == NULL || count == 0 || count % EVENT_NUMBERS != 0) {
        PyErr_SetString(PyExc_TypeError, "an event is a tuple of 8 numbers");
        return NULL;
    }
    for (; count > 0; count -= EVENT_NUMBERS, items += EVENT_NUMBERS) {
        uint64_t event[EVENT_NUMBERS];
        for (int at = 0; at < EVENT_NUMBERS; at++) {
            if (!as_key(items[at], &event[at])) {
                return NULL;
            }
        }
        if (event[0] >= KINDS_TAKEN) {
            PyErr_SetString(PyExc_ValueError, "no such kind of event");
            return NULL;
        }
        buffer_put_event(self, event[0], event[1], event + 2);
    }
    Py_RETURN_NONE;
}

static PyObject *buffer_take(struct buffer *self, PyObject *limit)
{
    const Py_ssize_t events_max = PyLong_AsSsize_t(limit);
    if (events_max < 0) {
        if (PyErr_Occurred() == NULL) {
            PyErr_SetString(PyExc_ValueError, "how many events at most");
        }
        return NULL;
    }
    size_t left = self->count < (size_t)events_max ? self->count : (size_t)events_max;
    self->mark = NULL;
    const struct state *state = PyType_GetModuleState(Py_TYPE(self));
    PyTypeObject *type = (PyTypeObject *)state->block;
    struct block *block = (struct block *)type->tp_alloc(type, 0);
    if (block == NULL) {
        return NULL;
    }
    block->fields = Py_NewRef(self->fields);
    block->events = PyMem_RawMalloc((left + 1) * sizeof *block->events);
    if (block->events == NULL) {
        Py_DECREF(block);
        return PyErr_NoMemory();
    }
    for (; left > 0; left--) {
        struct chunk *chunk = self->head;
        const uint64_t *place = chunk->words + chunk->first;
        buffer_read(self, &place, block->events[block->count++]);
        self->count--;
        chunk->first = (size_t)(place - chunk->words);
        if (chunk->first == chunk->end && (chunk->next != NULL || !chunk_has_room(chunk))) {
            buffer_drop_head(self);
        }
    }
    return (PyObject *)block;
}

/* How much its events may take from now on. What there is already stays. */
static PyObject *buffer_bound(struct buffer *self, PyObject *bytes)
{
    const Py_ssize_t bytes_max = PyLong_AsSsize_t(bytes);
    if (bytes_max == -1 && PyErr_Occurred() != NULL) {
        return NULL;
    }
    const size_t count_max = bytes_max > 0 ? (size_t)bytes_max / (2 * EVENT_NUMBERS * sizeof(uint64_t)) : 0;
    self->count_max = count_max > 0 ? count_max : 1;
    Py_RETURN_NONE;
}

static Py_ssize_t buffer_length(struct buffer *self)
{
    return (Py_ssize_t)self->count;
}

/* Buffer(bytes_max, droppable, fields): the bound, the kinds that may be dropped at half of it, the table of all kinds. */
static int buffer_init(struct buffer *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *bytes_max, *droppable, *fields;
    if (self->fields != NULL ||
        !PyArg_ParseTuple(args, "OOO!", &bytes_max, &droppable, &PyDict_Type, &fields)) {
        return -1;
    }
    PyObject *bounded = buffer_bound(self, bytes_max);
    if (bounded == NULL) {
        return -1;
    }
    Py_DECREF(bounded);
    self->fields = Py_NewRef(fields);
    for (int kind = 0; kind < 64; kind++) {
        PyObject *number = PyLong_FromLong(kind);
        const int found = number != NULL ? PySequence_Contains(droppable, number) : -1;
        Py_XDECREF(number);
        if (found < 0) {
            return -1;
        }
        self->droppable[kind] = found == 1;
    }
    return 0;
}

static void buffer_dealloc(struct buffer *self)
{
    while (self->head != NULL) {
        buffer_drop_head(self);
    }
    while (self->spares != NULL) {
        struct chunk *spare = self->spares;
        self->spares = spare->next;
        PyMem_RawFree(spare);
    }
    Py_XDECREF(self->fields);
    free_object(self);
}

static PyMethodDef buffer_methods[] = {
    {"record", (PyCFunction)buffer_record, METH_O, NULL},
    {"take", (PyCFunction)buffer_take, METH_O, NULL},
    {"bound", (PyCFunction)buffer_bound, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef buffer_members[] = {
    {"lost", T_LONGLONG, offsetof(struct buffer, lost), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot buffer_slots[] = {
    {Py_tp_doc, "Events in memory, between the threads of the program and the writer."},
    {Py_tp_init, buffer_init},
    {Py_tp_dealloc, buffer_dealloc},
    {Py_tp_methods, buffer_methods},
    {Py_tp_members, buffer_members},
    {Py_sq_length, buffer_length},
    {0, NULL},
};

static PyType_Spec buffer_spec = {
    .name = "staleread._accelerator.Buffer",
    .basicsize = sizeof(struct buffer),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = buffer_slots,
};

/* ---- Batch: events as columns -------------------------------------------------------------------------------------
 *
 * See `Batch` in _trace/frames.py and `encode` in _trace/columns.py. The encoding runs without the interpreter's lock. */

enum { CONSTANT = 0, DELTA = 16, KINDS = 64, HEAD_BYTES = 9 };

struct batch {
    PyObject_HEAD size_t count;
    uint64_t *threads; /* the thread index of each event */
    uint64_t (*events)[EVENT_NUMBERS];
    uint8_t field_counts[KINDS];
    PyObject *fields; /* FIELDS of _trace/events.py */
};

struct bytes {
    uint8_t *at;
    size_t count;
};

static void bytes_put(struct bytes *out, uint8_t byte)
{
    out->at[out->count++] = byte;
}

static void bytes_put_head(struct bytes *out, uint8_t encoding, uint64_t number)
{
    bytes_put(out, encoding);
    for (int shift = 0; shift < 64; shift += 8) {
        bytes_put(out, (uint8_t)(number >> shift));
    }
}

/* The lowest bytes of all numbers, then the second lowest, and so on. */
static void bytes_put_planes(struct bytes *out, const uint64_t *numbers, size_t count, int width)
{
    for (int plane = 0; plane < width; plane++) {
        uint8_t *to = out->at + out->count;
        for (size_t at = 0; at < count; at++) {
            to[at] = (uint8_t)(numbers[at] >> 8 * plane);
        }
        out->count += count;
    }
}

static int unsigned_width(uint64_t span)
{
    return span < UINT64_C(1) << 8 ? 1 : span < UINT64_C(1) << 16 ? 2 : span < UINT64_C(1) << 32 ? 4 : 8;
}

/* How many bytes a step from one number to the next needs, as a number with a sign. */
static int step_width(uint64_t from, uint64_t to)
{
    const uint64_t size = to >= from ? to - from : from - to - 1;
    return size < UINT64_C(1) << 7 ? 1 : size < UINT64_C(1) << 15 ? 2 : size < UINT64_C(1) << 31 ? 4 : 8;
}

static int steps_width(const uint64_t *column, size_t count)
{
    int width = 1;
    for (size_t at = 1; at < count && width < 8; at++) {
        const int needed = step_width(column[at - 1], column[at]);
        width = needed > width ? needed : width;
    }
    return width;
}

/* As `encode`; writes at most HEAD_BYTES + 8 * count bytes, and over the column. */
static void encode_column(struct bytes *out, uint64_t *column, size_t count)
{
    uint64_t low = column[0], high = column[0];
    for (size_t at = 1; at < count; at++) {
        low = column[at] < low ? column[at] : low;
        high = column[at] > high ? column[at] : high;
    }
    if (low == high) {
        bytes_put_head(out, CONSTANT, low);
        return;
    }
    const int plain = unsigned_width(high - low);
    const int delta = plain > 1 && count > 2 ? steps_width(column, count) : 8;
    if (delta < plain) {
        bytes_put_head(out, (uint8_t)(DELTA + delta), column[0]);
        for (size_t at = count - 1; at > 0; at--) {
            column[at] -= column[at - 1];
        }
        bytes_put_planes(out, column + 1, count - 1, delta);
        return;
    }
    low = plain == 8 ? 0 : low;
    bytes_put_head(out, (uint8_t)plain, low);
    for (size_t at = 0; at < count; at++) {
        column[at] -= low;
    }
    bytes_put_planes(out, column, count, plain);
}

/* The columns of one kind of event: where its events are, and room for a column. */
static void encode_kind(struct batch *self, struct bytes *out, unsigned kind, uint64_t *column,
                        const uint32_t *places, size_t count)
{
    bytes_put(out, (uint8_t)kind);
    bytes_put(out, self->field_counts[kind]);
    for (int field = 0; field < self->field_counts[kind]; field++) {
        for (size_t at = 0; at < count; at++) {
            column[at] = self->events[places[at]][2 + field];
        }
        encode_column(out, column, count);
    }
}

/* Where the events of each kind are, one kind after the other; `ends` has where those of each kind end. */
static void sort_by_kind(const struct batch *self, uint32_t *places, size_t *ends)
{
    size_t next[KINDS] = {0};
    for (size_t at = 0; at < self->count; at++) {
        next[self->events[at][0]]++;
    }
    size_t before = 0;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const size_t count = next[kind];
        next[kind] = before;
        ends[kind] = before += count;
    }
    for (size_t at = 0; at < self->count; at++) {
        places[next[self->events[at][0]]++] = (uint32_t)at;
    }
}

static bool encode_batch(struct batch *self, struct bytes *out)
{
    uint64_t *column = PyMem_RawMalloc(self->count * sizeof *column);
    uint32_t *places = PyMem_RawMalloc(self->count * sizeof *places);
    const size_t heads = KINDS * (2 + EVENT_NUMBERS * HEAD_BYTES) + HEAD_BYTES;
    out->at = PyMem_RawMalloc(heads + self->count * (1 + 8 + 8 * (EVENT_NUMBERS - 2)));
    const bool is_done = column != NULL && places != NULL && out->at != NULL;
    if (is_done) {
        for (size_t at = 0; at < self->count; at++) {
            bytes_put(out, (uint8_t)self->events[at][0]);
        }
        memcpy(column, self->threads, self->count * sizeof *column);
        encode_column(out, column, self->count);
        size_t ends[KINDS], first = 0;
        sort_by_kind(self, places, ends);
        for (unsigned kind = 0; kind < KINDS; first = ends[kind++]) {
            if (ends[kind] > first) {
                encode_kind(self, out, kind, column, places + first, ends[kind] - first);
            }
        }
    }
    PyMem_RawFree(column);
    PyMem_RawFree(places);
    return is_done;
}

static PyObject *batch_payload(struct batch *self, PyObject *Py_UNUSED(ignored))
{
    struct bytes out = {0};
    bool is_done = true;
    Py_BEGIN_ALLOW_THREADS is_done = self->count == 0 || encode_batch(self, &out);
    Py_END_ALLOW_THREADS PyObject *payload =
        is_done ? PyBytes_FromStringAndSize((const char *)out.at, (Py_ssize_t)out.count) : PyErr_NoMemory();
    PyMem_RawFree(out.at);
    return payload;
}

#if defined(STALEREAD_ZLIB)
/* Deflates in place of what is there, if that gets smaller. False where there is no memory. */
static bool deflate_bytes(struct bytes *payload, int level)
{
    uLongf size = compressBound((uLong)payload->count);
    uint8_t *deflated = PyMem_RawMalloc(size);
    if (deflated == NULL || compress2(deflated, &size, payload->at, (uLong)payload->count, level) != Z_OK) {
        PyMem_RawFree(deflated);
        return false;
    }
    if (size < payload->count) {
        PyMem_RawFree(payload->at);
        *payload = (struct bytes){deflated, size};
    } else {
        PyMem_RawFree(deflated);
    }
    return true;
}

/* deflated(level): the length of the payload; it, deflated if that is shorter; the CRC-32 of that. All in one go: each time
 * that a thread asks for the interpreter's lock again it may have to wait for milliseconds. */
static PyObject *batch_deflated(struct batch *self, PyObject *level)
{
    struct bytes out = {0};
    const int zlib_level = (int)PyLong_AsLong(level);
    size_t length = 0;
    uLong crc = 0;
    bool is_done = PyErr_Occurred() == NULL;
    if (!is_done) {
        return NULL;
    }
    PyThreadState *thread = PyEval_SaveThread();
    if (self->count > 0) {
        is_done = encode_batch(self, &out);
        length = out.count;
        is_done = is_done && deflate_bytes(&out, zlib_level);
    }
    crc = crc32(0, out.at, (uInt)out.count);
    PyEval_RestoreThread(thread);
    PyObject *result =
        is_done ? Py_BuildValue("ny#k", (Py_ssize_t)length, out.count > 0 ? (const char *)out.at : "",
                                (Py_ssize_t)out.count, crc)
                : PyErr_NoMemory();
    PyMem_RawFree(out.at);
    return result;
}
#endif

/* Which field of each kind has this name; 0 where none has. */
static bool batch_find_fields(struct batch *self, PyObject *name, uint8_t *fields)
{
    PyObject *kind, *names;
    for (Py_ssize_t at = 0; PyDict_Next(self->fields, &at, &kind, &names);) {
        const Py_ssize_t found = PySequence_Contains(names, name) == 1 ? PySequence_Index(names, name) : -1;
        const long number = PyLong_AsLong(kind);
        if (PyErr_Occurred() != NULL) {
            return false;
        }
        if (found >= 0 && number >= 0 && number < KINDS) {
            fields[number] = (uint8_t)(2 + found);
        }
    }
    return true;
}

/* Every value of the fields of this name. */
static PyObject *batch_values(struct batch *self, PyObject *name)
{
    uint8_t fields[KINDS] = {0};
    struct map seen = {0};
    PyObject *found = batch_find_fields(self, name, fields) ? PySet_New(NULL) : NULL;
    for (size_t at = 0; found != NULL && at < self->count; at++) {
        const uint64_t *event = self->events[at];
        if (fields[event[0]] == 0) {
            continue;
        }
        const uint64_t value = event[fields[event[0]]];
        /* 0 is no key of a map: the greatest number, which nothing has for a number, is always asked anew. */
        if (value != UINT64_MAX && map_find(&seen, value + 1) != NULL) {
            continue;
        }
        PyObject *number = PyLong_FromUnsignedLongLong(value);
        if (number == NULL || PySet_Add(found, number) < 0 ||
            (value != UINT64_MAX && !map_add(&seen, value + 1, 1))) {
            Py_CLEAR(found);
            PyErr_NoMemory();
        }
        Py_XDECREF(number);
    }
    map_clear(&seen);
    return found;
}

static Py_ssize_t batch_length(struct batch *self)
{
    return (Py_ssize_t)self->count;
}

static bool batch_make_room(struct batch *self, size_t count)
{
    self->count = count;
    self->events = PyMem_RawMalloc((count + 1) * sizeof *self->events);
    self->threads = PyMem_RawMalloc((count + 1) * sizeof *self->threads);
    if (self->events == NULL || self->threads == NULL) {
        PyErr_NoMemory();
        return false;
    }
    return true;
}

static bool batch_take_numbers(struct batch *self, PyObject *numbers, PyObject *threads)
{
    if (!batch_make_room(self, (size_t)PyList_GET_SIZE(numbers) / EVENT_NUMBERS)) {
        return false;
    }
    for (size_t at = 0; at < self->count * EVENT_NUMBERS; at++) {
        if (!as_key(PyList_GET_ITEM(numbers, (Py_ssize_t)at),
                    &self->events[at / EVENT_NUMBERS][at % EVENT_NUMBERS])) {
            return false;
        }
    }
    for (size_t at = 0; at < self->count; at++) {
        if (!as_key(PyList_GET_ITEM(threads, (Py_ssize_t)at), &self->threads[at]) ||
            self->events[at][0] >= KINDS) {
            if (PyErr_Occurred() == NULL) {
                PyErr_SetString(PyExc_ValueError, "no such kind of event");
            }
            return false;
        }
    }
    return true;
}

static bool batch_count_fields(struct batch *self)
{
    PyObject *kind, *names;
    for (Py_ssize_t at = 0; PyDict_Next(self->fields, &at, &kind, &names);) {
        const long number = PyLong_AsLong(kind);
        const Py_ssize_t count = PyObject_Size(names);
        if (number < 0 || number >= KINDS || count < 0 || count > EVENT_NUMBERS - 2) {
            PyErr_SetString(PyExc_ValueError, "no such kind of event");
            return false;
        }
        self->field_counts[number] = (uint8_t)count;
    }
    return true;
}

/* `indexes` has the index of each thread by its identifier. */
static bool batch_number_threads(struct batch *self, PyObject *indexes)
{
    uint64_t ident = 0, index = 0;
    for (size_t at = 0; at < self->count; at++) {
        if (at == 0 || self->events[at][1] != ident) {
            ident = self->events[at][1];
            PyObject *key = PyLong_FromUnsignedLongLong(ident);
            PyObject *number = key != NULL ? PyDict_GetItemWithError(indexes, key) : NULL;
            const bool is_known = number != NULL && as_key(number, &index);
            if (!is_known && PyErr_Occurred() == NULL) {
                PyErr_SetObject(PyExc_KeyError, key);
            }
            Py_XDECREF(key);
            if (!is_known) {
                return false;
            }
        }
        self->threads[at] = index;
        if (self->events[at][0] >= KINDS) {
            PyErr_SetString(PyExc_ValueError, "no such kind of event");
            return false;
        }
    }
    return true;
}

/* batch(head, indexes, pause): the events behind a first one, whose numbers `head` has. This takes too little time to pause. */
static PyObject *block_batch(struct block *self, PyObject *args)
{
    PyObject *head, *indexes, *pause;
    if (!PyArg_ParseTuple(args, "O!O!O", &PyList_Type, &head, &PyDict_Type, &indexes, &pause)) {
        return NULL;
    }
    const struct state *state = PyType_GetModuleState(Py_TYPE(self));
    PyTypeObject *type = (PyTypeObject *)state->batch;
    struct batch *batch = (struct batch *)type->tp_alloc(type, 0);
    if (batch == NULL) {
        return NULL;
    }
    batch->fields = Py_NewRef(self->fields);
    bool is_done = batch_count_fields(batch) && batch_make_room(batch, self->count + 1);
    if (is_done && PyList_GET_SIZE(head) != EVENT_NUMBERS) {
        PyErr_SetString(PyExc_ValueError, "one event is the head");
        is_done = false;
    }
    for (int field = 0; is_done && field < EVENT_NUMBERS; field++) {
        is_done = as_key(PyList_GET_ITEM(head, field), &batch->events[0][field]);
    }
    if (is_done) {
        memcpy(batch->events + 1, self->events, self->count * sizeof *self->events);
        is_done = batch_number_threads(batch, indexes);
    }
    if (!is_done) {
        Py_DECREF(batch);
        return NULL;
    }
    return (PyObject *)batch;
}

/* Batch(numbers, threads, fields) */
static int batch_init(struct batch *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *numbers, *threads, *fields;
    if (self->fields != NULL || !PyArg_ParseTuple(args, "O!O!O!", &PyList_Type, &numbers, &PyList_Type,
                                                  &threads, &PyDict_Type, &fields)) {
        return -1;
    }
    if (PyList_GET_SIZE(numbers) != EVENT_NUMBERS * PyList_GET_SIZE(threads)) {
        PyErr_SetString(PyExc_ValueError, "a thread for each event");
        return -1;
    }
    self->fields = Py_NewRef(fields);
    return batch_count_fields(self) && batch_take_numbers(self, numbers, threads) ? 0 : -1;
}

static void batch_dealloc(struct batch *self)
{
    PyMem_RawFree(self->events);
    PyMem_RawFree(self->threads);
    Py_XDECREF(self->fields);
    free_object(self);
}

static PyMethodDef batch_methods[] = {
    {"values", (PyCFunction)batch_values, METH_O, NULL},
    {"payload", (PyCFunction)batch_payload, METH_NOARGS, NULL},
#if defined(STALEREAD_ZLIB)
    {"deflated", (PyCFunction)batch_deflated, METH_O, NULL},
#endif
    {NULL, NULL, 0, NULL},
};

static PyType_Slot batch_slots[] = {
    {Py_tp_doc, "Events as columns."}, {Py_tp_init, batch_init},     {Py_tp_dealloc, batch_dealloc},
    {Py_tp_methods, batch_methods},    {Py_sq_length, batch_length}, {0, NULL},
};

static PyType_Spec batch_spec = {
    .name = "staleread._accelerator.Batch",
    .basicsize = sizeof(struct batch),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = batch_slots,
};

static uint64_t address(const void *object)
{
    return (uint64_t)(uintptr_t)object;
}

static long attribute_long(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    const long number = value != NULL ? PyLong_AsLong(value) : -1;
    Py_XDECREF(value);
    return number;
}

/* ---- Counter: numbers from 1 --------------------------------------------------------------------------------------- */

struct counter {
    PyObject_HEAD uint64_t last;
};

static PyObject *counter_next(struct counter *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLongLong(++self->last);
}

static PyMethodDef counter_methods[] = {
    {"__next__", (PyCFunction)counter_next, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot counter_slots[] = {
    {Py_tp_doc, "Numbers from 1."},
    {Py_tp_dealloc, free_object},
    {Py_tp_methods, counter_methods},
    {0, NULL},
};

static PyType_Spec counter_spec = {
    .name = "staleread._accelerator.Counter",
    .basicsize = sizeof(struct counter),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = counter_slots,
};

static unsigned version_of(const PyTypeObject *type)
{
#if PY_VERSION_HEX < 0x030D0000
    if (!(type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG)) {
        return 0;
    }
#endif
    return type->tp_version_tag;
}

static bool attribute_is_none(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    Py_XDECREF(value);
    return value == Py_None;
}

/* ---- Allowance: how much may be remembered -------------------------------------------------------------------------
 *
 * See _record/budget.py. */

struct allowance {
    PyObject_HEAD long long taken, limit, refused;
};

static bool allowance_allows(struct allowance *self, long long size)
{
    if (self->taken + size > self->limit) {
        self->refused++;
        return false;
    }
    self->taken += size;
    return true;
}

static PyObject *allowance_ask(struct allowance *self, PyObject *size)
{
    const long long bytes = PyLong_AsLongLong(size);
    return bytes == -1 && PyErr_Occurred() != NULL ? NULL : PyBool_FromLong(allowance_allows(self, bytes));
}

static PyObject *allowance_take(struct allowance *self, PyObject *size)
{
    const long long bytes = PyLong_AsLongLong(size);
    if (bytes == -1 && PyErr_Occurred() != NULL) {
        return NULL;
    }
    self->taken += bytes;
    Py_RETURN_NONE;
}

static PyObject *allowance_give_back(struct allowance *self, PyObject *size)
{
    const long long bytes = PyLong_AsLongLong(size);
    if (bytes == -1 && PyErr_Occurred() != NULL) {
        return NULL;
    }
    self->taken -= bytes;
    Py_RETURN_NONE;
}

static PyMethodDef allowance_methods[] = {
    {"allows", (PyCFunction)allowance_ask, METH_O, NULL},
    {"take", (PyCFunction)allowance_take, METH_O, NULL},
    {"give_back", (PyCFunction)allowance_give_back, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef allowance_members[] = {
    {"taken", T_LONGLONG, offsetof(struct allowance, taken), 0, NULL},
    {"limit", T_LONGLONG, offsetof(struct allowance, limit), 0, NULL},
    {"refused", T_LONGLONG, offsetof(struct allowance, refused), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot allowance_slots[] = {
    {Py_tp_doc, "How much may be remembered."},
    {Py_tp_dealloc, free_object},
    {Py_tp_methods, allowance_methods},
    {Py_tp_members, allowance_members},
    {0, NULL},
};

static PyType_Spec allowance_spec = {
    .name = "staleread._accelerator.Allowance",
    .basicsize = sizeof(struct allowance),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = allowance_slots,
};

/* ---- Objects: those that have a number, until they go --------------------------------------------------------------
 *
 * See `Identity` in _record/identity.py, which does the same, and what is not plain: classes, modules. */

/* ObjectKind of _trace/events.py */
enum { KIND_INSTANCE = 1, KIND_CLASS = 2, KIND_MODULE = 3, KIND_SCOPE = 4, KIND_DICT = 5, KIND_DEQUE = 8 };
enum { KIND_FUTURE = 11, KIND_CONTAINER = 12, KIND_LOCK = 13 };

/* of _record/identity.py */
enum { LATE_ACTORS_MAX = 16384 };

struct objects {
    PyObject_HEAD PyObject *parts; /* what Objects was given, which holds all that is borrowed below */
    struct buffer *buffer;
    struct numbers *numbers, *unnamed;
    PyObject *info;              /* Types.info */
    PyObject *string;            /* Tables.string */
    struct counter *numbered;    /* Identity's own: gives the numbers */
    struct allowance *allowance; /* Budget's own */
    PyObject *held;              /* Identity's own: what no weak reference can watch, by address */
    PyObject *fresh;             /* Identity's own */
    struct numbers *actors, *late_actors, *tokens; /* Identity's own */
    PyObject *side_tables;                         /* Identity's own */
    PyObject *add;                                 /* what is done in Python where it is not plain */
    PyObject *look_around, *let_some_go;
    PyObject *forget;            /* the callback of all weak references */
    struct map refs;             /* by address of the object: its weak reference, owned */
    struct map keys;             /* by address of the weak reference: that of the object */
    struct map types;            /* what is known of types, while their versions last */
    long long bytes, task_bytes; /* what an object takes of the allowance, and what a task takes besides */
    long long weight_each;       /* what an object weighs besides its length */
    long long weight_light;      /* `weight_max` where a step begins */
    long long weight, weight_max, held_max; /* see `Load` in _record/identity.py */
};

static bool called(PyObject *function, PyObject *argument)
{
    PyObject *result = PyObject_CallOneArg(function, argument);
    Py_XDECREF(result);
    return result != NULL;
}

/* What a dict has of an object, by its address, borrowed; NULL where it has nothing, or where that fails, with an error. */
static PyObject *by_address(PyObject *dict, void *object)
{
    PyObject *key = PyLong_FromVoidPtr(object);
    PyObject *value = key != NULL ? PyDict_GetItemWithError(dict, key) : NULL;
    Py_XDECREF(key);
    return value;
}

/* Takes what a dict has of an object that goes; 0 where it has nothing, -1 where that fails. The value is a new reference. */
static int taken_from(PyObject *dict, PyObject *key, PyObject **value)
{
    *value = PyDict_GET_SIZE(dict) > 0 ? Py_XNewRef(PyDict_GetItemWithError(dict, key)) : NULL;
    if (*value == NULL) {
        return PyErr_Occurred() == NULL ? 0 : -1;
    }
    if (PyDict_DelItem(dict, key) < 0) {
        Py_CLEAR(*value);
        return -1;
    }
    return 1;
}

/* Takes what a map has of an object that goes; 0: nothing. */
static uint64_t map_take(struct map *map, uint64_t key)
{
    struct entry *entry = map_find(map, key);
    const uint64_t value = entry != NULL ? entry->value : 0;
    if (entry != NULL) {
        map_remove(map, entry);
    }
    return value;
}

/* The actor of a task that goes is remembered for a while: see `Identity._remember_late`. */
static bool objects_lose_actor(struct objects *self, uint64_t address_of_it)
{
    const uint64_t actor = map_take(&self->actors->map, address_of_it);
    if (actor == 0) {
        return true;
    }
    if (self->late_actors->map.count >= LATE_ACTORS_MAX) {
        map_clear(&self->late_actors->map);
    }
    self->allowance->taken -= self->task_bytes;
    if (!map_set(&self->late_actors->map, address_of_it, actor)) {
        PyErr_NoMemory();
        return false;
    }
    return true;
}

/* Whatever else is kept of an object. */
static bool objects_clean_tables(struct objects *self, uint64_t address_of_it)
{
    PyObject *key = NULL;
    int found = 0;
    for (Py_ssize_t at = 0; found >= 0 && at < PyList_GET_SIZE(self->side_tables); at++) {
        PyObject *table = PyList_GET_ITEM(self->side_tables, at);
        PyObject *value = NULL;
        if (PyDict_GET_SIZE(table) > 0) {
            key = key != NULL ? key : PyLong_FromUnsignedLongLong(address_of_it);
            found = key != NULL ? taken_from(table, key, &value) : -1;
        }
        Py_XDECREF(value);
    }
    Py_XDECREF(key);
    return found >= 0;
}

/* An object is gone, or nobody but us has it; as `Identity._gone`. */
static bool objects_lose(struct objects *self, uint64_t address_of_it, struct entry *entry)
{
    const uint64_t number = entry->value;
    map_remove(&self->numbers->map, entry);
    self->allowance->taken -= self->bytes;
    map_take(&self->unnamed->map, number);
    if (!objects_lose_actor(self, address_of_it) || !objects_clean_tables(self, address_of_it)) {
        return false;
    }
    const uint64_t token = map_take(&self->tokens->map, address_of_it);
    if (token != 0) {
        buffer_put(self->buffer, RETIRE, token, 0, 0, 0);
    }
    buffer_put(self->buffer, DROP, number, 0, 0, 0);
    return true;
}

/* The callback of the weak references. */
static PyObject *objects_forget(struct objects *self, PyObject *ref)
{
    struct entry *by_ref = map_find(&self->keys, address(ref));
    if (by_ref == NULL) {
        Py_RETURN_NONE;
    }
    const uint64_t key = by_ref->value;
    map_remove(&self->keys, by_ref);
    struct entry *owned = map_find(&self->refs, key);
    if (owned != NULL && owned->value == address(ref)) {
        map_remove(&self->refs, owned);
    } else {
        owned = NULL;
    }
    struct entry *entry = map_find(&self->numbers->map, key);
    if (entry != NULL) {
        objects_lose(self, key, entry);
        PyErr_Clear(); /* at the interpreter's end there may be nothing left to do this with */
    }
    if (owned != NULL) {
        Py_DECREF(ref);
    }
    Py_RETURN_NONE;
}

static PyMethodDef forget_method = {"forget", (PyCFunction)objects_forget, METH_O, NULL};

/* What is known of a type that has numbered instances. */
struct numbered {
    uint64_t string; /* its name; 0: not asked yet, or none */
    long kind;
    bool has_length;
};

enum { NUMBERED_STRING_SHIFT = 8, NUMBERED_VERSION_SHIFT = 32, NUMBERED_HAS_LENGTH = 16 };

static void objects_remember(struct objects *self, PyTypeObject *type, const struct numbered *known)
{
    const uint64_t version = version_of(type);
    if (version != 0 && known->string < UINT64_C(1) << (NUMBERED_VERSION_SHIFT - NUMBERED_STRING_SHIFT)) {
        map_set(&self->types, address(type),
                version << NUMBERED_VERSION_SHIFT | known->string << NUMBERED_STRING_SHIFT |
                    (known->has_length ? NUMBERED_HAS_LENGTH : 0) | (uint64_t)known->kind);
    }
}

/* Asks TypeInfo, where nothing is known yet. */
static bool objects_know(struct objects *self, PyTypeObject *type, struct numbered *known)
{
    const uint64_t found = map_get(&self->types, address(type));
    if (found != 0 && found >> NUMBERED_VERSION_SHIFT == version_of(type)) {
        known->kind = (long)(found & (NUMBERED_HAS_LENGTH - 1));
        known->has_length = (found & NUMBERED_HAS_LENGTH) != 0;
        known->string = (found & UINT32_MAX) >> NUMBERED_STRING_SHIFT;
        return true;
    }
    PyObject *info = PyObject_CallOneArg(self->info, (PyObject *)type);
    const bool is_there = info != NULL && PyObject_SetAttrString(info, "is_numbered", Py_True) == 0;
    *known = (struct numbered){0};
    if (is_there) {
        known->kind = attribute_long(info, "kind");
        known->has_length = !attribute_is_none(info, "length");
    }
    Py_XDECREF(info);
    if (!is_there || PyErr_Occurred() != NULL || known->kind <= 0) {
        return false;
    }
    objects_remember(self, type, known);
    return true;
}

static bool objects_ask_name(struct objects *self, PyTypeObject *type, struct numbered *known)
{
    PyObject *info = PyObject_CallOneArg(self->info, (PyObject *)type);
    PyObject *name = info != NULL ? PyObject_GetAttrString(info, "name") : NULL;
    PyObject *string = name != NULL ? PyObject_CallOneArg(self->string, name) : NULL;
    const bool is_known = string != NULL && as_key(string, &known->string);
    Py_XDECREF(string);
    Py_XDECREF(name);
    Py_XDECREF(info);
    if (is_known) {
        objects_remember(self, type, known);
    }
    return is_known;
}

/* Takes what an object needs of the budget; false where it may not be followed. */
static bool objects_afford(struct objects *self, long kind)
{
    if (kind == KIND_INSTANCE || (kind >= KIND_DICT && kind <= KIND_DEQUE)) {
        return allowance_allows(self->allowance, self->bytes);
    }
    self->allowance->taken += self->bytes;
    return true;
}

/* The next number, and the event that declares it; 0 where that fails. */
static uint64_t objects_declare(struct objects *self, PyTypeObject *type, struct numbered *known)
{
    const uint64_t number = ++self->numbered->last;
    if (known->string == 0 && !objects_ask_name(self, type, known)) {
        return 0;
    }
    buffer_put(self->buffer, OBJECT, number, (uint64_t)known->kind, known->string, 0);
    return number;
}

/* Has a weak reference tell when the object goes. */
static bool objects_watch(struct objects *self, PyObject *object)
{
    PyObject *ref = PyWeakref_NewRef(object, self->forget);
    if (ref == NULL) {
        return false;
    }
    if (!map_set(&self->keys, address(ref), address(object)) ||
        !map_set(&self->refs, address(object), address(ref))) {
        Py_DECREF(ref);
        PyErr_NoMemory();
        return false;
    }
    return true;
}

/* How long a container is, which is no instance of a class of the program; -1 for all others. */
static Py_ssize_t objects_length(PyObject *object)
{
    if (PyDict_Check(object)) {
        return PyDict_GET_SIZE(object);
    }
    if (PyList_Check(object)) {
        return PyList_GET_SIZE(object);
    }
    return PyAnySet_Check(object) ? PySet_GET_SIZE(object) : -1;
}

/* As `Identity._look_around`. */
static bool objects_look_around(struct objects *self, PyObject *object, bool has_length)
{
    const Py_ssize_t length = has_length ? objects_length(object) : 0;
    PyObject *result;
    if (length < 0) {
        PyObject *info = PyObject_CallOneArg(self->info, (PyObject *)Py_TYPE(object));
        result = info != NULL ? PyObject_CallFunctionObjArgs(self->look_around, object, info, NULL) : NULL;
        Py_XDECREF(info);
    } else {
        self->weight += self->weight_each + length;
        if (self->weight <= self->weight_max && PyDict_GET_SIZE(self->held) < self->held_max) {
            return true;
        }
        result = PyObject_CallNoArgs(self->let_some_go);
    }
    Py_XDECREF(result);
    return result != NULL;
}

/* Lets go of a held object, by its address, if nobody else holds it. It may run code of the program. */
static bool objects_let_one_go(struct objects *self, PyObject *key, bool *is_gone)
{
    PyObject *object = PyDict_GetItemWithError(self->held, key);
    *is_gone = object != NULL && Py_REFCNT(object) == 1;
    if (!*is_gone) {
        return object != NULL || PyErr_Occurred() == NULL;
    }
    struct entry *entry = map_find(&self->numbers->map, address(object));
    return (entry == NULL || objects_lose(self, address(object), entry)) &&
           (PyDict_Contains(self->held, key) != 1 || PyDict_DelItem(self->held, key) == 0);
}

/* As `Identity._let_newest_go`. */
static bool objects_let_newest_go(struct objects *self)
{
    bool is_gone = true, is_done = true;
    while (is_done && is_gone && PyList_GET_SIZE(self->fresh) > 0) {
        PyObject *key = Py_NewRef(PyList_GET_ITEM(self->fresh, PyList_GET_SIZE(self->fresh) - 1));
        is_done = objects_let_one_go(self, key, &is_gone);
        const Py_ssize_t count = PyList_GET_SIZE(self->fresh);
        if (is_done && is_gone && count > 0) {
            is_done = PyList_SetSlice(self->fresh, count - 1, count, NULL) == 0;
        }
        Py_DECREF(key);
    }
    return is_done;
}

/* Holds what cannot be watched, until nobody else has it. */
static bool objects_hold(struct objects *self, PyObject *object, bool has_length)
{
    PyObject *key = PyLong_FromVoidPtr(object);
    const bool is_held = key != NULL && objects_let_newest_go(self) &&
                         PyDict_SetItem(self->held, key, object) == 0 && PyList_Append(self->fresh, key) == 0;
    Py_XDECREF(key);
    return is_held && objects_look_around(self, object, has_length);
}

/* Declares it and keeps its number, if that is affordable; 0 where it is not. */
static bool objects_follow(struct objects *self, PyObject *object, struct numbered *known, uint64_t *number)
{
    *number = 0;
    if (!objects_afford(self, known->kind)) {
        return true;
    }
    const uint64_t next = objects_declare(self, Py_TYPE(object), known);
    if (next == 0) {
        return false;
    }
    const struct entry *winner = map_find(&self->numbers->map, address(object));
    if (winner != NULL) { /* a garbage collection came in between, and ran code that was here before */
        *number = winner->value;
        buffer_put(self->buffer, DROP, next, 0, 0, 0);
        self->allowance->taken -= self->bytes;
        return true;
    }
    *number = next;
    if (!map_add(&self->numbers->map, address(object), next) ||
        (known->kind > KIND_SCOPE && !map_set(&self->unnamed->map, next, next))) {
        PyErr_NoMemory();
        return false;
    }
    return PyType_SUPPORTS_WEAKREFS(Py_TYPE(object)) ? objects_watch(self, object)
                                                     : objects_hold(self, object, known->has_length);
}

/* The number of an object that has none yet; false, with an exception, where that fails. */
static bool objects_new_number(struct objects *self, PyObject *object, uint64_t *number)
{
    struct numbered known;
    if (!objects_know(self, Py_TYPE(object), &known)) {
        return false;
    }
    if (known.kind != KIND_CLASS && known.kind != KIND_MODULE) {
        return objects_follow(self, object, &known, number);
    }
    PyObject *added = PyObject_CallOneArg(self->add, object);
    const bool is_known = added != NULL && as_key(added, number);
    Py_XDECREF(added);
    return is_known;
}

/* The number of an object, which is declared where it is new; false, with an exception, where that fails. It may run
 * code of the program, by a garbage collection: what was borrowed before must be asked again. */
static bool objects_number(struct objects *self, PyObject *object, uint64_t *number)
{
    *number = map_get(&self->numbers->map, address(object));
    return *number != 0 || objects_new_number(self, object, number);
}

static PyObject *objects_add(struct objects *self, PyObject *object)
{
    uint64_t number;
    return objects_new_number(self, object, &number) ? PyLong_FromUnsignedLongLong(number) : NULL;
}

static PyObject *objects_number_of(struct objects *self, PyObject *object)
{
    uint64_t number;
    return objects_number(self, object, &number) ? PyLong_FromUnsignedLongLong(number) : NULL;
}

/* Lets go of those of the held objects, by their addresses, that nobody else holds. */
static PyObject *objects_let_go(struct objects *self, PyObject *keys)
{
    if (!PyList_CheckExact(keys)) {
        PyErr_SetString(PyExc_TypeError, "a list of addresses");
        return NULL;
    }
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(keys); at++) {
        PyObject *key = Py_NewRef(PyList_GET_ITEM(keys, at));
        bool is_gone;
        const bool is_done = objects_let_one_go(self, key, &is_gone);
        Py_DECREF(key);
        if (!is_done) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* At the end of a step; as `Identity.step_ended`, where nobody has asked for a sweep. */
static bool objects_step_ended(struct objects *self)
{
    const Py_ssize_t count = PyList_GET_SIZE(self->fresh);
    PyObject *part = PyList_GetSlice(self->fresh, 0, count);
    PyObject *result =
        part != NULL && PyList_SetSlice(self->fresh, 0, count, NULL) == 0 ? objects_let_go(self, part) : NULL;
    Py_XDECREF(part);
    Py_XDECREF(result);
    self->weight = 0;
    self->weight_max = self->weight_light;
    return result != NULL;
}

static void objects_drop_refs(struct objects *self)
{
    struct map refs = self->refs;
    self->refs = (struct map){0};
    map_clear(&self->keys);
    for (size_t at = 0; refs.entries != NULL && at <= refs.mask; at++) {
        if (refs.entries[at].key != 0) {
            Py_DECREF((PyObject *)(uintptr_t)refs.entries[at].value);
        }
    }
    map_clear(&refs);
}

static PyObject *objects_clear_all(struct objects *self, PyObject *Py_UNUSED(ignored))
{
    objects_drop_refs(self);
    Py_RETURN_NONE;
}

/* Objects(parts): the tuple that _record/accelerated.py makes. */
static int objects_init(struct objects *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *parts;
    const struct state *state = PyType_GetModuleState(Py_TYPE(self));
    if (self->parts != NULL || !PyArg_ParseTuple(args, "O!", &PyTuple_Type, &parts) ||
        !PyArg_ParseTuple(parts,
                          "OOOOOOOLLLLO"
                          "O!O!O!O!O!"
                          "OOO",
                          &self->buffer, &self->numbers, &self->unnamed, &self->info, &self->string,
                          &self->numbered, &self->allowance, &self->bytes, &self->task_bytes,
                          &self->weight_each, &self->weight_light, &self->held, &PyList_Type, &self->fresh,
                          state->numbers, &self->actors, state->numbers, &self->late_actors, state->numbers,
                          &self->tokens, &PyList_Type, &self->side_tables, &self->add, &self->look_around,
                          &self->let_some_go)) {
        return -1;
    }
    self->parts = Py_NewRef(parts);
    self->forget = PyCFunction_New(&forget_method, (PyObject *)self);
    return self->forget != NULL ? 0 : -1;
}

static int objects_traverse(struct objects *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->parts);
    Py_VISIT(self->forget);
    for (size_t at = 0; self->refs.entries != NULL && at <= self->refs.mask; at++) {
        if (self->refs.entries[at].key != 0) {
            Py_VISIT((PyObject *)(uintptr_t)self->refs.entries[at].value);
        }
    }
    return 0;
}

static int objects_tp_clear(struct objects *self)
{
    /* `parts` and what is borrowed from it stay: a weak reference may still call. */
    objects_drop_refs(self);
    Py_CLEAR(self->forget);
    return 0;
}

static void objects_dealloc(struct objects *self)
{
    PyObject_GC_UnTrack(self);
    objects_tp_clear(self);
    Py_XDECREF(self->parts);
    free_object(self);
}

static PyMethodDef objects_methods[] = {
    {"add", (PyCFunction)objects_add, METH_O, NULL},
    {"number", (PyCFunction)objects_number_of, METH_O, NULL},
    {"let_go", (PyCFunction)objects_let_go, METH_O, NULL},
    {"clear", (PyCFunction)objects_clear_all, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef objects_members[] = {
    {"weight", T_LONGLONG, offsetof(struct objects, weight), 0, NULL},
    {"weight_max", T_LONGLONG, offsetof(struct objects, weight_max), 0, NULL},
    {"held_max", T_LONGLONG, offsetof(struct objects, held_max), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot objects_slots[] = {
    {Py_tp_doc, "The objects that have a number, until they go."},
    {Py_tp_members, objects_members},
    {Py_tp_init, objects_init},
    {Py_tp_traverse, objects_traverse},
    {Py_tp_clear, objects_tp_clear},
    {Py_tp_dealloc, objects_dealloc},
    {Py_tp_methods, objects_methods},
    {0, NULL},
};

static PyType_Spec objects_spec = {
    .name = "staleread._accelerator.Objects",
    .basicsize = sizeof(struct objects),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = objects_slots,
};

/* ---- Levels: the Python code that runs, from the innermost outwards ---------------------------------------------------
 *
 * A level is valid while the code runs. One that was asked for is given up by `level_end`. */

#if defined(STALEREAD_LEVELS)
struct level {
    _PyInterpreterFrame *frame; /* NULL: there is none further out */
};

static struct level level_from(_PyInterpreterFrame *frame)
{
    while (frame != NULL && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    return (struct level){frame};
}

static struct level level_running(void)
{
#if PY_VERSION_HEX < 0x030D0000
    return level_from(PyThreadState_Get()->cframe->current_frame);
#else
    return level_from(PyThreadState_Get()->current_frame);
#endif
}

static struct level level_of(PyFrameObject *frame)
{
    return (struct level){frame->f_frame};
}

static void level_go_out(struct level *level)
{
    *level = level_from(level->frame->previous);
}

static void level_end(struct level level)
{
    (void)level;
}

static PyCodeObject *level_code(struct level level)
{
#if PY_VERSION_HEX < 0x030D0000
    return level.frame->f_code;
#else
    return _PyFrame_GetCode(level.frame);
#endif
}

static int level_instruction(struct level level)
{
    const int unit = _PyInterpreterFrame_LASTI(level.frame);
    return unit < 0 ? -1 : unit * (int)sizeof(_Py_CODEUNIT);
}

/* The frame as an object, a new reference; NULL with an error where there is no memory for it. */
static PyObject *level_object(struct level level)
{
    PyFrameObject *frame = (PyFrameObject *)Py_XNewRef(level.frame->frame_obj != NULL ? level.frame->frame_obj
                                                                                      : PyEval_GetFrame());
    while (frame != NULL && frame->f_frame != level.frame) {
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    }
    if (frame == NULL && PyErr_Occurred() == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "code that does not run");
    }
    return (PyObject *)frame;
}
#else
struct level {
    PyFrameObject *frame; /* held */
};

static struct level level_running(void)
{
    return (struct level){(PyFrameObject *)Py_XNewRef(PyEval_GetFrame())};
}

static struct level level_of(PyFrameObject *frame)
{
    return (struct level){(PyFrameObject *)Py_NewRef(frame)};
}

static void level_go_out(struct level *level)
{
    PyFrameObject *back = PyFrame_GetBack(level->frame);
    Py_DECREF(level->frame);
    level->frame = back;
}

static void level_end(struct level level)
{
    Py_XDECREF(level.frame);
}

static PyCodeObject *level_code(struct level level)
{
    PyCodeObject *code = PyFrame_GetCode(level.frame);
    Py_DECREF(code); /* the frame holds it */
    return code;
}

static int level_instruction(struct level level)
{
#if PY_VERSION_HEX >= 0x030B0000
    return PyFrame_GetLasti(level.frame);
#else
    return level.frame->f_lasti;
#endif
}

static PyObject *level_object(struct level level)
{
    return Py_NewRef((PyObject *)level.frame);
}
#endif

/* ---- CallSites: which site a frame is at ---------------------------------------------------------------------------
 *
 * See `Frames` in _record/frames.py. */

enum { PASSED_CODES = 256 };

struct call_sites {
    PyObject_HEAD PyObject *codes; /* Frames' own */
    PyObject *barriers;            /* Frames' own */
    struct map sites;              /* site + 1 by code and instruction */
    /* The addresses of code that was looked for in these two, which grow only: of what is in neither, and with IS_BARRIER. */
    uintptr_t passed[PASSED_CODES];
    Py_ssize_t codes_then, barriers_then;
};

enum { IS_BARRIER = 1 };

static uint64_t place_of(struct level level)
{
    const int instruction = level_instruction(level);
    return instruction < 0 || instruction >= 1 << 20
               ? 0
               : address(level_code(level)) >> 4 << 20 | (uint64_t)instruction;
}

enum found { FOUND, OUTWARDS, FAILED };

/* Where it is kept that a code is not watched; what was kept before one of the two grew is forgotten. */
static uintptr_t *passed_place(struct call_sites *self, const PyCodeObject *code)
{
    if (self->codes_then != PyDict_GET_SIZE(self->codes) ||
        self->barriers_then != PySet_GET_SIZE(self->barriers)) {
        memset(self->passed, 0, sizeof self->passed);
        self->codes_then = PyDict_GET_SIZE(self->codes);
        self->barriers_then = PySet_GET_SIZE(self->barriers);
    }
    return &self->passed[(uintptr_t)code / sizeof *code % PASSED_CODES];
}

/* Looks for a code that is at no site which is known. */
static enum found look_for_code(struct call_sites *self, struct level level, uint64_t place, uint64_t *site)
{
    PyCodeObject *code = level_code(level);
    PyObject *id = PyLong_FromVoidPtr(code);
    if (id == NULL) {
        return FAILED;
    }
    enum found found = FAILED;
    PyObject *watched = PyDict_GetItemWithError(self->codes, id);
    if (watched != NULL) {
        PyObject *frame = level_object(level);
        PyObject *number = frame != NULL ? PyObject_CallMethod(watched, "site", "O", frame) : NULL;
        Py_XDECREF(frame);
        found = number != NULL && as_key(number, site) ? FOUND : FAILED;
        Py_XDECREF(number);
        if (found == FOUND && place != 0) {
            map_set(&self->sites, place, *site + 1);
        }
    } else if (PyErr_Occurred() == NULL) {
        const int is_barrier = PySet_Contains(self->barriers, id);
        found = is_barrier < 0 ? FAILED : is_barrier ? FOUND : OUTWARDS;
        if (found != FAILED) {
            *passed_place(self, code) = (uintptr_t)code | (is_barrier ? IS_BARRIER : 0);
        }
    }
    Py_DECREF(id);
    return found;
}

/* The site that code is at, if it is watched; 0 at what runs a step. */
static enum found site_of_level(struct call_sites *self, struct level level, uint64_t *site)
{
    const PyCodeObject *code = level_code(level);
    const uintptr_t passed = *passed_place(self, code);
    if ((passed & ~(uintptr_t)IS_BARRIER) == (uintptr_t)code) {
        return passed & IS_BARRIER ? FOUND : OUTWARDS;
    }
    const uint64_t place = place_of(level);
    const uint64_t known = place != 0 ? map_get(&self->sites, place) : 0;
    if (known != 0) {
        *site = known - 1;
        return FOUND;
    }
    return look_for_code(self, level, place, site);
}

/* Where the nearest watched code, from this one outwards, is just now; 0: none near. False, with an exception, where that
 * fails. The level is given up. */
static bool call_site_from(struct call_sites *self, struct level level, uint64_t *site)
{
    *site = 0;
    enum found found = OUTWARDS;
    for (int outwards = 0; level.frame != NULL && outwards < FRAMES_MAX; outwards++) {
        found = site_of_level(self, level, site);
        if (found != OUTWARDS) {
            break;
        }
        level_go_out(&level);
    }
    level_end(level);
    return found != FAILED && PyErr_Occurred() == NULL; /* there may have been no memory for a frame */
}

static PyObject *call_sites_of(struct call_sites *self, PyObject *frame)
{
    uint64_t site = 0;
    if (frame != Py_None && !PyFrame_Check(frame)) {
        PyErr_SetString(PyExc_TypeError, "a frame or None");
        return NULL;
    }
    const bool is_known = frame == Py_None || call_site_from(self, level_of((PyFrameObject *)frame), &site);
    return is_known ? PyLong_FromUnsignedLongLong(site) : NULL;
}

/* CallSites(codes, barriers) */
static int call_sites_init(struct call_sites *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *codes, *barriers;
    if (self->codes != NULL ||
        !PyArg_ParseTuple(args, "O!O!", &PyDict_Type, &codes, &PySet_Type, &barriers)) {
        return -1;
    }
    self->codes = Py_NewRef(codes);
    self->barriers = Py_NewRef(barriers);
    return 0;
}

static void call_sites_dealloc(struct call_sites *self)
{
    map_clear(&self->sites);
    Py_XDECREF(self->codes);
    Py_XDECREF(self->barriers);
    free_object(self);
}

static PyMethodDef call_sites_methods[] = {
    {"of", (PyCFunction)call_sites_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot call_sites_slots[] = {
    {Py_tp_doc, "Which site a frame is at."},
    {Py_tp_init, call_sites_init},
    {Py_tp_dealloc, call_sites_dealloc},
    {Py_tp_methods, call_sites_methods},
    {0, NULL},
};

static PyType_Spec call_sites_spec = {
    .name = "staleread._accelerator.CallSites",
    .basicsize = sizeof(struct call_sites),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = call_sites_slots,
};

/* ---- Noting: whether the interpreter notes where coroutines are made ---------------------------------------------------
 *
 * That costs as much as a step where the code is long, so within steps it is done only while watched code runs, or waits for
 * what runs; see _order/origins.py. Where the program has asked for it itself, it is always done. */

struct noting {
    PyObject_HEAD struct map actors; /* `inside` of those that go on */
    char is_selective;
};

enum { NOTING_ACTORS_MAX = 65536 };

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
/* Has the interpreter look up the lines of this code in a table, as it does for code that is traced. Without one it goes
 * through the code from its beginning for every coroutine that is made in there, which takes longer than all else that
 * is recorded of it. Only Python 3.11 can be told; the table goes with the code. */
static void look_lines_up(PyCodeObject *code)
{
    const Py_ssize_t count = Py_SIZE(code);
    int32_t *lines = PyMem_New(int32_t, count);
    if (lines == NULL) {
        return;
    }
    const uint8_t *table = (const uint8_t *)PyBytes_AS_STRING(code->co_linetable);
    PyCodeAddressRange range = {.ar_start = -1, .ar_end = 0, .ar_line = -1};
    range.opaque.computed_line = code->co_firstlineno;
    range.opaque.lo_next = table;
    range.opaque.limit = table + PyBytes_GET_SIZE(code->co_linetable);
    for (Py_ssize_t at = 0; at < count; at++) {
        lines[at] = _PyCode_CheckLineNumber((int)(at * (Py_ssize_t)sizeof(_Py_CODEUNIT)), &range);
    }
    code->_co_linearray_entry_size = sizeof *lines;
    code->_co_linearray = (char *)lines;
}

/* Code that is going to make coroutines. */
static void noting_meets(PyCodeObject *code)
{
    if (code->co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR) && code->_co_linearray == NULL) {
        look_lines_up(code);
    }
}
#else
static void noting_meets(const PyCodeObject *code)
{
    (void)code;
}
#endif

/* Of each thread: how many watched functions the actor that runs is in, and whether it runs a step. */
static _Thread_local uint64_t inside;
static _Thread_local bool is_step;

/* The interpreter's own setting for the thread that runs. */
static int *noting_depth(void)
{
    return &PyThreadState_Get()->coroutine_origin_tracking_depth;
}

/* From here on this thread notes. */
static void noting_begins(const struct noting *self)
{
    int *depth = noting_depth();
    if (self->is_selective && *depth == 0) {
        *depth = 1;
    }
}

/* Watched code is entered. */
static void noting_enters(const struct noting *self)
{
    inside++;
    noting_begins(self);
}

static void noting_leaves(const struct noting *self)
{
    if (inside > 0 && --inside == 0 && is_step && self->is_selective) {
        *noting_depth() = 0;
    }
}

/* An actor that does not run now is in so many watched functions. */
static void noting_knows(struct noting *self, uint64_t actor, uint64_t count)
{
    if (self->is_selective &&
        (self->actors.count >= NOTING_ACTORS_MAX || !map_set(&self->actors, actor, count))) {
        self->is_selective = 0; /* noted for all from now on */
        *noting_depth() = 1;
    }
}

static void noting_forgets(struct noting *self, uint64_t actor)
{
    struct entry *entry = self->actors.count > 0 ? map_find(&self->actors, actor) : NULL;
    if (entry != NULL) {
        map_remove(&self->actors, entry);
    }
}

/* The step of an actor is over, and the actor goes on. */
static void noting_sets_aside(struct noting *self, uint64_t actor)
{
    if (inside > 0) {
        noting_knows(self, actor, inside);
    } else {
        noting_forgets(self, actor);
    }
}

/* Another step begins; `is_watched` where it runs watched code from its beginning on. */
static void noting_takes_up(const struct noting *self, uint64_t actor, bool is_watched)
{
    inside = (self->actors.count > 0 ? map_get(&self->actors, actor) : 0) + is_watched;
    is_step = true;
    if (self->is_selective) {
        *noting_depth() = inside > 0;
    }
}

/* rest(): this thread runs no step any more. */
static PyObject *noting_rest(struct noting *self, PyObject *Py_UNUSED(ignored))
{
    inside = 0;
    is_step = false;
    noting_begins(self);
    Py_RETURN_NONE;
}

static PyMethodDef noting_methods[] = {
    {"rest", (PyCFunction)noting_rest, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static void noting_dealloc(struct noting *self)
{
    map_clear(&self->actors);
    free_object(self);
}

static PyMemberDef noting_members[] = {
    {"is_selective", T_BOOL, offsetof(struct noting, is_selective), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot noting_slots[] = {
    {Py_tp_doc, "Whether the interpreter notes where coroutines are made."},
    {Py_tp_dealloc, noting_dealloc},
    {Py_tp_methods, noting_methods},
    {Py_tp_members, noting_members},
    {0, NULL},
};

static PyType_Spec noting_spec = {
    .name = "staleread._accelerator.Noting",
    .basicsize = sizeof(struct noting),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = noting_slots,
};

/* ---- Hooks: what they share ---------------------------------------------------------------------------------------- */

/* The hooks that have a fast path, by their places in `fallbacks`. */
enum hook {
    HOOK_READ,
    HOOK_WROTE,
    HOOK_ITEM,
    HOOK_SET_ITEM,
    HOOK_UPDATED_ITEM,
    HOOK_DEL_ITEM,
    HOOK_CONTAINS,
    HOOK_LEN,
    HOOK_TRUTH,
    HOOK_ITER,
    HOOK_CALL,
    HOOK_CALL_KEY,
    HOOK_CALLED,
    HOOK_CALLED_KEY,
    HOOK_GLOBAL,
    HOOK_GLOBAL_WROTE,
    HOOK_KEPT,
    HOOK_LOCAL,
    HOOK_CLOSURE,
    HOOK_CLOSURE_WROTE,
    HOOK_AWAIT,
    HOOK_ENTER,
    HOOK_ENTER_GENERATOR,
    HOOK_PAUSE,
    HOOK_RESUME,
    HOOK_AWAIT_WITH,
    HOOK_COUNT,
};

/* What a method does to an exact built-in container: see METHODS in _record/containers.py. */
enum method {
    METHOD_OTHER, /* nothing, or what only Python knows */
    METHOD_READS,
    METHOD_WRITES,
    METHOD_READS_AND_WRITES,
    METHOD_GROWS,
    METHOD_TAKES,
    METHOD_EMPTIES,
    METHOD_GET,
    METHOD_CONTAINS,
    METHOD_SET,
    METHOD_DELETE,
    METHOD_POP,
    METHOD_SETDEFAULT,
    METHOD_POPITEM,
    METHOD_CLEAR,
    METHOD_UPDATE,
    METHOD_ADD,
    METHOD_DISCARD,
    METHOD_REMOVE,
};

/* Row 0: not asked yet; row 1: no other one. */
static const struct {
    const char *name;
    enum method dict, list, set, deque;
} rows[] = {
    {"", METHOD_OTHER, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"", METHOD_OTHER, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"get", METHOD_GET, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"__getitem__", METHOD_GET, METHOD_READS, METHOD_OTHER, METHOD_READS},
    {"__contains__", METHOD_CONTAINS, METHOD_READS, METHOD_OTHER, METHOD_READS},
    {"__setitem__", METHOD_SET, METHOD_WRITES, METHOD_OTHER, METHOD_WRITES},
    {"__delitem__", METHOD_DELETE, METHOD_WRITES, METHOD_OTHER, METHOD_WRITES},
    {"__len__", METHOD_READS, METHOD_READS, METHOD_READS, METHOD_READS},
    {"__iter__", METHOD_READS, METHOD_READS, METHOD_READS, METHOD_READS},
    {"copy", METHOD_READS, METHOD_READS, METHOD_READS, METHOD_READS},
    {"pop", METHOD_POP, METHOD_TAKES, METHOD_TAKES, METHOD_TAKES},
    {"clear", METHOD_CLEAR, METHOD_EMPTIES, METHOD_CLEAR, METHOD_EMPTIES},
    {"update", METHOD_UPDATE, METHOD_OTHER, METHOD_WRITES, METHOD_OTHER},
    {"setdefault", METHOD_SETDEFAULT, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"popitem", METHOD_POPITEM, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"move_to_end", METHOD_WRITES, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"subtract", METHOD_WRITES, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"keys", METHOD_READS, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"values", METHOD_READS, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"items", METHOD_READS, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"most_common", METHOD_READS, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"elements", METHOD_READS, METHOD_OTHER, METHOD_OTHER, METHOD_OTHER},
    {"append", METHOD_OTHER, METHOD_GROWS, METHOD_OTHER, METHOD_GROWS},
    {"insert", METHOD_OTHER, METHOD_GROWS, METHOD_OTHER, METHOD_GROWS},
    {"appendleft", METHOD_OTHER, METHOD_OTHER, METHOD_OTHER, METHOD_GROWS},
    {"extend", METHOD_OTHER, METHOD_WRITES, METHOD_OTHER, METHOD_WRITES},
    {"extendleft", METHOD_OTHER, METHOD_OTHER, METHOD_OTHER, METHOD_WRITES},
    {"sort", METHOD_OTHER, METHOD_WRITES, METHOD_OTHER, METHOD_OTHER},
    {"reverse", METHOD_OTHER, METHOD_WRITES, METHOD_OTHER, METHOD_WRITES},
    {"rotate", METHOD_OTHER, METHOD_OTHER, METHOD_OTHER, METHOD_WRITES},
    {"remove", METHOD_OTHER, METHOD_READS_AND_WRITES, METHOD_REMOVE, METHOD_READS_AND_WRITES},
    {"index", METHOD_OTHER, METHOD_READS, METHOD_OTHER, METHOD_READS},
    {"count", METHOD_OTHER, METHOD_READS, METHOD_OTHER, METHOD_READS},
    {"popleft", METHOD_OTHER, METHOD_OTHER, METHOD_OTHER, METHOD_TAKES},
    {"add", METHOD_OTHER, METHOD_OTHER, METHOD_ADD, METHOD_OTHER},
    {"discard", METHOD_OTHER, METHOD_OTHER, METHOD_DISCARD, METHOD_OTHER},
    {"difference_update", METHOD_OTHER, METHOD_OTHER, METHOD_READS_AND_WRITES, METHOD_OTHER},
    {"intersection_update", METHOD_OTHER, METHOD_OTHER, METHOD_READS_AND_WRITES, METHOD_OTHER},
    {"symmetric_difference_update", METHOD_OTHER, METHOD_OTHER, METHOD_READS_AND_WRITES, METHOD_OTHER},
    {"union", METHOD_OTHER, METHOD_OTHER, METHOD_READS, METHOD_OTHER},
    {"difference", METHOD_OTHER, METHOD_OTHER, METHOD_READS, METHOD_OTHER},
    {"intersection", METHOD_OTHER, METHOD_OTHER, METHOD_READS, METHOD_OTHER},
    {"symmetric_difference", METHOD_OTHER, METHOD_OTHER, METHOD_READS, METHOD_OTHER},
    {"issubset", METHOD_OTHER, METHOD_OTHER, METHOD_READS, METHOD_OTHER},
    {"issuperset", METHOD_OTHER, METHOD_OTHER, METHOD_READS, METHOD_OTHER},
    {"isdisjoint", METHOD_OTHER, METHOD_OTHER, METHOD_READS, METHOD_OTHER},
};

enum { KEYS_MAX = 64 }; /* of _record/containers.py */

enum { TYPES_PER_SITE = 2 };

struct site {
    PyObject *name;
    uint64_t key; /* of the attribute or variable; 0: not asked yet */
    uint8_t row;  /* of the method that is called */
    uint8_t next;
    uint8_t place; /* where the attribute was among what the latest instance has */
    /* How an attribute is kept by instances of these types, or PLAIN where the method is a built-in container's, while
     * their versions last. */
    uint8_t plans[TYPES_PER_SITE];
    unsigned versions[TYPES_PER_SITE];
    PyTypeObject *types[TYPES_PER_SITE];
};

/* What is known of a type, while its version lasts. */
enum {
    TYPE_HAS_NO_LENGTH = 1, /* `len` and truth of it read no cell */
    TYPE_HAS_NO_ITEMS = 2,  /* nor does going through it */
    TYPE_IS_INSTANCE = 4,   /* its methods access no container */
    TYPE_IS_NAMELESS = 8,   /* it needs no name after where it is kept */
    TYPE_IS_FUTURE = 16,
    TYPE_KNOWN = 32,
    TYPE_IS_DICT = 64, /* or derives from it; so the others */
    TYPE_IS_LIST = 128,
    TYPE_IS_SET = 256,
    TYPE_IS_DEQUE = 512,
    TYPE_IS_CONTAINER = TYPE_IS_DICT | TYPE_IS_LIST | TYPE_IS_SET | TYPE_IS_DEQUE,
    TYPE_READS_ITEMS = 1024, /* as its built-in base does; so the others */
    TYPE_WRITES_ITEMS = 2048,
    TYPE_DELETES_ITEMS = 4096,
    TYPE_ASKS_ITEMS = 8192,
    TYPE_INHERITS = TYPE_READS_ITEMS | TYPE_WRITES_ITEMS | TYPE_DELETES_ITEMS | TYPE_ASKS_ITEMS,
    TYPE_HAS_DEFAULTS = 16384, /* a `defaultdict` */
    TYPE_BITS = 15,
};

/* How a value of some built-in type is encoded. Greater ones: by the Python encoder. */
enum encoding {
    ENCODE_OBJECT,
    ENCODE_NONE,
    ENCODE_BOOL,
    ENCODE_TEXT,
    ENCODE_FLOAT,
    ENCODE_UNKNOWN,
    ENCODE_OTHERWISE,
};

/* What the caches take: an entry, its value, its number; and the characters of a text. */
enum { CACHED_BYTES_MAX = 2 << 20, CACHED_BYTES = 160, TEXT_CACHED_MAX = 1024 };

struct hooks {
    PyObject_HEAD struct buffer *buffer;
    struct numbers *numbers, *unnamed;
    struct objects *objects;
    PyObject *fallbacks[HOOK_COUNT];
    PyObject *parts; /* the arguments of make_hooks, which hold all that is borrowed below */
    PyObject *names; /* SiteTable.names */
    PyObject *attribute_key;
    PyObject *cells;                  /* the attribute hooks' own: plans by site */
    PyObject *info;                   /* Types.info */
    PyObject *class_written;          /* the attribute hooks' own: attributes that were written to classes */
    PyObject *encoders;               /* Values' own: by the address of the type */
    PyObject *key_numbers;            /* Values' own */
    PyObject *add_key, *peekable_key; /* Values' own */
    PyObject *table;                  /* the SiteTable */
    PyObject *string;                 /* Tables.string */
    PyObject *fail;                   /* Recorder.fail */
    struct call_sites *call_sites;
    struct noting *noting;
    PyObject *methods;         /* METHODS of _record/containers.py */
    PyObject *recorder;        /* the Recorder's __dict__ */
    PyObject *next_activation; /* Frames.next_activation */
    PyObject *
        entering; /* the Recorder's own: of one item, what it has to call when a function is entered, or None */
    PyObject *eager_tasks; /* asyncio's own: the tasks that run their first step within their makers' */
    PyObject *eager_steps; /* the Recorder's own: such steps that are not over yet */
    PyObject *wait_for;    /* the code of asyncio.wait_for */
    PyTypeObject *deque, *default_dict;
    PyObject *dict_reversed;                   /* dict.__reversed__ */
    PyObject *ordered_iter, *ordered_reversed; /* the same of OrderedDict */
    PyObject *texts, *floats;                  /* columns of values that the Python encoders gave, by value */
    size_t cached_bytes;                       /* what these take, about */
    struct map encodings;                      /* enum encoding by type */
    struct map types;                          /* version and what is known, by type */
    struct map local_places;                   /* by site: function and line of the variable */
    struct map local_strings;                  /* by site: its name */
    struct site *sites;
    size_t site_count;
    uint64_t activations;
    bool tells_numbers;
};

/* The site of a number that a hook is given; NULL where it is none or there is no memory. */
static struct site *site_at(struct hooks *self, PyObject *number, uint64_t *site)
{
    const long value = as_long(number);
    if (value < 0) {
        PyErr_Clear();
        return NULL;
    }
    *site = (uint64_t)value;
    if ((size_t)value < self->site_count) {
        return &self->sites[value];
    }
    const size_t count = (size_t)value + 1024 + self->site_count / 2;
    struct site *sites = PyMem_RawRealloc(self->sites, count * sizeof *sites);
    if (sites == NULL) {
        return NULL;
    }
    memset(sites + self->site_count, 0, (count - self->site_count) * sizeof *sites);
    self->sites = sites;
    self->site_count = count;
    return &self->sites[value];
}

/* Name and key of what a site accesses, once the Python hook has met the site. */
static void learn_site(struct hooks *self, PyObject *number)
{
    uint64_t at;
    struct site *site = site_at(self, number, &at);
    if (site == NULL || site->key != 0) {
        return;
    }
    PyObject *name = PyObject_GetItem(self->names, number);
    PyObject *key = name != NULL ? PyObject_CallOneArg(self->attribute_key, name) : NULL;
    uint64_t column;
    if (key != NULL && as_key(key, &column)) {
        site = &self->sites[at]; /* the call may have moved them */
        if (site->key == 0) {
            site->name = Py_NewRef(name);
            PyUnicode_InternInPlace(&site->name);
            site->key = column;
        }
    }
    Py_XDECREF(key);
    Py_XDECREF(name);
    PyErr_Clear();
}

static void learn_row(struct hooks *self, PyObject *number)
{
    uint64_t at;
    uint8_t row = 1;
    PyObject *name = PyObject_GetItem(self->names, number);
    for (unsigned other = 2; name != NULL && other < sizeof rows / sizeof rows[0]; other++) {
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, rows[other].name) == 0) {
            row = (uint8_t)other;
        }
    }
    Py_XDECREF(name);
    PyErr_Clear();
    struct site *site = site_at(self, number, &at);
    if (site != NULL) {
        site->row = row;
    }
}

static void learn_plan_of(struct hooks *self, PyObject *number, PyTypeObject *type, long plan)
{
    uint64_t at;
    struct site *site = version_of(type) != 0 ? site_at(self, number, &at) : NULL;
    if (site == NULL) {
        return;
    }
    unsigned place = site->next++ % TYPES_PER_SITE;
    for (unsigned known = 0; known < TYPES_PER_SITE; known++) {
        if (site->types[known] == type) {
            place = known;
        }
    }
    site->types[place] = type;
    site->versions[place] = version_of(type);
    site->plans[place] = (uint8_t)plan;
}

/* Whether a method of that name accesses no cell of instances of a type: it has no row in METHODS of
 * _record/containers.py, and is none of a lock. */
static bool learn_nothing(struct hooks *self, PyObject *number, PyTypeObject *type)
{
    PyObject *name = PyObject_GetItem(self->names, number);
    PyObject *info = name != NULL ? PyObject_CallOneArg(self->info, (PyObject *)type) : NULL;
    PyObject *kind = info != NULL ? PyObject_GetAttrString(info, "kind") : NULL;
    PyObject *of_kind = kind != NULL ? PyDict_GetItemWithError(self->methods, kind) : NULL;
    const bool is_nothing = kind != NULL && PyLong_AsLong(kind) != KIND_LOCK && PyErr_Occurred() == NULL &&
                            (of_kind == NULL || PyDict_Contains(of_kind, name) == 0);
    if (is_nothing) {
        learn_plan_of(self, number, type, NO_CELL);
    }
    Py_XDECREF(kind);
    Py_XDECREF(info);
    Py_XDECREF(name);
    return is_nothing;
}

/* Whether the method that is called at a site is the one of the built-in base of a type. */
static bool learn_method(struct hooks *self, PyObject *number, PyTypeObject *type)
{
    PyObject *name = PyObject_GetItem(self->names, number);
    PyObject *info = name != NULL ? PyObject_CallOneArg(self->info, (PyObject *)type) : NULL;
    PyObject *inherits = info != NULL ? PyObject_CallMethod(info, "inherits", "O", name) : NULL;
    const bool is_inherited = inherits == Py_True;
    if (is_inherited) {
        learn_plan_of(self, number, type, PLAIN);
    }
    Py_XDECREF(inherits);
    Py_XDECREF(info);
    Py_XDECREF(name);
    return is_inherited;
}

/* The type's plan for the site's attribute, as the Python hook has found out just now. */
static void learn_plan(struct hooks *self, PyObject *number, PyTypeObject *type)
{
    PyObject *cell = PyDict_GetItemWithError(self->cells, number);
    PyObject *plans = cell != NULL && PyTuple_CheckExact(cell) ? PyTuple_GET_ITEM(cell, 2) : NULL;
    PyObject *found = plans != NULL ? by_address(plans, type) : NULL;
    const long plan = found != NULL ? PyLong_AsLong(found) : -1;
    if (plan >= 0 && plan <= OF_MODULE) {
        learn_plan_of(self, number, type, plan);
    }
    PyErr_Clear();
}

/* -1 where it is not known. */
static int plan_of(const struct site *site, const PyTypeObject *type)
{
    const unsigned version = version_of(type);
    for (unsigned known = 0; version != 0 && known < TYPES_PER_SITE; known++) {
        if (site->types[known] == type && site->versions[known] == version) {
            return site->plans[known];
        }
    }
    return -1;
}

/* Which built-in container a type is or derives from, and which methods of it it has. */
static unsigned learn_base(struct hooks *self, PyTypeObject *type, PyObject *info)
{
    static const struct {
        const char *method;
        unsigned bit;
    } inherited[] = {
        {"__getitem__", TYPE_READS_ITEMS},
        {"__setitem__", TYPE_WRITES_ITEMS},
        {"__delitem__", TYPE_DELETES_ITEMS},
        {"__contains__", TYPE_ASKS_ITEMS},
    };
    PyObject *base = PyObject_GetAttrString(info, "base");
    unsigned known = base == (PyObject *)&PyDict_Type   ? TYPE_IS_DICT
                     : base == (PyObject *)&PyList_Type ? TYPE_IS_LIST
                     : base == (PyObject *)&PySet_Type  ? TYPE_IS_SET
                     : base == (PyObject *)self->deque  ? TYPE_IS_DEQUE
                                                        : 0;
    Py_XDECREF(base);
    for (size_t at = 0; known != 0 && at < sizeof inherited / sizeof inherited[0]; at++) {
        PyObject *result = PyObject_CallMethod(info, "inherits", "s", inherited[at].method);
        known |= result == Py_True ? inherited[at].bit : 0;
        Py_XDECREF(result);
    }
    return known | (PyType_IsSubtype(type, self->default_dict) ? TYPE_HAS_DEFAULTS : 0);
}

/* Asks TypeInfo for what a type is. Runs no code of the program. 0 where that cannot be kept. */
static unsigned learn_type(struct hooks *self, PyTypeObject *type)
{
    unsigned known = 0;
    PyObject *info = PyObject_CallOneArg(self->info, (PyObject *)type);
    if (info != NULL) {
        const long kind = attribute_long(info, "kind");
        const bool has_base = !attribute_is_none(info, "base");
        known = TYPE_KNOWN;
        known |= attribute_is_none(info, "length") && kind != KIND_CONTAINER ? TYPE_HAS_NO_LENGTH : 0;
        known |= !has_base && kind != KIND_CONTAINER ? TYPE_HAS_NO_ITEMS : 0;
        known |= kind == KIND_INSTANCE ? TYPE_IS_INSTANCE : 0;
        known |= kind == KIND_INSTANCE || kind == KIND_CLASS || kind == KIND_MODULE ? TYPE_IS_NAMELESS : 0;
        known |= kind == KIND_FUTURE ? TYPE_IS_FUTURE : 0;
        known |= has_base ? learn_base(self, type, info) : 0;
        Py_DECREF(info);
    }
    if (PyErr_Occurred() != NULL) {
        PyErr_Clear();
        return 0;
    }
    const uint64_t version = version_of(type);
    if (version != 0) {
        map_set(&self->types, address(type), version << TYPE_BITS | known);
    }
    return known;
}

static unsigned type_of(struct hooks *self, PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    const uint64_t known = map_get(&self->types, address(type));
    if (known != 0 && known >> TYPE_BITS == version_of(type)) {
        return (unsigned)known & ((1u << TYPE_BITS) - 1);
    }
    return learn_type(self, type);
}

/* ---- values and keys ----------------------------------------------------------------------------------------------- */

static void remember(struct hooks *self, PyObject *cache, PyObject *value, PyObject *number)
{
    self->cached_bytes += CACHED_BYTES;
    if (PyUnicode_CheckExact(value)) {
        self->cached_bytes += (size_t)PyUnicode_GET_LENGTH(value) * PyUnicode_KIND(value);
    }
    if (self->cached_bytes > CACHED_BYTES_MAX) {
        PyDict_Clear(self->texts);
        PyDict_Clear(self->floats);
        self->cached_bytes = 0;
    }
    if (PyDict_SetItem(cache, value, number) < 0) {
        PyErr_Clear();
    }
}

/* What a Python encoder says of a value; it is remembered in `cache`, where there is one. */
static bool encoded(struct hooks *self, PyObject *value, PyObject *cache, uint64_t *column)
{
    PyObject *number = cache != NULL ? Py_XNewRef(PyDict_GetItemWithError(cache, value)) : NULL;
    if (number == NULL && PyErr_Occurred() == NULL) {
        PyObject *encoder = by_address(self->encoders, Py_TYPE(value));
        number = encoder != NULL ? PyObject_CallOneArg(encoder, value) : NULL;
        if (number != NULL && cache != NULL) {
            remember(self, cache, value, number);
        }
    }
    const bool is_known = number != NULL && as_key(number, column);
    Py_XDECREF(number);
    return is_known;
}

/* The column of an object, which is named after the cell that it is in, where it has no name yet. */
static bool object_column(struct hooks *self, PyObject *object, uint64_t owner, uint64_t key,
                          uint64_t *column)
{
    uint64_t number;
    if (!objects_number(self->objects, object, &number)) {
        return false;
    }
    *column = 4 | number << 3;
    struct entry *unnamed = number != 0 ? map_find(&self->unnamed->map, number) : NULL;
    if (unnamed != NULL) {
        map_remove(&self->unnamed->map, unnamed);
        buffer_put(self->buffer, KEEP, number, owner, key, 0);
    }
    return true;
}

/* The value column of what a cell holds; see `Items.column`. Like `number_of` it may run code of the program. */
static bool value_column(struct hooks *self, PyObject *value, uint64_t owner, uint64_t key, uint64_t *column)
{
    long small;
    if (self->tells_numbers && as_small(value, &small)) {
        *column = whole_value(small);
        return true;
    }
    if (value == Py_None) {
        *column = NONE;
        return true;
    }
    if (PyLong_CheckExact(value) && self->tells_numbers) {
        int overflow;
        const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
        *column = whole_value(number);
        return (overflow == 0 && number > -(INT64_C(1) << 59) && number < INT64_C(1) << 59) ||
               encoded(self, value, NULL, column);
    }
    switch ((enum encoding)map_get(&self->encodings, address(Py_TYPE(value)))) {
    case ENCODE_NONE:
        *column = NONE;
        return true;
    case ENCODE_BOOL:
        *column = value == Py_True ? TRUE_VALUE : FALSE_VALUE;
        return true;
    case ENCODE_UNKNOWN:
        *column = UNKNOWN;
        return true;
    case ENCODE_TEXT:
        return encoded(self, value, PyUnicode_GET_LENGTH(value) <= TEXT_CACHED_MAX ? self->texts : NULL,
                       column);
    case ENCODE_FLOAT: {
        /* 0.0 and -0.0 are equal, and what is not a number equals nothing. */
        const double number = PyFloat_AS_DOUBLE(value);
        return encoded(self, value, number != 0.0 && number == number ? self->floats : NULL, column);
    }
    case ENCODE_OTHERWISE:
        return encoded(self, value, NULL, column);
    case ENCODE_OBJECT:
        break;
    }
    return object_column(self, value, owner, key, column);
}

/* A text or a whole number that has a key of its own, whatever else there is. */
static bool is_plain_key(PyObject *key)
{
    int overflow;
    long small;
    if (as_small(key, &small)) {
        return true;
    }
    if (!PyLong_CheckExact(key)) {
        return PyUnicode_CheckExact(key);
    }
    const long long number = PyLong_AsLongLongAndOverflow(key, &overflow);
    return overflow == 0 && number > -WHOLE_KEY_MAX && number < WHOLE_KEY_MAX;
}

/* The key column; false where a lookup of the key would run code of the program, or with an exception. Like `number_of`
 * it may run code of the program. */
static bool key_column(struct hooks *self, PyObject *key, uint64_t *column)
{
    PyObject *number;
    long small;
    if (as_small(key, &small)) {
        *column = whole_key(small);
        return true;
    }
    if (PyUnicode_CheckExact(key)) {
        number = PyDict_GetItemWithError(self->key_numbers, key);
        if (number != NULL) {
            const bool is_known = as_key(number, column);
            *column = 2 | *column << 2;
            return is_known;
        }
        number = PyErr_Occurred() == NULL ? PyObject_CallOneArg(self->add_key, key) : NULL;
    } else if (is_plain_key(key)) {
        *column = whole_key(PyLong_AsLongLong(key));
        return true;
    } else {
        number = PyObject_CallOneArg(self->peekable_key, key);
    }
    const bool is_known = number != NULL && as_key(number, column) && *column != 0;
    Py_XDECREF(number);
    return is_known;
}

static void put_structure(struct hooks *self, uint64_t kind, uint64_t site, uint64_t number,
                          Py_ssize_t length)
{
    const uint64_t column = self->tells_numbers ? whole_value(length) : UNKNOWN;
    buffer_put(self->buffer, kind, site, number, STRUCTURE, column);
}

/* Whether the exception was one of ours, which is told now. */
static bool is_told(struct hooks *self)
{
    if (!PyErr_ExceptionMatches(PyExc_Exception)) {
        return false;
    }
    PyObject *type, *error, *trace;
    PyErr_Fetch(&type, &error, &trace);
    PyErr_NormalizeException(&type, &error, &trace);
    if (trace != NULL && error != NULL) {
        PyException_SetTraceback(error, trace);
    }
    const bool is_ours = error != NULL && called(self->fail, error);
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(trace);
    return is_ours;
}

/* Hands over to the Python hook, after what failed before it, if anything. */
static PyObject *fall_back(struct hooks *self, enum hook hook, PyObject *const *args, Py_ssize_t count)
{
    if (PyErr_Occurred() != NULL && !is_told(self)) {
        return NULL;
    }
    return PyObject_Vectorcall(self->fallbacks[hook], args, (size_t)count, NULL);
}

/* What is known of a type, of the built-in containers without asking. */
static unsigned container_of(struct hooks *self, PyObject *object)
{
    if (PyDict_CheckExact(object)) {
        return TYPE_IS_DICT | TYPE_INHERITS;
    }
    if (PyList_CheckExact(object)) {
        return TYPE_IS_LIST | TYPE_INHERITS;
    }
    return type_of(self, object);
}

/* ---- attributes ---------------------------------------------------------------------------------------------------- */

static bool is_code(PyObject *value)
{
    return PyFunction_Check(value) || PyCFunction_CheckExact(value) || PyType_Check(value) ||
           PyModule_Check(value);
}

/* A variable of a module, which is no cell while it is code. */
static bool access_module(struct hooks *self, PyObject *module, PyObject *name, uint64_t key, uint64_t site,
                          uint64_t kind)
{
    uint64_t column;
    PyObject *namespace = PyModule_Check(module) ? PyModule_GetDict(module) : NULL;
    PyObject *value = namespace != NULL ? PyDict_GetItemWithError(namespace, name) : NULL;
    if (value != NULL && kind == READ && is_code(value)) {
        return true;
    }
    const uint64_t number = value != NULL ? map_get(&self->numbers->map, address(namespace)) : 0;
    if (number == 0) {
        return false;
    }
    Py_INCREF(value);
    const bool is_known = value_column(self, value, number, key, &column);
    if (is_known) {
        buffer_put(self->buffer, kind, site, number, key, column);
    }
    Py_DECREF(value);
    return is_known;
}

#if defined(STALEREAD_LEVELS)
/* Where an instance keeps its values, as long as nobody has asked for its `__dict__`; NULL: elsewhere. */
static PyDictValues *own_values(PyObject *object)
{
#if PY_VERSION_HEX < 0x030C0000
    return Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT ? ((PyDictValues **)object)[-4] : NULL;
#elif PY_VERSION_HEX < 0x030D0000
    enum { IS_VALUES = 1 }; /* else it is a dict, or nothing */
    const uintptr_t kept =
        Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT ? ((uintptr_t *)object)[-3] : 0;
    return kept & IS_VALUES ? (PyDictValues *)(kept + IS_VALUES) : NULL;
#else
    if (!(Py_TYPE(object)->tp_flags & Py_TPFLAGS_INLINE_VALUES)) {
        return NULL;
    }
    PyDictValues *values = _PyObject_InlineValues(object);
    return values->valid ? values : NULL;
#endif
}

/* What an instance has itself under a name of its class's keys, a new reference. NULL where that is not plain. */
static PyObject *own_value(PyObject *object, const struct site *site, uint8_t *place)
{
    PyDictValues *values = own_values(object);
    PyDictKeysObject *keys = values != NULL ? ((PyHeapTypeObject *)Py_TYPE(object))->ht_cached_keys : NULL;
    if (keys == NULL || !DK_IS_UNICODE(keys)) {
        return NULL;
    }
    const PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
    Py_ssize_t at =
        site->place < keys->dk_nentries && entries[site->place].me_key == site->name ? site->place : 0;
    while (at < keys->dk_nentries && entries[at].me_key != site->name) {
        at++;
    }
    if (at == keys->dk_nentries || at > UINT8_MAX) {
        return NULL;
    }
    *place = (uint8_t)at;
    return Py_XNewRef(values->values[at]);
}
#else
static PyObject *own_value(PyObject *object, const struct site *site, uint8_t *place)
{
    (void)object, (void)site, (void)place;
    return NULL;
}
#endif

/* An attribute that an instance has, or could have. */
static bool access_instance(struct hooks *self, PyObject *object, struct site *known, uint64_t site,
                            uint64_t kind)
{
    uint64_t number, column = ABSENT;
    const uint64_t key = known->key;
    PyObject *value = own_value(object, known, &known->place);
    if (value == NULL) {
        value = PyObject_GenericGetAttr(object, known->name);
    }
    if (value == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            return false;
        }
        PyErr_Clear();
    }
    const bool is_known = objects_number(self->objects, object, &number) &&
                          (value == NULL || value_column(self, value, number, key, &column));
    if (is_known) {
        buffer_put(self->buffer, kind, site, number, key, column);
    }
    Py_XDECREF(value);
    return is_known;
}

static bool access_attribute(struct hooks *self, PyObject *object, PyObject *site_number, uint64_t kind)
{
    uint64_t at;
    struct site *site = site_at(self, site_number, &at);
    if (site == NULL || site->key == 0) {
        return false;
    }
    switch (plan_of(site, Py_TYPE(object))) {
    case NO_CELL:
        return true;
    case OF_MODULE:
        return access_module(self, object, site->name, site->key, at, kind);
    case DEFAULT:
        if (kind == READ && PySet_GET_SIZE(self->class_written) > 0) {
            return false; /* it may be the class's that is read */
        }
        return access_instance(self, object, site, at, kind);
    case PLAIN:
        return access_instance(self, object, site, at, kind);
    default:
        return false;
    }
}

static PyObject *attribute_hook(struct hooks *self, enum hook hook, uint64_t kind, PyObject *const *args,
                                Py_ssize_t count)
{
    if (count != 2) {
        return fall_back(self, hook, args, count);
    }
    if (access_attribute(self, args[0], args[1], kind)) {
        return Py_NewRef(args[0]);
    }
    PyObject *result = fall_back(self, hook, args, count);
    if (result != NULL) {
        learn_site(self, args[1]);
        learn_plan(self, args[1], Py_TYPE(args[0]));
    }
    return result;
}

static PyObject *hook_read(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    return attribute_hook(self, HOOK_READ, READ, args, count);
}

static PyObject *hook_wrote(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    return attribute_hook(self, HOOK_WROTE, WRITE, args, count);
}

/* ---- items ---------------------------------------------------------------------------------------------------------
 *
 * As in `Items` of _record/items.py. A function that returns false has recorded no access yet, but it may have declared
 * an object or a key. */

/* A cell of a container, as a hook on it needs it. */
struct item {
    uint64_t site, number, key;
};

static bool whole_at(struct hooks *self, PyObject *object, PyObject *site_number, struct item *item)
{
    const long site = as_long(site_number);
    item->site = (uint64_t)site;
    item->key = STRUCTURE;
    return site >= 0 && objects_number(self->objects, object, &item->number);
}

static bool item_at(struct hooks *self, PyObject *object, PyObject *key, PyObject *site_number,
                    struct item *item)
{
    return whole_at(self, object, site_number, item) && key_column(self, key, &item->key);
}

/* The structure of a container, of which no more is said. */
static bool access_whole(struct hooks *self, PyObject *object, PyObject *site, uint64_t kind)
{
    struct item item;
    if (!whole_at(self, object, site, &item)) {
        return false;
    }
    buffer_put(self->buffer, kind, item.site, item.number, STRUCTURE, UNKNOWN);
    return true;
}

/* A dict's key as it is now. */
static bool access_key(struct hooks *self, PyObject *object, PyObject *key, PyObject *site, uint64_t kind,
                       bool *is_there)
{
    struct item item;
    uint64_t column = ABSENT;
    if (!item_at(self, object, key, site, &item)) {
        return false;
    }
    PyObject *value = Py_XNewRef(PyDict_GetItemWithError(object, key));
    if (value == NULL && PyErr_Occurred() != NULL) {
        return false;
    }
    const bool is_known = value == NULL || value_column(self, value, item.number, item.key, &column);
    if (is_known) {
        buffer_put(self->buffer, kind, item.site, item.number, item.key, column);
        *is_there = value != NULL;
    }
    Py_XDECREF(value);
    return is_known;
}

/* Reads a dict's key, which is made where a `defaultdict` does not have it. */
static bool read_key(struct hooks *self, PyObject *object, unsigned known, PyObject *key, PyObject *site)
{
    bool is_there;
    if (known & TYPE_HAS_DEFAULTS) {
        const int found = is_plain_key(key) ? PyDict_Contains(object, key) : -1;
        if (found <= 0) {
            return false;
        }
    }
    return access_key(self, object, key, site, READ, &is_there);
}

/* Stores under a dict's key; `value` is NULL where it is not known. */
static bool write_key(struct hooks *self, PyObject *object, PyObject *key, PyObject *site, PyObject *value)
{
    struct item item;
    uint64_t column = UNKNOWN;
    if (!item_at(self, object, key, site, &item)) {
        return false;
    }
    const int is_there = PyDict_Contains(object, key);
    if (is_there < 0) {
        return false;
    }
    if (value != NULL && !value_column(self, value, item.number, item.key, &column)) {
        return false;
    }
    buffer_put(self->buffer, WRITE, item.site, item.number, item.key, column);
    if (!is_there) {
        put_structure(self, WRITE, item.site, item.number, PyDict_GET_SIZE(object) + 1);
    }
    return true;
}

static bool remove_key(struct hooks *self, PyObject *object, PyObject *key, PyObject *site)
{
    struct item item;
    if (!item_at(self, object, key, site, &item)) {
        return false;
    }
    const int is_there = PyDict_Contains(object, key);
    if (is_there < 0) {
        return false;
    }
    buffer_put(self->buffer, is_there ? WRITE : READ, item.site, item.number, item.key, ABSENT);
    if (is_there) {
        put_structure(self, WRITE, item.site, item.number, PyDict_GET_SIZE(object) - 1);
    }
    return true;
}

/* Whether a dict has a key, or a set an element. */
static bool ask_item(struct hooks *self, PyObject *object, PyObject *key, PyObject *site, bool *is_there)
{
    struct item item;
    if (!item_at(self, object, key, site, &item)) {
        return false;
    }
    const int found = PyDict_Check(object) ? PyDict_Contains(object, key) : PySet_Contains(object, key);
    if (found < 0) {
        return false;
    }
    *is_there = found != 0;
    buffer_put(self->buffer, READ, item.site, item.number, item.key, found ? OTHER_CONSTANT : ABSENT);
    return true;
}

/* An element of a list by its index, which is given from the front or from the end; `value` is what is stored there, or
 * NULL for what there is. */
static bool access_element(struct hooks *self, PyObject *list, PyObject *index, PyObject *site, uint64_t kind,
                           PyObject *value)
{
    struct item item;
    uint64_t column;
    if (!PyLong_CheckExact(index)) {
        return !PyBool_Check(index) && access_whole(self, list, site, kind);
    }
    Py_ssize_t at = PyLong_AsSsize_t(index);
    if (at == -1 && PyErr_Occurred() != NULL) {
        PyErr_Clear();
        return false;
    }
    if (!whole_at(self, list, site, &item)) {
        return false;
    }
    at += at < 0 ? PyList_GET_SIZE(list) : 0;
    if (at < 0 || at >= PyList_GET_SIZE(list)) {
        buffer_put(self->buffer, kind, item.site, item.number, STRUCTURE, UNKNOWN);
        return true;
    }
    PyObject *held = Py_NewRef(value != NULL ? value : PyList_GET_ITEM(list, at));
    item.key = whole_key(at);
    const bool is_known = value_column(self, held, item.number, item.key, &column);
    if (is_known) {
        buffer_put(self->buffer, kind, item.site, item.number, item.key, column);
    }
    Py_DECREF(held);
    return is_known;
}

static bool read_item(struct hooks *self, PyObject *object, PyObject *key, PyObject *site)
{
    const unsigned known = container_of(self, object);
    if (!(known & TYPE_IS_CONTAINER)) {
        return known != 0;
    }
    if (!(known & TYPE_READS_ITEMS) || known & TYPE_IS_SET) {
        return true;
    }
    if (known & TYPE_IS_DICT) {
        return read_key(self, object, known, key, site);
    }
    return known & TYPE_IS_LIST && access_element(self, object, key, site, READ, NULL);
}

static bool updated_item(struct hooks *self, PyObject *object, PyObject *key, PyObject *site)
{
    bool is_there;
    const unsigned known = container_of(self, object);
    if (!(known & TYPE_IS_CONTAINER)) {
        return known != 0;
    }
    if (!(known & TYPE_WRITES_ITEMS)) {
        return true;
    }
    if (known & TYPE_IS_DICT) {
        return access_key(self, object, key, site, WRITE, &is_there);
    }
    return known & TYPE_IS_LIST && access_element(self, object, key, site, WRITE, NULL);
}

static bool store_item(struct hooks *self, PyObject *object, PyObject *key, PyObject *site, PyObject *value)
{
    const unsigned known = container_of(self, object);
    if (!(known & TYPE_IS_CONTAINER)) {
        return known != 0;
    }
    if (!(known & TYPE_WRITES_ITEMS)) {
        return true;
    }
    if (known & TYPE_IS_DICT) {
        return write_key(self, object, key, site, value);
    }
    return known & TYPE_IS_LIST && value != NULL && access_element(self, object, key, site, WRITE, value);
}

static bool delete_item(struct hooks *self, PyObject *object, PyObject *key, PyObject *site)
{
    const unsigned known = container_of(self, object);
    if (!(known & TYPE_IS_CONTAINER)) {
        return known != 0;
    }
    if (!(known & TYPE_DELETES_ITEMS)) {
        return true;
    }
    return known & TYPE_IS_DICT ? remove_key(self, object, key, site)
                                : access_whole(self, object, site, WRITE);
}

static bool contains_item(struct hooks *self, PyObject *object, PyObject *key, PyObject *site)
{
    bool is_there;
    const unsigned known = container_of(self, object);
    if (!(known & TYPE_IS_CONTAINER)) {
        return known != 0;
    }
    if (!(known & TYPE_ASKS_ITEMS)) {
        return true;
    }
    return known & (TYPE_IS_DICT | TYPE_IS_SET) ? ask_item(self, object, key, site, &is_there)
                                                : access_whole(self, object, site, READ);
}

static PyObject *hook_item(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 3 && read_item(self, args[0], args[1], args[2])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_ITEM, args, count);
}

static PyObject *hook_updated_item(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 3 && updated_item(self, args[0], args[1], args[2])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_UPDATED_ITEM, args, count);
}

static PyObject *hook_set_item(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if ((count == 3 || count == 4) &&
        store_item(self, args[0], args[1], args[2], count == 4 ? args[3] : NULL)) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_SET_ITEM, args, count);
}

static PyObject *hook_del_item(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 3 && delete_item(self, args[0], args[1], args[2])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_DEL_ITEM, args, count);
}

static PyObject *hook_contains(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 3 && contains_item(self, args[0], args[1], args[2])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_CONTAINS, args, count);
}

/* ---- whole containers ---------------------------------------------------------------------------------------------- */

/* How long a container is by its built-in base; -1 where only Python can tell. */
static Py_ssize_t length_of(const struct hooks *self, PyObject *object, unsigned known)
{
    if (known & TYPE_HAS_NO_LENGTH) {
        return -1;
    }
    if (known & TYPE_IS_DICT) {
        return PyDict_GET_SIZE(object);
    }
    if (known & TYPE_IS_LIST) {
        return PyList_GET_SIZE(object);
    }
    if (known & TYPE_IS_SET) {
        return PySet_GET_SIZE(object);
    }
    return Py_IS_TYPE(object, self->deque) ? PyObject_Size(object) : -1;
}

static bool access_length(struct hooks *self, PyObject *object, PyObject *site)
{
    struct item item;
    const unsigned known = container_of(self, object);
    if (!(known & TYPE_IS_CONTAINER)) {
        return (known & TYPE_HAS_NO_LENGTH) != 0;
    }
    const Py_ssize_t length = length_of(self, object, known);
    if (length < 0 || !whole_at(self, object, site, &item)) {
        return false;
    }
    put_structure(self, READ, item.site, item.number, length);
    return true;
}

static PyObject *hook_len(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2 && access_length(self, args[0], args[1])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_LEN, args, count);
}

static PyObject *hook_truth(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2 && (PyBool_Check(args[0]) || access_length(self, args[0], args[1]))) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_TRUTH, args, count);
}

static PyObject *hook_iter(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2) {
        const unsigned known = container_of(self, args[0]);
        if (known & TYPE_IS_CONTAINER ? access_whole(self, args[0], args[1], READ)
                                      : (known & TYPE_HAS_NO_ITEMS) != 0) {
            return Py_NewRef(args[0]);
        }
    }
    return fall_back(self, HOOK_ITER, args, count);
}

/* ---- method calls -------------------------------------------------------------------------------------------------- */

static bool grow(struct hooks *self, PyObject *object, unsigned known, PyObject *site)
{
    struct item item;
    const Py_ssize_t length = length_of(self, object, known);
    if (length < 0 || !whole_at(self, object, site, &item)) {
        return false;
    }
    put_structure(self, WRITE, item.site, item.number, length + 1);
    return true;
}

static bool take(struct hooks *self, PyObject *object, unsigned known, PyObject *site)
{
    struct item item;
    const Py_ssize_t length = length_of(self, object, known);
    if (length < 0 || !whole_at(self, object, site, &item)) {
        return false;
    }
    put_structure(self, READ, item.site, item.number, length);
    if (length > 0) {
        put_structure(self, WRITE, item.site, item.number, length - 1);
    }
    return true;
}

static bool empty(struct hooks *self, PyObject *object, PyObject *site)
{
    struct item item;
    if (!whole_at(self, object, site, &item)) {
        return false;
    }
    put_structure(self, WRITE, item.site, item.number, 0);
    return true;
}

static bool are_plain_keys(PyObject *keys)
{
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(keys); at++) {
        if (!is_plain_key(PyList_GET_ITEM(keys, at))) {
            return false;
        }
    }
    return true;
}

/* Takes all out of a dict or a set, whose keys are given. */
static bool empty_keys(struct hooks *self, PyObject *object, PyObject *keys, PyObject *site)
{
    struct item item;
    bool is_plain = keys != NULL && are_plain_keys(keys);
    for (Py_ssize_t at = 0; is_plain && at < PyList_GET_SIZE(keys); at++) {
        is_plain = item_at(self, object, PyList_GET_ITEM(keys, at), site, &item);
        if (is_plain) {
            buffer_put(self->buffer, WRITE, item.site, item.number, item.key, ABSENT);
        }
    }
    Py_XDECREF(keys);
    return is_plain && empty(self, object, site);
}

static bool update_dict(struct hooks *self, PyObject *object, PyObject *others, PyObject *site)
{
    if (others == NULL || !PyDict_CheckExact(others) || PyDict_GET_SIZE(others) > KEYS_MAX) {
        return access_whole(self, object, site, WRITE);
    }
    PyObject *copy = PyDict_Copy(others);
    PyObject *keys = copy != NULL ? PyDict_Keys(copy) : NULL;
    bool is_plain = keys != NULL && are_plain_keys(keys);
    PyObject *key, *value;
    for (Py_ssize_t at = 0; is_plain && PyDict_Next(copy, &at, &key, &value);) {
        is_plain = write_key(self, object, key, site, value);
    }
    Py_XDECREF(keys);
    Py_XDECREF(copy);
    return is_plain;
}

/* The key that `popitem` takes out, as a new reference; NULL where there is none, or with an error. An ordered one gives
 * up its first key where its argument, `last`, is false. */
static PyObject *popped_key(struct hooks *self, PyObject *object, PyObject *last)
{
    PyObject *way = self->dict_reversed;
    if (PyODict_Check(object)) {
        way = last == Py_False ? self->ordered_iter : self->ordered_reversed;
    }
    PyObject *keys = PyObject_CallOneArg(way, object);
    PyObject *key = keys != NULL ? PyIter_Next(keys) : NULL;
    Py_XDECREF(keys);
    return key;
}

/* What `last` is where it is no bool Python knows. */
static bool pop_item(struct hooks *self, PyObject *object, PyObject *last, PyObject *site)
{
    if (last != NULL && !PyBool_Check(last)) {
        return false;
    }
    PyObject *key = PyDict_GET_SIZE(object) > 0 ? popped_key(self, object, last) : NULL;
    const bool is_plain = PyErr_Occurred() == NULL && (key == NULL || is_plain_key(key)) &&
                          access_whole(self, object, site, READ) &&
                          (key == NULL || remove_key(self, object, key, site));
    Py_XDECREF(key);
    return is_plain;
}

static bool call_dict(struct hooks *self, enum method method, PyObject *object, PyObject *key, PyObject *site)
{
    bool is_there = false;
    switch (method) {
    case METHOD_POPITEM:
        return pop_item(self, object, key, site);
    case METHOD_CLEAR:
        return PyDict_GET_SIZE(object) > KEYS_MAX ? empty(self, object, site)
                                                  : empty_keys(self, object, PyDict_Keys(object), site);
    case METHOD_UPDATE:
        return update_dict(self, object, key, site);
    default:
        break;
    }
    if (key == NULL) {
        return true;
    }
    switch (method) {
    case METHOD_GET:
        return access_key(self, object, key, site, READ, &is_there);
    case METHOD_POP:
        return access_key(self, object, key, site, READ, &is_there) &&
               (!is_there || remove_key(self, object, key, site));
    case METHOD_SETDEFAULT:
        return access_key(self, object, key, site, READ, &is_there) &&
               (is_there || write_key(self, object, key, site, NULL));
    case METHOD_CONTAINS:
        return ask_item(self, object, key, site, &is_there);
    case METHOD_SET:
        return write_key(self, object, key, site, NULL);
    case METHOD_DELETE:
        return remove_key(self, object, key, site);
    default:
        return false;
    }
}

static bool change_set(struct hooks *self, PyObject *object, PyObject *key, PyObject *site, bool adds)
{
    struct item item;
    if (!item_at(self, object, key, site, &item)) {
        return false;
    }
    const int is_there = PySet_Contains(object, key);
    if (is_there < 0) {
        return false;
    }
    buffer_put(self->buffer, WRITE, item.site, item.number, item.key, adds ? OTHER_CONSTANT : ABSENT);
    if (is_there != adds) {
        put_structure(self, WRITE, item.site, item.number, PySet_GET_SIZE(object) + (adds ? 1 : -1));
    }
    return true;
}

static bool call_set(struct hooks *self, enum method method, PyObject *object, PyObject *key, PyObject *site)
{
    bool is_there = false;
    if (method == METHOD_CLEAR) {
        return PySet_GET_SIZE(object) > KEYS_MAX
                   ? empty(self, object, site)
                   : PySet_CheckExact(object) && empty_keys(self, object, PySequence_List(object), site);
    }
    if (key == NULL) {
        return true;
    }
    switch (method) {
    case METHOD_ADD:
    case METHOD_DISCARD:
        return change_set(self, object, key, site, method == METHOD_ADD);
    case METHOD_REMOVE:
        return ask_item(self, object, key, site, &is_there) &&
               (!is_there || change_set(self, object, key, site, false));
    default:
        return false;
    }
}

static enum method method_of(struct site *site, unsigned known)
{
    const unsigned row = site->row;
    return known & TYPE_IS_DICT   ? rows[row].dict
           : known & TYPE_IS_LIST ? rows[row].list
           : known & TYPE_IS_SET  ? rows[row].set
                                  : rows[row].deque;
}

static bool access_call(struct hooks *self, PyObject *object, PyObject *key, PyObject *site_number)
{
    const unsigned known = container_of(self, object);
    if (known & TYPE_IS_INSTANCE) {
        return true;
    }
    uint64_t at;
    struct site *site = site_at(self, site_number, &at);
    if (site == NULL) {
        return false;
    }
    if (!(known & TYPE_IS_CONTAINER)) {
        return plan_of(site, Py_TYPE(object)) == NO_CELL || learn_nothing(self, site_number, Py_TYPE(object));
    }
    if (site->row == 0) {
        learn_row(self, site_number);
        site = site_at(self, site_number, &at);
        if (site == NULL) {
            return false;
        }
    }
    const enum method method = method_of(site, known);
    if (method == METHOD_OTHER ||
        (plan_of(site, Py_TYPE(object)) != PLAIN && !learn_method(self, site_number, Py_TYPE(object)))) {
        return false;
    }
    switch (method) {
    case METHOD_READS:
        return access_whole(self, object, site_number, READ);
    case METHOD_WRITES:
        return access_whole(self, object, site_number, WRITE);
    case METHOD_READS_AND_WRITES:
        return access_whole(self, object, site_number, READ) &&
               access_whole(self, object, site_number, WRITE);
    case METHOD_GROWS:
        return grow(self, object, known, site_number);
    case METHOD_TAKES:
        return take(self, object, known, site_number);
    case METHOD_EMPTIES:
        return empty(self, object, site_number);
    default:
        return known & TYPE_IS_DICT ? call_dict(self, method, object, key, site_number)
                                    : call_set(self, method, object, key, site_number);
    }
}

static PyObject *hook_call(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2 && access_call(self, args[0], NULL, args[1])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_CALL, args, count);
}

static PyObject *hook_call_key(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 3 && access_call(self, args[0], args[1], args[2])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_CALL_KEY, args, count);
}

static PyObject *hook_called(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 3 && access_call(self, args[1], NULL, args[2])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_CALLED, args, count);
}

static PyObject *hook_called_key(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 4 && access_call(self, args[1], args[2], args[3])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_CALLED_KEY, args, count);
}

/* ---- variables ----------------------------------------------------------------------------------------------------- */

static bool access_variable(struct hooks *self, PyObject *value, uint64_t owner, PyObject *site_number,
                            uint64_t kind)
{
    uint64_t at, column;
    const struct site *site = site_at(self, site_number, &at);
    if (site == NULL || site->key == 0 || owner == 0) {
        return false;
    }
    const uint64_t key = site->key;
    if (!value_column(self, value, owner, key, &column)) {
        return false;
    }
    buffer_put(self->buffer, kind, at, owner, key, column);
    return true;
}

static PyObject *global_hook(struct hooks *self, enum hook hook, uint64_t kind, PyObject *const *args,
                             Py_ssize_t count)
{
    const uint64_t module = map_get(&self->numbers->map, address(PyEval_GetGlobals()));
    if (count == 2 && access_variable(self, args[0], module, args[1], kind)) {
        return Py_NewRef(args[0]);
    }
    PyObject *result = fall_back(self, hook, args, count);
    if (result != NULL && count == 2) {
        learn_site(self, args[1]);
    }
    return result;
}

static PyObject *hook_global(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    return global_hook(self, HOOK_GLOBAL, READ, args, count);
}

static PyObject *hook_global_wrote(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    return global_hook(self, HOOK_GLOBAL_WROTE, WRITE, args, count);
}

/* A scope may be older than the recording: it has another recording's number then. */
static bool is_numbered_here(struct hooks *self, PyObject *scope)
{
    PyObject *identity = PyObject_GetAttrString(scope, "identity");
    Py_XDECREF(identity); /* the scope holds it */
    return identity != NULL && identity == PyDict_GetItemString(self->recorder, "identity");
}

static PyObject *closure_hook(struct hooks *self, enum hook hook, uint64_t kind, PyObject *const *args,
                              Py_ssize_t count)
{
    if (count == 3 && args[1] != Py_None) {
        const long owner = is_numbered_here(self, args[1]) ? attribute_long(args[1], "number") : 0;
        PyErr_Clear();
        if (owner > 0 && access_variable(self, args[0], (uint64_t)owner, args[2], kind)) {
            return Py_NewRef(args[0]);
        }
    }
    PyObject *result = fall_back(self, hook, args, count);
    if (result != NULL && count == 3) {
        learn_site(self, args[2]);
    }
    return result;
}

static PyObject *hook_closure(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    return closure_hook(self, HOOK_CLOSURE, READ, args, count);
}

static PyObject *hook_closure_wrote(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    return closure_hook(self, HOOK_CLOSURE_WROTE, WRITE, args, count);
}

/* Whether a value has its name, or needs none. */
static bool is_named(struct hooks *self, PyObject *value)
{
    const uint64_t number = map_get(&self->numbers->map, address(value));
    if (number != 0) {
        return map_find(&self->unnamed->map, number) == NULL;
    }
    return (type_of(self, value) & TYPE_IS_NAMELESS) != 0;
}

static PyObject *hook_kept(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2 && is_named(self, args[0])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_KEPT, args, count);
}

/* Function, line and name of the local variable that a site is about. */
static bool learn_place(struct hooks *self, PyObject *site_number, uint64_t site)
{
    PyObject *row = PyObject_CallMethod(self->table, "site", "O", site_number);
    PyObject *name = row != NULL && row != Py_None ? PyObject_GetAttrString(row, "name") : NULL;
    PyObject *string = name != NULL ? PyObject_CallOneArg(self->string, name) : NULL;
    const long function = string != NULL ? attribute_long(row, "function") : -1;
    const long line = function >= 0 ? attribute_long(row, "line") : -1;
    uint64_t number;
    const bool is_known = line >= 0 && line <= INT32_MAX && function <= INT32_MAX &&
                          as_key(string, &number) && map_set(&self->local_strings, site + 1, number) &&
                          map_set(&self->local_places, site + 1, (uint64_t)function << 32 | (uint64_t)line);
    Py_XDECREF(string);
    Py_XDECREF(name);
    Py_XDECREF(row);
    return is_known;
}

/* Names a container that is kept nowhere yet after the variable that it is put into; see `Variables.local`. */
static bool name_local(struct hooks *self, PyObject *value, PyObject *site_number)
{
    const long site = PyLong_AsLong(site_number);
    uint64_t number = map_get(&self->numbers->map, address(value));
    if (number == 0) {
        const unsigned known = type_of(self, value);
        if (known & TYPE_IS_NAMELESS) {
            return true;
        }
        if (known == 0 || !objects_number(self->objects, value, &number)) {
            return false;
        }
    }
    if (number == 0 || map_find(&self->unnamed->map, number) == NULL) {
        return true;
    }
    if (site < 0 || (map_find(&self->local_places, (uint64_t)site + 1) == NULL &&
                     !learn_place(self, site_number, (uint64_t)site))) {
        return false;
    }
    const uint64_t place = map_get(&self->local_places, (uint64_t)site + 1);
    buffer_put(self->buffer, LOCAL, number, place >> 32, map_get(&self->local_strings, (uint64_t)site + 1),
               place & UINT32_MAX);
    return true;
}

static PyObject *hook_local(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 2 && name_local(self, args[0], args[1])) {
        return Py_NewRef(args[0]);
    }
    return fall_back(self, HOOK_LOCAL, args, count);
}

/* ---- activations --------------------------------------------------------------------------------------------------- */

/* As `Frames.call_site`, from the frame that called the one that runs. False where only Python can tell. */
static bool call_site(struct hooks *self, uint64_t *site)
{
    struct level level = level_running();
    if (level.frame != NULL) {
        noting_meets(level_code(level));
        level_go_out(&level);
    }
    return call_site_from(self->call_sites, level, site);
}

static bool wants_to_know(const struct hooks *self)
{
    return PyList_GET_SIZE(self->entering) != 1 || PyList_GET_ITEM(self->entering, 0) != Py_None;
}

static bool starts_eagerly(struct hooks *self)
{
    return PySet_GET_SIZE(self->eager_tasks) > 0 || PyDict_GET_SIZE(self->eager_steps) > 0;
}

static bool runs_coroutine(void)
{
    const struct level level = level_running();
    const bool is_coroutine = level.frame != NULL && (level_code(level)->co_flags & CO_COROUTINE) != 0;
    level_end(level);
    return is_coroutine;
}

static PyObject *hook_enter(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t site;
    const long function = count == 1 ? as_long(args[0]) : -1;
    noting_enters(self->noting);
    if (function < 0 || wants_to_know(self) || (starts_eagerly(self) && runs_coroutine()) ||
        !call_site(self, &site)) {
        PyErr_Clear();
        return fall_back(self, HOOK_ENTER, args, count);
    }
    buffer_put(self->buffer, ENTER, (uint64_t)function, site, 0, 0);
    Py_RETURN_NONE;
}

/* As the hook of that name in _record/activations.py: the number of the activation. */
static PyObject *hook_enter_generator(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t site, number;
    const long function = count == 1 ? as_long(args[0]) : -1;
    noting_begins(self->noting);
    PyObject *activation =
        function >= 0 && call_site(self, &site) ? PyObject_CallNoArgs(self->next_activation) : NULL;
    if (activation == NULL || !as_key(activation, &number)) {
        Py_XDECREF(activation);
        PyErr_Clear();
        return fall_back(self, HOOK_ENTER_GENERATOR, args, count);
    }
    buffer_put(self->buffer, ENTER, (uint64_t)function, site, number, 0);
    return activation;
}

static PyObject *hook_pause(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t activation;
    if (count != 2 || args[0] == Py_None || !as_key(args[0], &activation)) {
        PyErr_Clear();
        return fall_back(self, HOOK_PAUSE, args, count);
    }
    buffer_put(self->buffer, PAUSE, activation, 0, 0, 0);
    return Py_NewRef(args[1]);
}

static PyObject *hook_resume(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t activation, site;
    noting_begins(self->noting);
    if (count != 3 || args[0] == Py_None || !as_key(args[0], &activation) || !as_key(args[2], &site)) {
        PyErr_Clear();
        return fall_back(self, HOOK_RESUME, args, count);
    }
    buffer_put(self->buffer, RESUME, activation, site, 0, 0);
    return Py_NewRef(args[1]);
}

static PyObject *hook_leave(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    (void)args, (void)count;
    noting_leaves(self->noting);
    buffer_put(self->buffer, LEAVE, 0, 0, 0, 0);
    Py_RETURN_NONE;
}

static PyObject *code_of_coroutine(PyObject *coroutine)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *code = (PyObject *)PyGen_GetCode((PyGenObject *)coroutine);
    Py_XDECREF(code); /* the coroutine holds it */
    return code;
#else
    return (PyObject *)((PyCoroObject *)coroutine)->cr_code;
#endif
}

/* Whether an await of it tells nothing but the site. */
static bool is_plain_await(struct hooks *self, PyObject *awaited)
{
    if (PyCoro_CheckExact(awaited)) {
        return code_of_coroutine(awaited) != self->wait_for;
    }
    const unsigned known = type_of(self, awaited);
    return known != 0 && !(known & TYPE_IS_FUTURE);
}

static PyObject *hook_await(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    const long site = count == 2 ? as_long(args[1]) : -1;
    if (site < 0 || starts_eagerly(self) || !is_plain_await(self, args[0])) {
        PyErr_Clear();
        return fall_back(self, HOOK_AWAIT, args, count);
    }
    buffer_put(self->buffer, AWAIT, (uint64_t)site, 0, 0, 0);
    return Py_NewRef(args[0]);
}

/* What is entered by `async with`. Python is told of each type at each site once, to say which may be locks. */
static PyObject *hook_await_with(struct hooks *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t at;
    const struct site *site = count == 2 ? site_at(self, args[1], &at) : NULL;
    if (site != NULL && plan_of(site, Py_TYPE(args[0])) == PLAIN) {
        buffer_put(self->buffer, AWAIT, at, 0, 0, 0);
        return Py_NewRef(args[0]);
    }
    PyObject *result = fall_back(self, HOOK_AWAIT_WITH, args, count);
    if (result != NULL && count == 2) {
        learn_plan_of(self, args[1], Py_TYPE(args[0]), PLAIN);
    }
    return result;
}

/* ---- making them --------------------------------------------------------------------------------------------------- */

typedef PyObject *(*hook_function)(struct hooks *, PyObject *const *, Py_ssize_t);

#define HOOK(name, function)                                                                                 \
    {                                                                                                        \
        name, (PyCFunction)(void (*)(void))function, METH_FASTCALL, NULL                                     \
    }

/* In the order of `enum hook`; behind those that need no Python hook. */
static PyMethodDef hook_methods[] = {
    HOOK("_sr_read", hook_read),
    HOOK("_sr_wrote", hook_wrote),
    HOOK("_sr_item", hook_item),
    HOOK("_sr_set_item", hook_set_item),
    HOOK("_sr_updated_item", hook_updated_item),
    HOOK("_sr_del_item", hook_del_item),
    HOOK("_sr_contains", hook_contains),
    HOOK("_sr_len", hook_len),
    HOOK("_sr_truth", hook_truth),
    HOOK("_sr_iter", hook_iter),
    HOOK("_sr_call", hook_call),
    HOOK("_sr_call_key", hook_call_key),
    HOOK("_sr_called", hook_called),
    HOOK("_sr_called_key", hook_called_key),
    HOOK("_sr_global", hook_global),
    HOOK("_sr_global_wrote", hook_global_wrote),
    HOOK("_sr_kept", hook_kept),
    HOOK("_sr_local", hook_local),
    HOOK("_sr_closure", hook_closure),
    HOOK("_sr_closure_wrote", hook_closure_wrote),
    HOOK("_sr_await", hook_await),
    HOOK("_sr_enter", hook_enter),
    HOOK("_sr_enter_gen", hook_enter_generator),
    HOOK("_sr_pause", hook_pause),
    HOOK("_sr_resume", hook_resume),
    HOOK("_sr_await_with", hook_await_with),
    HOOK("_sr_leave", hook_leave),
};

enum { HOOK_METHODS = sizeof hook_methods / sizeof hook_methods[0] };

/* Which types are encoded how; all others by what `encoders` has, or as objects. */
static bool hooks_learn_encodings(struct hooks *self, bool tells_texts, bool tells_floats)
{
    PyObject *id, *encoder;
    for (Py_ssize_t at = 0; PyDict_Next(self->encoders, &at, &id, &encoder);) {
        uint64_t type;
        if (!as_key(id, &type) || !map_set(&self->encodings, type, ENCODE_OTHERWISE)) {
            return false;
        }
    }
    const struct {
        const PyTypeObject *type;
        enum encoding encoding;
    } known[] = {
        {Py_TYPE(Py_None), ENCODE_NONE},
        {&PyBool_Type, tells_floats ? ENCODE_BOOL : ENCODE_UNKNOWN},
        {&PyFloat_Type, tells_floats ? ENCODE_FLOAT : ENCODE_UNKNOWN},
        {&PyUnicode_Type, tells_texts ? ENCODE_TEXT : ENCODE_UNKNOWN},
        {&PyFunction_Type, ENCODE_OBJECT},
        {&PyCFunction_Type, ENCODE_OBJECT},
    };
    for (size_t at = 0; at < sizeof known / sizeof known[0]; at++) {
        if (!map_set(&self->encodings, address(known[at].type), known[at].encoding)) {
            return false;
        }
    }
    return true;
}

static int hooks_traverse(struct hooks *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->parts);
    Py_VISIT(self->texts);
    Py_VISIT(self->floats);
    for (int at = 0; at < HOOK_COUNT; at++) {
        Py_VISIT(self->fallbacks[at]);
    }
    return 0;
}

static int hooks_clear(struct hooks *self)
{
    /* `parts` and what is borrowed from it stay: a hook may still be called while the cycle is taken apart. */
    Py_CLEAR(self->texts);
    Py_CLEAR(self->floats);
    return 0;
}

static void hooks_dealloc(struct hooks *self)
{
    PyObject_GC_UnTrack(self);
    hooks_clear(self);
    for (int at = 0; at < HOOK_COUNT; at++) {
        Py_XDECREF(self->fallbacks[at]);
    }
    for (size_t at = 0; at < self->site_count; at++) {
        Py_XDECREF(self->sites[at].name);
    }
    PyMem_RawFree(self->sites);
    map_clear(&self->encodings);
    map_clear(&self->types);
    map_clear(&self->local_places);
    map_clear(&self->local_strings);
    Py_XDECREF(self->dict_reversed);
    Py_XDECREF(self->ordered_iter);
    Py_XDECREF(self->ordered_reversed);
    Py_XDECREF(self->parts);
    free_object(self);
}

static PyType_Slot hooks_slots[] = {
    {Py_tp_doc, "What the hooks of one recording share."},
    {Py_tp_traverse, hooks_traverse},
    {Py_tp_clear, hooks_clear},
    {Py_tp_dealloc, hooks_dealloc},
    {0, NULL},
};

static PyType_Spec hooks_spec = {
    .name = "staleread._accelerator.Hooks",
    .basicsize = sizeof(struct hooks),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = hooks_slots,
};

static bool hooks_take_parts(struct hooks *self, PyObject *parts)
{
    int tells_numbers, tells_texts;
    self->parts = Py_NewRef(parts);
    if (!PyArg_ParseTuple(parts, "OOOOOOOOOOOOOOOOOOOOOO!OOOOOpp", &self->buffer, &self->numbers,
                          &self->unnamed, &self->objects, &self->fail, &self->table, &self->names,
                          &self->string, &self->attribute_key, &self->cells, &self->class_written,
                          &self->info, &self->encoders, &self->key_numbers, &self->add_key,
                          &self->peekable_key, &self->call_sites, &self->noting, &self->methods,
                          &self->recorder, &self->next_activation, &PyList_Type, &self->entering,
                          &self->eager_tasks, &self->eager_steps, &self->wait_for, &self->deque,
                          &self->default_dict, &tells_numbers, &tells_texts)) {
        return false;
    }
    self->tells_numbers = tells_numbers;
    self->texts = PyDict_New();
    self->floats = PyDict_New();
    self->dict_reversed = PyObject_GetAttrString((PyObject *)&PyDict_Type, "__reversed__");
    self->ordered_iter = PyObject_GetAttrString((PyObject *)&PyODict_Type, "__iter__");
    self->ordered_reversed = PyObject_GetAttrString((PyObject *)&PyODict_Type, "__reversed__");
    return self->texts != NULL && self->floats != NULL && self->dict_reversed != NULL &&
           self->ordered_iter != NULL && self->ordered_reversed != NULL &&
           hooks_learn_encodings(self, tells_texts, tells_numbers);
}

/* make_hooks(fallbacks, parts): the hooks that have a fast path, by name. `parts` is the tuple that
 * _record/accelerated.py makes; the types in it are taken as told. */
static PyObject *make_hooks(PyObject *module, PyObject *args)
{
    const struct state *state = PyModule_GetState(module);
    PyObject *fallbacks, *parts;
    if (!PyArg_ParseTuple(args, "O!O!", &PyDict_Type, &fallbacks, &PyTuple_Type, &parts)) {
        return NULL;
    }
    PyTypeObject *type = (PyTypeObject *)state->hooks;
    struct hooks *self = (struct hooks *)type->tp_alloc(type, 0);
    PyObject *made = self != NULL ? PyDict_New() : NULL;
    if (made == NULL || !hooks_take_parts(self, parts)) {
        goto failed;
    }
    if (!Py_IS_TYPE(self->buffer, (PyTypeObject *)state->buffer) ||
        !Py_IS_TYPE(self->numbers, (PyTypeObject *)state->numbers) ||
        !Py_IS_TYPE(self->unnamed, (PyTypeObject *)state->numbers) ||
        !Py_IS_TYPE(self->objects, (PyTypeObject *)state->objects) ||
        !Py_IS_TYPE(self->call_sites, (PyTypeObject *)state->call_sites) ||
        !Py_IS_TYPE(self->noting, (PyTypeObject *)state->noting)) {
        PyErr_SetString(PyExc_TypeError, "what the hooks share must be the accelerator's own");
        goto failed;
    }
    for (int at = 0; at < HOOK_COUNT; at++) {
        self->fallbacks[at] = Py_XNewRef(PyDict_GetItemString(fallbacks, hook_methods[at].ml_name));
        if (self->fallbacks[at] == NULL) {
            PyErr_Format(PyExc_KeyError, "%s", hook_methods[at].ml_name);
            goto failed;
        }
    }
    for (int at = 0; at < HOOK_METHODS; at++) {
        PyObject *hook = PyCFunction_New(&hook_methods[at], (PyObject *)self);
        if (hook == NULL || PyDict_SetItemString(made, hook_methods[at].ml_name, hook) < 0) {
            Py_XDECREF(hook);
            goto failed;
        }
        Py_DECREF(hook);
    }
    Py_DECREF(self);
    return made;
failed:
    Py_XDECREF(made);
    Py_XDECREF(self);
    return NULL;
}

/* ---- Running: what runs on a loop just now ---------------------------------------------------------------------------
 *
 * See the class of that name in _order/steps.py, which stands for it where there is no accelerator. */

struct running {
    PyObject_HEAD PyObject *task, *callback, *outer;
    unsigned long long ident, loop_number, actor, goes_on;
    long long started_ns;
    char is_io, is_over;
};

static void running_set(PyObject **place, PyObject *object)
{
    PyObject *before = *place;
    *place = Py_NewRef(object);
    Py_XDECREF(before);
}

static PyObject *running_clear(struct running *self, PyObject *Py_UNUSED(ignored))
{
    self->actor = self->goes_on = 0;
    self->started_ns = 0;
    self->is_io = 0;
    running_set(&self->task, Py_None);
    running_set(&self->callback, Py_None);
    Py_RETURN_NONE;
}

static int running_init(struct running *self, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    self->outer = PyList_New(0);
    Py_XDECREF(running_clear(self, NULL));
    return self->outer != NULL ? 0 : -1;
}

static int running_traverse(struct running *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->task);
    Py_VISIT(self->callback);
    Py_VISIT(self->outer);
    return 0;
}

static int running_let_go(struct running *self)
{
    Py_CLEAR(self->task);
    Py_CLEAR(self->callback);
    Py_CLEAR(self->outer);
    return 0;
}

static void running_dealloc(struct running *self)
{
    PyObject_GC_UnTrack(self);
    running_let_go(self);
    free_object(self);
}

static PyMethodDef running_methods[] = {
    {"clear", (PyCFunction)running_clear, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef running_members[] = {
    {"task", T_OBJECT, offsetof(struct running, task), 0, NULL},
    {"callback", T_OBJECT, offsetof(struct running, callback), 0, NULL},
    {"outer", T_OBJECT, offsetof(struct running, outer), 0, NULL},
    {"ident", T_ULONGLONG, offsetof(struct running, ident), 0, NULL},
    {"loop_number", T_ULONGLONG, offsetof(struct running, loop_number), 0, NULL},
    {"actor", T_ULONGLONG, offsetof(struct running, actor), 0, NULL},
    {"goes_on", T_ULONGLONG, offsetof(struct running, goes_on), 0, NULL},
    {"started_ns", T_LONGLONG, offsetof(struct running, started_ns), 0, NULL},
    {"is_io", T_BOOL, offsetof(struct running, is_io), 0, NULL},
    {"is_over", T_BOOL, offsetof(struct running, is_over), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot running_slots[] = {
    {Py_tp_doc, "What runs on a loop just now."},
    {Py_tp_init, running_init},
    {Py_tp_traverse, running_traverse},
    {Py_tp_clear, running_let_go},
    {Py_tp_dealloc, running_dealloc},
    {Py_tp_methods, running_methods},
    {Py_tp_members, running_members},
    {0, NULL},
};

static PyType_Spec running_spec = {
    .name = "staleread._accelerator.Running",
    .basicsize = sizeof(struct running),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = running_slots,
};

/* ---- Lane: `append` and `popleft` of one loop's queue ------------------------------------------------------------------
 *
 * See _order/ready.py and _order/steps.py, which do the same, and what is not plain: what other threads queue, loops that
 * run within a step, tasks in Python, callbacks in watched code or in what a library puts around the program's own. */

/* What is known of a handle that is in the queue, and thereby alive. */
struct ready {
    const PyObject *handle;
    uint64_t token, actor; /* the actor is 0 where it is declared when it begins */
    bool is_io;
    PyObject *
        name; /* of a task that was declared when this was scheduled, owned, and its string; NULL: it was before */
    uint64_t string;
};

enum { PLAIN_CODES = 128 };

struct lane {
    PyObject_HEAD PyObject *parts; /* the arguments of make_lane, which hold all that is borrowed below */
    struct running *running;
    struct buffer *buffer;
    struct objects *objects;
    struct call_sites *call_sites;
    struct noting *noting;
    PyObject *push, *pop;                    /* the queue's own, of entries */
    PyObject *append, *take;                 /* what is done in Python, where it is not plain */
    PyObject *waits;                         /* the same when the loop is about to wait */
    PyObject *fail;                          /* Recorder.fail */
    struct counter *next_token, *next_actor; /* Identity's own */
    PyObject *eager_steps;                   /* the Recorder's own */
    PyObject *waking;                        /* Steps' own: threads that are inside the release of a lock */
    PyObject *marks;   /* Steps' own: while all of these are empty, nobody has to know that a task goes on */
    PyObject *pending; /* Steps' own: handles that were told of when they were registered */
    PyObject *after;   /* Steps' own: what is called when a callback has run, by its code */
    PyObject *borrowers; /* Steps' own: while it is empty, nobody has to know that a task is over */
    PyObject *names;     /* Steps' own: of tasks that have not run yet */
    PyObject *not_plain; /* Steps' own: addresses of code that Python has to look at where it is scheduled */
    PyObject *rename, *received; /* Steps' and Completions' own */
    PyObject *step_ended;        /* Identity's own */
    PyObject *unwatched;         /* Honesty's own */
    PyObject *string, *once;     /* Tables' own */
    PyObject *text_numbers;      /* the same: of texts that `string` was given already */
    PyObject *records; /* the same, to which `once` only adds a record; None where it does something else */
    struct counter *strings;                    /* the same: numbers them; NULL where `records` is None */
    PyObject *is_done, *name_of, *coroutine_of; /* of the futures and tasks in C */
    PyTypeObject *handle, *future, *task, *python_future, *python_task, *partial;
    PyObject *queueing, *soon; /* the code of the loop's that queues handles, and of call_soon */
    Py_ssize_t callback, cancelled, arguments; /* where a handle has these */
    PyTypeObject *step;                        /* of the callbacks that run a step; NULL: none was seen */
    PyCFunction wakeup;                        /* what those that wake a task up run; NULL: none was seen */
    struct map told;                           /* the code of unwatched coroutines that ran as a task */
    const PyObject *plain[PLAIN_CODES];        /* by address: see lane_is_plain */
    Py_ssize_t sizes_then[3];
    struct ready *ring; /* of the handles that were put into the queue in here, in order */
    size_t places, first, count;
    long long limit_ns;
    PyObject *clock;
    bool clock_is_monotonic;
};

static long long monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

enum { CLOCKS_DIFFER_NS = 100000000 }; /* two readings of one clock are nearer to each other */

/* -1 where it fails. */
static long long lane_now(struct lane *self)
{
    if (self->clock_is_monotonic) {
        return monotonic_ns();
    }
    PyObject *now = PyObject_CallNoArgs(self->clock);
    const long long now_ns = now != NULL ? PyLong_AsLongLong(now) : -1;
    Py_XDECREF(now);
    return now_ns;
}

static PyObject *attribute_at(PyObject *object, Py_ssize_t offset)
{
    return *(PyObject **)((char *)object + offset);
}

/* What went wrong in here is told, as what goes wrong in a hook is. False where an error is to be passed on: the
 * program's own. */
static bool lane_failed(struct lane *self)
{
    PyObject *type, *error, *trace;
    if (!PyErr_ExceptionMatches(PyExc_Exception)) {
        return false;
    }
    PyErr_Fetch(&type, &error, &trace);
    PyErr_NormalizeException(&type, &error, &trace);
    if (trace != NULL) {
        PyException_SetTraceback(error, trace);
    }
    const bool is_told = called(self->fail, error);
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(trace);
    return is_told;
}

/* ---- what a callback is ---- */

/* The task of a callback that runs a step: what follows its head, as is made sure when the first one is seen. */
static PyObject *task_of_step(PyObject *callback)
{
    return attribute_at(callback, sizeof(PyObject));
}

static bool is_step_of(PyObject *callback)
{
    return strstr(Py_TYPE(callback)->tp_name, "TaskStepMethWrapper") != NULL;
}

static void lane_learn(struct lane *self, PyObject *callback)
{
    if (PyCFunction_CheckExact(callback)) {
        PyObject *owner = PyCFunction_GET_SELF(callback);
        const char *name = ((PyCFunctionObject *)callback)->m_ml->ml_name;
        if (owner != NULL && PyObject_TypeCheck(owner, self->task) && strcmp(name, "task_wakeup") == 0) {
            self->wakeup = PyCFunction_GET_FUNCTION(callback);
        }
    } else if (self->step == NULL && is_step_of(callback) &&
               Py_TYPE(callback)->tp_basicsize >= (Py_ssize_t)(sizeof(PyObject) + sizeof(PyObject *))) {
        PyObject *owner = PyObject_GetAttrString(callback, "__self__");
        if (owner != NULL && owner == task_of_step(callback) && PyObject_TypeCheck(owner, self->task)) {
            self->step = Py_TYPE(callback);
        }
        Py_XDECREF(owner);
        PyErr_Clear();
    }
}

/* The task whose step or wake-up a callback is, borrowed; None where it is something else, NULL where only Python can tell. */
static PyObject *lane_task_of(struct lane *self, PyObject *callback)
{
    if (Py_IS_TYPE(callback, self->step)) {
        return task_of_step(callback);
    }
    if (PyCFunction_CheckExact(callback)) {
        PyObject *owner = PyCFunction_GET_SELF(callback);
        if (owner == NULL || !PyObject_TypeCheck(owner, self->task)) {
            return Py_None;
        }
        return PyCFunction_GET_FUNCTION(callback) == self->wakeup ? owner : NULL;
    }
    if (PyMethod_Check(callback)) {
        return PyObject_TypeCheck(PyMethod_GET_SELF(callback), self->python_task) ? NULL : Py_None;
    }
    return is_step_of(callback) ? NULL : Py_None;
}

/* The function behind a callback, borrowed: not what is bound to it. */
static PyObject *lane_function_of(struct lane *self, PyObject *callback)
{
    while (Py_IS_TYPE(callback, self->partial)) {
        PyObject *function = PyObject_GetAttrString(callback, "func");
        if (function == NULL) {
            PyErr_Clear();
            break;
        }
        Py_DECREF(function); /* the partial holds it */
        callback = function;
    }
    return PyMethod_Check(callback) ? PyMethod_GET_FUNCTION(callback) : callback;
}

/* Whether the address of an object is in a set, or a key of a dict: 1, 0; -1 where that fails. */
static int has_address(PyObject *container, const void *object)
{
    PyObject *id = PyLong_FromVoidPtr((void *)object);
    const int result = id != NULL ? PySequence_Contains(container, id) : -1;
    Py_XDECREF(id);
    return result;
}

/* The code behind a callback, borrowed; NULL where that is no function. */
static PyObject *lane_code_of(struct lane *self, PyObject *callback)
{
    PyObject *function = lane_function_of(self, callback);
    return PyFunction_Check(function) ? PyFunction_GET_CODE(function) : NULL;
}

/* 1, 0; -1 where only Python can tell: it is no future in C. */
static int lane_is_done(struct lane *self, PyObject *future)
{
    PyObject *is_done = PyObject_CallOneArg(self->is_done, future);
    const int result = is_done == Py_True ? 1 : is_done == Py_False ? 0 : -1;
    Py_XDECREF(is_done);
    PyErr_Clear();
    return result;
}

/* Whether code is neither watched, nor to be looked at where it is scheduled, nor when it has run. What is kept of that is
 * forgotten when one of the three grows, or one goes that was kept. 1, 0; -1 where it fails. */
static int lane_is_plain(struct lane *self, const PyObject *code)
{
    const Py_ssize_t sizes[] = {PyDict_GET_SIZE(self->call_sites->codes), PySet_GET_SIZE(self->not_plain),
                                PyDict_GET_SIZE(self->after)};
    if (memcmp(sizes, self->sizes_then, sizeof sizes) != 0) {
        memcpy(self->sizes_then, sizes, sizeof sizes);
        memset(self->plain, 0, sizeof self->plain);
    }
    const PyObject **place = &self->plain[(uintptr_t)code / sizeof(PyCodeObject) % PLAIN_CODES];
    if (*place == code) {
        return 1;
    }
    PyObject *const tables[] = {self->call_sites->codes, self->not_plain, self->after};
    for (int at = 0; at < 3; at++) {
        const int found = has_address(tables[at], code);
        if (found != 0) {
            return found < 0 ? -1 : 0;
        }
    }
    *place = code;
    return 1;
}

/* ---- the ring ---- */

/* Calls one of the queue's own methods, as is made sure when the lane is made. */
static PyObject *call_own(PyObject *method, PyObject *argument)
{
    return PyCFunction_GET_FUNCTION(method)(PyCFunction_GET_SELF(method), argument);
}

static struct ready *ring_place(const struct lane *self, size_t at)
{
    return &self->ring[(self->first + at) & (self->places - 1)];
}

static bool ring_grow(struct lane *self)
{
    const size_t places = self->places == 0 ? 16 : 2 * self->places;
    struct ready *ring = PyMem_RawMalloc(places * sizeof *ring);
    if (ring == NULL) {
        return false;
    }
    for (size_t at = 0; at < self->count; at++) {
        ring[at] = *ring_place(self, at);
    }
    PyMem_RawFree(self->ring);
    self->ring = ring;
    self->places = places;
    self->first = 0;
    return true;
}

/* Puts a handle into the queue, and what is known of it into the ring, which owns the name then. False where that fails;
 * nothing has changed then. */
static bool lane_push(struct lane *self, PyObject *handle, struct ready ready)
{
    if (self->count == self->places && !ring_grow(self)) {
        return false;
    }
    PyObject *pushed = call_own(self->push, handle);
    if (pushed == NULL) {
        PyErr_Clear();
        return false;
    }
    Py_DECREF(pushed);
    ready.handle = handle;
    *ring_place(self, self->count++) = ready;
    return true;
}

/* What is known of a handle that was taken out of the queue; those before it were taken out by other means. The name is the
 * caller's. */
static struct ready lane_known(struct lane *self, PyObject *handle)
{
    for (size_t at = 0; at < self->count; at++) {
        if (ring_place(self, at)->handle != handle) {
            continue;
        }
        const struct ready ready = *ring_place(self, at);
        for (size_t before = 0; before < at; before++) {
            Py_CLEAR(ring_place(self, before)->name);
        }
        self->first = (self->first + at + 1) & (self->places - 1);
        self->count -= at + 1;
        return ready;
    }
    return (struct ready){0};
}

/* ---- scheduling ---- */

enum { RECORD_TEXT_MAX = 100, RECORD_STRING = 1 }; /* of _trace/tables.py */

/* As `Tables.once`: the number of a text that hardly comes again, a new reference. */
static PyObject *lane_once(struct lane *self, PyObject *text)
{
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (self->records == Py_None || !PyUnicode_IS_COMPACT_ASCII(text) || length > RECORD_TEXT_MAX) {
        return PyObject_CallOneArg(self->once, text);
    }
    const uint64_t number = ++self->strings->last;
    uint8_t bytes[RECORD_TEXT_MAX + 16] = {RECORD_STRING};
    struct bytes record = {.at = bytes, .count = 2};
    uint64_t rest = number;
    for (; rest > 0x7F; rest >>= 7) {
        bytes_put(&record, (uint8_t)(rest | 0x80));
    }
    bytes_put(&record, (uint8_t)rest);
    memcpy(bytes + record.count, PyUnicode_1BYTE_DATA(text), (size_t)length);
    record.count += (size_t)length;
    bytes[1] = (uint8_t)(record.count - 2); /* of one byte */
    PyObject *made = PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)record.count);
    const bool is_kept = made != NULL && PyList_Append(self->records, made) == 0;
    Py_XDECREF(made);
    return is_kept ? PyLong_FromUnsignedLongLong(number) : NULL;
}

/* The function of watched code; 0: it is not watched. False where that fails. */
static bool lane_function(struct lane *self, PyObject *code, uint64_t *function)
{
    *function = 0;
    if (lane_is_plain(self, code) == 1) {
        return true;
    }
    PyObject *watched = by_address(self->call_sites->codes, code);
    PyObject *known = watched != NULL ? PyObject_GetAttrString(watched, "function") : NULL;
    const bool is_known = known != NULL ? as_key(known, function) : PyErr_Occurred() == NULL;
    Py_XDECREF(known);
    return is_known;
}

/* As `Steps.declare_task`, for a task in C whose coroutine is plain, made by the code at `level`, which is given
 * up. The actor, and its name in `ready`; 0 where it fails, with an error, or where only Python can do it, without. */
static uint64_t lane_declare_task(struct lane *self, PyObject *task, struct level level, struct ready *ready)
{
    uint64_t actor = 0, function = 0, site, of_task;
    PyObject *coroutine = PyObject_CallOneArg(self->coroutine_of, task);
    PyObject *name = NULL, *number = NULL;
    PyObject *code = coroutine != NULL && PyCoro_CheckExact(coroutine) ? code_of_coroutine(coroutine) : NULL;
    if (code == NULL || (lane_is_plain(self, code) != 1 && has_address(self->not_plain, code) != 0) ||
        (name = PyObject_CallOneArg(self->name_of, task)) == NULL || !PyUnicode_CheckExact(name)) {
        level_end(level);
        goto out;
    }
    if (!call_site_from(self->call_sites, level, &site) || !lane_function(self, code, &function)) {
        goto out;
    }
    number = lane_once(self, name);
    if (number == NULL || !as_key(number, &ready->string)) {
        goto out;
    }
    actor = ++self->next_actor->last;
    if (function == 0 && map_find(&self->told, address(code)) == NULL) {
        PyObject *told = PyObject_CallFunctionObjArgs(self->unwatched, code, coroutine, NULL);
        Py_XDECREF(told);
        if (told == NULL || !map_set(&self->told, address(code), 1)) {
            actor = 0;
            goto out;
        }
    }
    if (function != 0) {
        noting_knows(self->noting, actor, 1);
    }
    buffer_put_actor(self->buffer, actor, TASK, ready->string, self->running->loop_number, function, site);
    if (!objects_number(self->objects, task, &of_task)) {
        actor = 0;
    } else if (!map_set(&self->objects->actors->map, address(task), actor)) {
        PyErr_NoMemory();
        actor = 0;
    } else {
        self->objects->allowance->taken += self->objects->task_bytes;
        ready->name = Py_NewRef(name);
    }
out:
    Py_XDECREF(number);
    Py_XDECREF(name);
    Py_XDECREF(coroutine);
    return actor;
}

/* A task has got its name only after its first step was scheduled: Python is told the one that it had then, as
 * `Steps.declare_task` tells it. */
static bool lane_notes_name(struct lane *self, PyObject *task, const struct ready *ready)
{
    PyObject *key = PyLong_FromVoidPtr(task);
    PyObject *known = Py_BuildValue("KO", (unsigned long long)ready->string, ready->name);
    const bool is_noted = key != NULL && known != NULL && PyDict_SetItem(self->names, key, known) == 0;
    Py_XDECREF(known);
    Py_XDECREF(key);
    return is_noted;
}

/* The actor of a task that has one; 0: it has none. */
static uint64_t lane_actor_of(const struct lane *self, const PyObject *task)
{
    return map_get(&self->objects->actors->map, address(task));
}

/* Of a handle that was told of when it was registered, to run now: 1; 0: it is none, -1: that failed. */
static int lane_registered(struct lane *self, PyObject *handle)
{
    if (PyDict_GET_SIZE(self->pending) == 0) {
        return 0;
    }
    PyObject *key = PyLong_FromVoidPtr(handle);
    PyObject *known = key != NULL ? PyDict_GetItemWithError(self->pending, key) : NULL;
    uint64_t token, actor;
    int result = 0;
    if (known != NULL && PyTuple_CheckExact(known) && PyTuple_GET_SIZE(known) == 4 &&
        as_key(PyTuple_GET_ITEM(known, 0), &token) && as_key(PyTuple_GET_ITEM(known, 1), &actor)) {
        const bool again = PyTuple_GET_ITEM(known, 2) == Py_True;
        if (!lane_push(self, handle, (struct ready){.token = token, .actor = actor, .is_io = again})) {
            result = -1;
        } else {
            result = again || PyDict_DelItem(self->pending, key) == 0 ? 1 : -1;
        }
    }
    Py_XDECREF(key);
    PyErr_Clear();
    return result;
}

/* The code that called the loop's `call_soon`, which called what runs; none where it was something else. */
static struct level level_of_asker(struct lane *self)
{
    struct level level = level_running();
    PyObject *const expected[] = {self->queueing, self->soon};
    for (int at = 0; at < 2 && level.frame != NULL; at++) {
        if ((PyObject *)level_code(level) != expected[at]) {
            level_end(level);
            return (struct level){NULL};
        }
        level_go_out(&level);
    }
    return level;
}

/* Whether a step of this loop, on this thread, puts a handle into the queue, other than by the release of a lock. */
static bool lane_is_stepping(struct lane *self)
{
    const struct running *running = self->running;
    return running->actor != 0 && running->loop_number != 0 && PySet_GET_SIZE(self->waking) == 0 &&
           running->ident == running_thread();
}

/* Whether the loop's `call_soon` has just made the handle that it puts into the queue. */
static bool lane_is_fresh(const struct lane *self)
{
    const struct level level = level_running();
    const bool is_it = level.frame != NULL && (PyObject *)level_code(level) == self->queueing;
    level_end(level);
    return is_it;
}

/* A step puts a handle into the queue. False where that is not plain, or failed: nothing is put there then. */
static bool lane_schedules(struct lane *self, PyObject *handle, PyObject *callback)
{
    struct running *running = self->running;
    PyObject *task = lane_task_of(self, callback);
    if (task == NULL || !lane_is_stepping(self)) {
        return false;
    }
    struct ready ready = {0};
    uint64_t actor = 0;
    if (task != Py_None) {
        actor = lane_actor_of(self, task);
    } else {
        const PyObject *code = lane_code_of(self, callback);
        if (code != NULL && lane_is_plain(self, code) != 1 &&
            (has_address(self->call_sites->codes, code) != 0 || has_address(self->not_plain, code) != 0)) {
            return false; /* declared where it is made */
        }
    }
    if (actor == 0 || task == Py_None) {
        const struct level asker = level_of_asker(self);
        if (asker.frame == NULL) {
            return false;
        }
        if (task == Py_None) {
            level_end(asker);
        } else if ((actor = lane_declare_task(self, task, asker, &ready)) == 0) {
            return false;
        }
    }
    ready.token = ++self->next_token->last;
    ready.actor = actor;
    if (!lane_push(self, handle, ready)) {
        Py_XDECREF(ready.name);
        return false;
    }
    buffer_put(self->buffer, SCHEDULE, ready.token, SOON, running->loop_number, 0);
    return true;
}

static PyObject *lane_append(struct lane *self, PyObject *handle)
{
    struct running *running = self->running;
    PyObject *callback = Py_IS_TYPE(handle, self->handle) ? attribute_at(handle, self->callback) : NULL;
    if (callback == NULL || callback == Py_None || running->is_over) {
        return PyObject_CallOneArg(self->append, handle);
    }
    if (self->step == NULL || self->wakeup == NULL) {
        lane_learn(self, callback);
    }
    if (Py_IS_TYPE(callback, self->step) && task_of_step(callback) == running->task && running->actor != 0) {
        const uint64_t token = ++self->next_token->last;
        if (lane_push(self, handle, (struct ready){.token = token, .actor = running->actor})) {
            running->goes_on = token;
            Py_RETURN_NONE;
        }
    }
    const int is_registered = lane_is_fresh(self) ? 0 : lane_registered(self, handle);
    if (is_registered > 0 || (is_registered == 0 && lane_schedules(self, handle, callback))) {
        Py_RETURN_NONE;
    }
    if (PyErr_Occurred() != NULL && !lane_failed(self)) {
        return NULL;
    }
    return PyObject_CallOneArg(self->append, handle);
}

/* ---- the end of a step ---- */

enum ending { NOT_PLAIN, NOTHING_RAN, GOES_ON, WAITS, IS_DONE, IS_CALLBACK, IS_IO };

/* How the step that ran is over. */
static enum ending lane_ending(struct lane *self, long long now_ns)
{
    const struct running *running = self->running;
    if (running->actor == 0) {
        return NOTHING_RAN;
    }
    if (PyDict_GET_SIZE(self->eager_steps) > 0 || now_ns - running->started_ns >= self->limit_ns) {
        return NOT_PLAIN;
    }
    if (running->task == Py_None) {
        const PyObject *code = lane_code_of(self, running->callback);
        if (PyWeakref_Check(running->callback) ||
            (code != NULL && lane_is_plain(self, code) != 1 && has_address(self->after, code) != 0)) {
            PyErr_Clear();
            return NOT_PLAIN;
        }
        return running->is_io ? IS_IO : IS_CALLBACK;
    }
    if (running->goes_on != 0) {
        return GOES_ON;
    }
    const int is_done = lane_is_done(self, running->task);
    if (is_done > 0 && PyDict_GET_SIZE(self->borrowers) > 0) {
        return NOT_PLAIN;
    }
    return is_done < 0 ? NOT_PLAIN : is_done ? IS_DONE : WAITS;
}

/* The running actor completes the task: the token of whoever waits for it. 0 where that fails. */
static uint64_t lane_token_of(struct lane *self, PyObject *task)
{
    const uint64_t token = map_get(&self->objects->tokens->map, address(task));
    uint64_t number;
    if (token != 0) {
        return token;
    }
    if (!objects_number(self->objects, task, &number)) {
        return 0;
    }
    if (!map_set(&self->objects->tokens->map, address(task), self->next_token->last + 1)) {
        PyErr_NoMemory();
        return 0;
    }
    return ++self->next_token->last;
}

/* The step is over, in the way that `lane_ending` found. False where something fails. */
static bool lane_end(struct lane *self, enum ending ending, long long now_ns)
{
    struct running *running = self->running;
    if (ending == GOES_ON) {
        buffer_put(self->buffer, SCHEDULE, running->goes_on, SOON, running->loop_number, 0);
    }
    if (ending == IS_DONE) {
        const uint64_t token = lane_token_of(self, running->task);
        if (token == 0) {
            return false;
        }
        buffer_put(self->buffer, SEND, token, 0, 0, 0);
    }
    if (ending == IS_DONE || ending == IS_CALLBACK) {
        buffer_put(self->buffer, FINISH, running->actor, 0, 0, 0);
        noting_forgets(self->noting, running->actor);
    } else {
        noting_sets_aside(self->noting, running->actor);
    }
    buffer_put(self->buffer, END, (uint64_t)(now_ns - running->started_ns) / 1000, 0, 0, 0);
    Py_XDECREF(running_clear(running, NULL));
    if (PyList_GET_SIZE(self->objects->fresh) == 0) {
        return true;
    }
    if (self->objects->weight_max >= 0) {
        return objects_step_ended(self->objects);
    }
    PyObject *swept = PyObject_CallNoArgs(self->step_ended);
    Py_XDECREF(swept);
    return swept != NULL;
}

/* Python is about to end the step: whether it will be over for good is not known yet. */
static void lane_sets_aside(struct lane *self)
{
    const struct running *running = self->running;
    const bool goes_on = running->task == Py_None ? running->is_io : lane_is_done(self, running->task) == 0;
    if (running->actor != 0 && goes_on) {
        noting_sets_aside(self->noting, running->actor);
    }
}

/* Whether the code that runs has this name. */
static bool runs_code_named(const char *name)
{
    const struct level level = level_running();
    const bool is_it =
        level.frame != NULL && PyUnicode_CompareWithASCIIString(level_code(level)->co_name, name) == 0;
    level_end(level);
    return is_it;
}

/* The loop asks whether there is anything to do, and waits if not. False where only Python can tell. */
static bool lane_waits(struct lane *self)
{
    struct running *running = self->running;
    if (running->actor == 0 || running->is_over) {
        return true;
    }
    if (!runs_code_named("_run_once")) {
        return true;
    }
    const long long now_ns = lane_now(self);
    const enum ending ending = now_ns >= 0 ? lane_ending(self, now_ns) : NOT_PLAIN;
    if (ending == NOT_PLAIN) {
        lane_sets_aside(self);
        return false;
    }
    return lane_end(self, ending, now_ns);
}

/* ---- the beginning of a step ---- */

/* Whether a handle's step begins with nothing to tell but what is told below. `task` is None for a callback. */
static bool lane_begins_plainly(struct lane *self, const struct ready *ready, PyObject *task)
{
    const struct running *running = self->running;
    if (task == NULL || running->loop_number == 0 || PyList_GET_SIZE(running->outer) == 0 ||
        running->ident != running_thread()) {
        return false;
    }
    if (task == Py_None) {
        return true;
    }
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(self->marks); at++) {
        if (PyDict_GET_SIZE(PyList_GET_ITEM(self->marks, at)) > 0) {
            return false;
        }
    }
    return ready->actor != 0;
}

/* Tells the name of a task whose first step begins, if it got another one since that was scheduled. */
static bool lane_names(struct lane *self, PyObject *task, const struct ready *ready)
{
    if (ready->name != NULL) {
        PyObject *name = PyObject_CallOneArg(self->name_of, task);
        const bool is_same = name == ready->name;
        Py_XDECREF(name);
        return is_same || (name != NULL && lane_notes_name(self, task, ready) && called(self->rename, task));
    }
    if (PyDict_GET_SIZE(self->names) == 0) {
        return true;
    }
    const int is_known = has_address(self->names, task);
    return is_known == 0 || (is_known > 0 && called(self->rename, task));
}

/* As `Steps.declare_callback`, for one in unwatched code. 0 where it fails. */
static uint64_t lane_declare_callback(struct lane *self, PyObject *callback)
{
    PyObject *function = lane_function_of(self, callback);
    const bool is_named = PyFunction_Check(function) || PyCFunction_CheckExact(function);
    PyObject *name =
        PyFunction_Check(function)
            ? Py_NewRef(((PyFunctionObject *)function)->func_qualname)
            : PyObject_GetAttrString(is_named ? function : (PyObject *)Py_TYPE(function), "__qualname__");
    PyObject *number = NULL;
    if (name != NULL && PyUnicode_CheckExact(name)) {
        number = Py_XNewRef(PyDict_GetItemWithError(self->text_numbers, name));
    }
    if (number == NULL && name != NULL && PyErr_Occurred() == NULL) {
        number = PyObject_CallOneArg(self->string, name);
    }
    uint64_t string = 0, actor = 0;
    if (number != NULL && as_key(number, &string)) {
        actor = ++self->next_actor->last;
        buffer_put_actor(self->buffer, actor, CALLBACK, string, self->running->loop_number, 0, 0);
    }
    Py_XDECREF(number);
    Py_XDECREF(name);
    return actor;
}

/* The actor of a callback that begins to run. 0 where that fails. */
static uint64_t lane_callback_actor(struct lane *self, PyObject *handle, const struct ready *ready,
                                    PyObject *callback)
{
    uint64_t actor = ready->actor;
    if (actor != 0 || !ready->is_io) {
        return actor != 0 ? actor : lane_declare_callback(self, callback);
    }
    /* It was registered, and is declared when it runs for the first time. */
    PyObject *key = PyLong_FromVoidPtr(handle);
    PyObject *known = key != NULL ? PyDict_GetItemWithError(self->pending, key) : NULL;
    if (known == NULL) {
        actor = PyErr_Occurred() == NULL ? lane_declare_callback(self, callback) : 0;
    } else if (as_key(PyTuple_GET_ITEM(known, 1), &actor) && actor == 0 &&
               (actor = lane_declare_callback(self, callback)) != 0) {
        PyObject *entry = Py_BuildValue("OKOO", PyTuple_GET_ITEM(known, 0), (unsigned long long)actor,
                                        Py_True, PyTuple_GET_ITEM(known, 3));
        if (entry == NULL || PyDict_SetItem(self->pending, key, entry) < 0) {
            actor = 0;
        }
        Py_XDECREF(entry);
    }
    Py_XDECREF(key);
    return actor;
}

/* A callback is given a future that is done, as those are that wait for one. */
static bool lane_receives(struct lane *self, PyObject *arguments)
{
    if (arguments == NULL || !PyTuple_CheckExact(arguments) || PyTuple_GET_SIZE(arguments) != 1) {
        return true;
    }
    PyObject *future = PyTuple_GET_ITEM(arguments, 0);
    if (!PyObject_TypeCheck(future, self->future) && !PyObject_TypeCheck(future, self->python_future)) {
        return true;
    }
    int is_done = lane_is_done(self, future);
    if (is_done < 0) {
        return called(self->received, future);
    }
    const uint64_t token = is_done ? map_get(&self->objects->tokens->map, address(future)) : 0;
    if (token != 0) {
        buffer_put(self->buffer, RECV, token, 0, 0, 0);
    }
    return true;
}

static bool lane_begin(struct lane *self, PyObject *handle, const struct ready *ready, PyObject *task,
                       long long now_ns)
{
    struct running *running = self->running;
    PyObject *callback = attribute_at(handle, self->callback);
    uint64_t actor = ready->actor;
    if (task == Py_None) {
        actor = lane_callback_actor(self, handle, ready, callback);
    } else if (!lane_names(self, task, ready)) {
        actor = 0;
    }
    if (actor == 0) {
        return false;
    }
    running->actor = actor;
    running_set(&running->task, task);
    running_set(&running->callback, task == Py_None ? callback : Py_None);
    running->is_io = ready->is_io;
    running->goes_on = 0;
    running->started_ns = now_ns;
    noting_takes_up(self->noting, actor, task == Py_None && ready->actor != 0 && !ready->is_io);
    buffer_put(self->buffer, BEGIN, actor, ready->token, 0, 0);
    return task != Py_None || lane_receives(self, attribute_at(handle, self->arguments));
}

/* Somebody else is to find out whether the task has got another name. */
static void lane_passes_name(struct lane *self, PyObject *handle, const struct ready *ready)
{
    PyObject *task = ready->name != NULL ? lane_task_of(self, attribute_at(handle, self->callback)) : NULL;
    if (task != NULL && task != Py_None && !lane_notes_name(self, task, ready)) {
        PyErr_Clear(); /* it keeps the one that it was given first */
    }
}

/* Hands over to Python what was taken out of the queue. */
static PyObject *lane_take(struct lane *self, PyObject *handle, const struct ready *ready)
{
    lane_passes_name(self, handle, ready);
    lane_sets_aside(self);
    PyObject *entry = ready->handle != NULL ? Py_BuildValue("OKKO", handle, (unsigned long long)ready->token,
                                                            (unsigned long long)ready->actor, Py_None)
                                            : Py_NewRef(handle);
    PyObject *taken = entry != NULL ? PyObject_CallOneArg(self->take, entry) : NULL;
    Py_XDECREF(entry);
    noting_takes_up(self->noting, self->running->actor, false);
    noting_begins(self->noting); /* what this step does is not known in here */
    return taken;
}

/* The step before is over, and the handle's begins. False where that is not plain: nothing has happened then; or where
 * something failed, with an error. */
static bool lane_changes(struct lane *self, PyObject *handle, const struct ready *ready)
{
    PyObject *task = lane_task_of(self, attribute_at(handle, self->callback));
    const long long now_ns = lane_now(self);
    if (now_ns < 0 || !lane_begins_plainly(self, ready, task)) {
        PyErr_Clear();
        return false;
    }
    const enum ending ending = lane_ending(self, now_ns);
    if (ending == NOT_PLAIN) {
        return false;
    }
    return (ending == NOTHING_RAN || lane_end(self, ending, now_ns)) &&
           lane_begin(self, handle, ready, task, now_ns);
}

static PyObject *lane_popleft(struct lane *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *handle = call_own(self->pop, NULL);
    if (handle == NULL) {
        return NULL;
    }
    struct ready ready = {0};
    if (Py_IS_TYPE(handle, self->handle)) {
        ready = lane_known(self, handle);
        const bool is_cancelled = attribute_at(handle, self->cancelled) == Py_True;
        if (is_cancelled) {
            lane_passes_name(self, handle, &ready);
        }
        if (ready.handle != NULL && (is_cancelled || lane_changes(self, handle, &ready))) {
            Py_XDECREF(ready.name);
            return handle;
        }
    }
    PyObject *taken;
    if (PyErr_Occurred() != NULL) { /* and something was told of the step already */
        taken = lane_failed(self) ? Py_NewRef(handle) : NULL;
    } else {
        taken = lane_take(self, handle, &ready);
    }
    Py_XDECREF(ready.name);
    Py_DECREF(handle);
    return taken;
}

static int lane_traverse(struct lane *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->parts);
    return 0;
}

static void lane_dealloc(struct lane *self)
{
    PyObject_GC_UnTrack(self);
    for (size_t at = 0; at < self->count; at++) {
        Py_XDECREF(ring_place(self, at)->name);
    }
    PyMem_RawFree(self->ring);
    map_clear(&self->told);
    Py_XDECREF(self->parts);
    free_object(self);
}

static PyType_Slot lane_slots[] = {
    {Py_tp_doc, "What `append` and `popleft` of one loop's queue share."},
    {Py_tp_traverse, lane_traverse},
    {Py_tp_dealloc, lane_dealloc},
    {0, NULL},
};

static PyType_Spec lane_spec = {
    .name = "staleread._accelerator.Lane",
    .basicsize = sizeof(struct lane),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = lane_slots,
};

static PyMethodDef lane_append_method = {"append", (PyCFunction)lane_append, METH_O, NULL};
static PyMethodDef lane_popleft_method = {"popleft", (PyCFunction)lane_popleft, METH_NOARGS, NULL};

/* The lane of a queue, a new reference: that of the function in its one slot, which comes right behind what a deque is.
 * NULL where it has none any more. */
static struct lane *lane_of(PyObject *queue)
{
    const PyTypeObject *base = Py_TYPE(queue)->tp_base;
    PyObject *append = base->tp_base == &PyBaseObject_Type ? attribute_at(queue, base->tp_basicsize) : NULL;
    if (append == NULL || !PyCFunction_CheckExact(append) ||
        PyCFunction_GET_FUNCTION(append) != lane_append_method.ml_meth) {
        return NULL;
    }
    return (struct lane *)Py_NewRef(PyCFunction_GET_SELF(append));
}

/* `append` and `popleft` of queues. */
static PyObject *queue_append(PyObject *self, PyObject *handle)
{
    struct lane *lane = lane_of(self);
    if (lane == NULL) {
        PyObject *append = PyObject_GetAttrString((PyObject *)Py_TYPE(self)->tp_base, "append");
        PyObject *result = append != NULL ? PyObject_CallFunctionObjArgs(append, self, handle, NULL) : NULL;
        Py_XDECREF(append);
        return result;
    }
    PyObject *result = lane_append(lane, handle);
    Py_DECREF(lane);
    return result;
}

static PyObject *queue_popleft(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct lane *lane = lane_of(self);
    if (lane == NULL) {
        return PyObject_CallMethod(self, "take_first", NULL);
    }
    PyObject *handle = lane_popleft(lane, NULL);
    Py_DECREF(lane);
    return handle;
}

/* `__bool__` of queues: most often there is something in it. */
static PyObject *queue_is_filled(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t size = PySequence_Size(self);
    if (size != 0) {
        return size > 0 ? Py_NewRef(Py_True) : NULL;
    }
    struct lane *lane = lane_of(self);
    const bool is_told = lane != NULL && lane_waits(lane);
    const bool is_right = is_told || PyErr_Occurred() == NULL || lane_failed(lane);
    Py_XDECREF(lane);
    if (!is_right) {
        return NULL;
    }
    if (!is_told) {
        return PyObject_CallMethod(self, "is_waited_for", NULL);
    }
    size = PySequence_Size(self); /* what went with the step may have put something in */
    return size >= 0 ? PyBool_FromLong(size > 0) : NULL;
}

static PyMethodDef queue_methods[] = {
    {"__bool__", queue_is_filled, METH_NOARGS, NULL},
    {"append", queue_append, METH_O, NULL},
    {"popleft", queue_popleft, METH_NOARGS, NULL},
};

/* Where the instances of a class keep one of its slots; -1 where it is none. */
static Py_ssize_t offset_of(PyTypeObject *type, const char *name)
{
    PyObject *slot = PyObject_GetAttrString((PyObject *)type, name);
    Py_ssize_t offset = -1;
    if (slot != NULL && Py_IS_TYPE(slot, &PyMemberDescr_Type)) {
        offset = ((PyMemberDescrObject *)slot)->d_member->offset;
    }
    Py_XDECREF(slot);
    PyErr_Clear();
    return offset;
}

/* accelerate(class): gives a class of queues the methods that it has in C. */
static PyObject *accelerate(PyObject *Py_UNUSED(module), PyObject *type)
{
    PyTypeObject *queues = (PyTypeObject *)type;
    if (offset_of(queues, "accelerated") != queues->tp_base->tp_basicsize) {
        PyErr_SetString(PyExc_TypeError, "queues are not what they were");
        return NULL;
    }
    for (size_t at = 0; at < sizeof queue_methods / sizeof queue_methods[0]; at++) {
        PyObject *method = PyDescr_NewMethod(queues, &queue_methods[at]);
        const int result =
            method != NULL ? PyObject_SetAttrString(type, queue_methods[at].ml_name, method) : -1;
        Py_XDECREF(method);
        if (result < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* make_lane(parts): `append` and `popleft` of a queue. `parts` is the tuple that _record/accelerated.py makes; the types in
 * it are taken as told. */
static PyObject *make_lane(PyObject *module, PyObject *parts)
{
    const struct state *state = PyModule_GetState(module);
    struct lane *self =
        (struct lane *)((PyTypeObject *)state->lane)->tp_alloc((PyTypeObject *)state->lane, 0);
    if (self == NULL) {
        return NULL;
    }
    PyObject *functions = NULL;
    self->parts = Py_NewRef(parts);
    if (!PyArg_ParseTuple(
            parts,
            "O!O!O!O!O!"
            "OOOO"
            "O!O!"
            "OOO"
            "O!"
            "OOOOOOOOOO"
            "O!"
            "OOOOOOOOOOOOOOOL",
            state->running, &self->running, state->buffer, &self->buffer, state->objects, &self->objects,
            state->call_sites, &self->call_sites, state->noting, &self->noting, &self->push, &self->pop,
            &self->append, &self->take, state->counter, &self->next_token, state->counter, &self->next_actor,
            &self->fail, &self->received, &self->step_ended, &PyDict_Type, &self->eager_steps, &self->waking,
            &self->marks, &self->pending, &self->after, &self->borrowers, &self->names, &self->not_plain,
            &self->rename, &self->unwatched, &self->string, &PyDict_Type, &self->text_numbers, &self->once,
            &self->records, &self->strings, &self->is_done, &self->name_of, &self->coroutine_of,
            &self->handle, &self->future, &self->task, &self->python_future, &self->python_task,
            &self->partial, &self->queueing, &self->soon, &self->clock, &self->limit_ns)) {
        goto out;
    }
    if (!PyCFunction_CheckExact(self->push) || PyCFunction_GET_FLAGS(self->push) != METH_O ||
        !PyCFunction_CheckExact(self->pop) || PyCFunction_GET_FLAGS(self->pop) != METH_NOARGS) {
        PyErr_SetString(PyExc_TypeError, "deques are not what they were");
        goto out;
    }
    self->callback = offset_of(self->handle, "_callback");
    self->cancelled = offset_of(self->handle, "_cancelled");
    self->arguments = offset_of(self->handle, "_args");
    if (self->callback < 0 || self->cancelled < 0 || self->arguments < 0) {
        PyErr_SetString(PyExc_TypeError, "handles are not what they were");
        goto out;
    }
    const long long now_ns = lane_now(self);
    if (now_ns < 0) {
        goto out;
    }
    self->clock_is_monotonic = llabs(monotonic_ns() - now_ns) < CLOCKS_DIFFER_NS;
    PyObject *append = PyCFunction_New(&lane_append_method, (PyObject *)self);
    PyObject *popleft = PyCFunction_New(&lane_popleft_method, (PyObject *)self);
    functions = append != NULL && popleft != NULL ? PyTuple_Pack(2, append, popleft) : NULL;
    Py_XDECREF(append);
    Py_XDECREF(popleft);
out:
    Py_DECREF(self);
    return functions;
}

/* ---- the module ---------------------------------------------------------------------------------------------------- */

/* ---- Watched: attributes of the library's primitives -----------------------------------------------------------------
 *
 * Stands before a `Watched` of _order/patching.py, which does all that is not plain: whatever is told by what is written in
 * Python, and what fails. Nothing leads from here to what records, where somebody goes through what a primitive leads to. */

/* What there is to tell of the attribute. */
enum telling {
    TELL_OTHERWISE, /* only Python knows */
    TELL_LOCK,      /* `_locked` of asyncio.Lock */
    TELL_COUNT,     /* `_unfinished_tasks` of asyncio.Queue, of interest when it goes down, and to `join` */
    TELL_FLAG,      /* `_value` of asyncio.Event, of interest when it becomes true, and while it is */
};

struct watched {
    PyObject_HEAD PyObject *parts; /* which hold all that is borrowed below */
    PyObject *name, *otherwise, *loop, *thread;
    enum telling telling;
    struct buffer *buffer;
    struct numbers *numbers; /* Identity's own */
    struct call_sites *call_sites;
    PyObject *declared, *acquired_at; /* Locks' own */
};

/* Whether a primitive's loop runs on this thread, or is not known: as `Foreign.used`, where it has nothing to tell.
 * `loop_name` and `thread_name` are the names of the attributes. */
static bool is_at_home(PyObject *attributes, PyObject *loop_name, PyObject *thread_name)
{
    PyObject *loop = PyDict_GetItemWithError(attributes, loop_name);
    if (loop == NULL || loop == Py_None) {
        return PyErr_Occurred() == NULL;
    }
    uint64_t ident;
    PyObject *thread = PyObject_GetAttr(loop, thread_name);
    const bool is_here =
        thread != NULL && PyLong_CheckExact(thread) && as_key(thread, &ident) && ident == running_thread();
    Py_XDECREF(thread);
    return is_here;
}

/* Whether a number is in a set: 1, 0; -1 where that fails. */
static int has_number(PyObject *set, uint64_t number)
{
    PyObject *key = PyLong_FromUnsignedLongLong(number);
    const int result = key != NULL ? PySet_Contains(set, key) : -1;
    Py_XDECREF(key);
    return result;
}

/* A lock changes hands. False where that is not plain, or with an error. */
static bool watched_tells_lock(struct watched *self, PyObject *lock, PyObject *attributes, PyObject *before,
                               PyObject *now)
{
    uint64_t site;
    if (before == NULL || !PyBool_Check(before) || !PyBool_Check(now)) {
        return false;
    }
    if (before == now) {
        return true;
    }
    const uint64_t number = map_get(&self->numbers->map, address(lock));
    if (number == 0 || has_number(self->declared, number) <= 0 ||
        (now == Py_False && !is_at_home(attributes, self->loop, self->thread)) ||
        !call_site_from(self->call_sites, level_running(), &site)) {
        return false;
    }
    if (now == Py_True) {
        PyObject *at = PyLong_FromUnsignedLongLong(site);
        const int is_added = at != NULL ? PySet_Add(self->acquired_at, at) : -1;
        Py_XDECREF(at);
        if (is_added < 0) {
            return false;
        }
    }
    buffer_put(self->buffer, now == Py_True ? ACQUIRE : RELEASE, number, site, 0, 0);
    return true;
}

/* Whether a count is assigned that says nothing. */
static bool is_more(PyObject *before, PyObject *now)
{
    if (before == NULL || !PyLong_CheckExact(before) || !PyLong_CheckExact(now)) {
        return false;
    }
    return PyObject_RichCompareBool(now, before, Py_GE) > 0;
}

/* Whether it is nobody's affair that a count is read. */
static bool is_count_plain(PyObject *value)
{
    int overflow;
    if (!PyLong_CheckExact(value) || PyLong_AsLongAndOverflow(value, &overflow) != 0 || overflow != 0) {
        return PyLong_CheckExact(value);
    }
    return !runs_code_named("join");
}

static PyObject *watched_get(struct watched *self, PyObject *object, PyObject *owner)
{
    if (object == NULL) {
        return Py_NewRef((PyObject *)self);
    }
    PyObject *attributes = PyObject_GenericGetDict(object, NULL);
    PyObject *value = attributes != NULL ? Py_XNewRef(PyDict_GetItemWithError(attributes, self->name)) : NULL;
    Py_XDECREF(attributes);
    if (value != NULL &&
        (self->telling == TELL_LOCK || (self->telling == TELL_COUNT && is_count_plain(value)) ||
         (self->telling == TELL_FLAG && value == Py_False))) {
        return value;
    }
    Py_XDECREF(value);
    PyErr_Clear();
    return PyObject_CallMethod(self->otherwise, "__get__", "OO", object, owner != NULL ? owner : Py_None);
}

static int watched_set_otherwise(struct watched *self, PyObject *object, PyObject *value)
{
    PyObject *result = value != NULL ? PyObject_CallMethod(self->otherwise, "__set__", "OO", object, value)
                                     : PyObject_CallMethod(self->otherwise, "__delete__", "O", object);
    Py_XDECREF(result);
    return result != NULL ? 0 : -1;
}

/* What is assigned is told, or says nothing. False where only Python knows, or with an error. */
static bool watched_tells(struct watched *self, PyObject *object, PyObject *attributes, PyObject *before,
                          PyObject *now)
{
    switch (self->telling) {
    case TELL_LOCK:
        return watched_tells_lock(self, object, attributes, before, now);
    case TELL_COUNT:
        return is_more(before, now);
    case TELL_FLAG:
        return before != NULL && now == Py_False && is_at_home(attributes, self->loop, self->thread);
    default:
        return false;
    }
}

static int watched_set(struct watched *self, PyObject *object, PyObject *value)
{
    PyObject *attributes =
        value != NULL && self->telling != TELL_OTHERWISE ? PyObject_GenericGetDict(object, NULL) : NULL;
    PyObject *before =
        attributes != NULL ? Py_XNewRef(PyDict_GetItemWithError(attributes, self->name)) : NULL;
    const bool is_told = before != NULL && watched_tells(self, object, attributes, before, value);
    PyErr_Clear();
    /* The attribute is there: no memory is needed to assign it. */
    const int result =
        is_told ? PyDict_SetItem(attributes, self->name, value) : watched_set_otherwise(self, object, value);
    Py_XDECREF(before);
    Py_XDECREF(attributes);
    return result;
}

/* Watched(otherwise, telling, (buffer, numbers, call_sites, declared, acquired_at)) */
static int watched_init(struct watched *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    int telling;
    PyObject *otherwise;
    const struct state *state = PyType_GetModuleState(Py_TYPE(self));
    if (self->otherwise != NULL ||
        !PyArg_ParseTuple(args, "Oi(O!O!O!O!O!)", &otherwise, &telling, state->buffer, &self->buffer,
                          state->numbers, &self->numbers, state->call_sites, &self->call_sites, &PySet_Type,
                          &self->declared, &PySet_Type, &self->acquired_at)) {
        return -1;
    }
    self->telling = (enum telling)telling;
    self->parts = Py_NewRef(PyTuple_GET_ITEM(args, 2));
    self->otherwise = Py_NewRef(otherwise);
    self->name = PyObject_GetAttrString(otherwise, "name");
    self->loop = PyUnicode_InternFromString("_loop");
    self->thread = PyUnicode_InternFromString("_thread_id");
    return self->name != NULL && self->loop != NULL && self->thread != NULL ? 0 : -1;
}

static void watched_dealloc(struct watched *self)
{
    Py_XDECREF(self->parts);
    Py_XDECREF(self->otherwise);
    Py_XDECREF(self->name);
    Py_XDECREF(self->loop);
    Py_XDECREF(self->thread);
    free_object(self);
}

static PyMemberDef watched_members[] = {
    {"name", T_OBJECT, offsetof(struct watched, name), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot watched_slots[] = {
    {Py_tp_doc, "Stands for an attribute of a library's instances and tells when it is read or assigned."},
    {Py_tp_init, watched_init},
    {Py_tp_dealloc, watched_dealloc},
    {Py_tp_members, watched_members},
    {Py_tp_descr_get, watched_get},
    {Py_tp_descr_set, watched_set},
    {0, NULL},
};

static PyType_Spec watched_spec = {
    .name = "staleread._accelerator.Watched",
    .basicsize = sizeof(struct watched),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = watched_slots,
};

/* ---- Content: what is known of one queue -----------------------------------------------------------------------------
 *
 * See the class of that name in _order/queues.py, which stands for it where there is no accelerator. */

struct content {
    PyObject_HEAD struct map items; /* by address of an item: the token of the one that was put first */
    PyObject *more; /* by address: lists of tokens, of items that are in there several times */
    PyObject *free; /* a deque of tokens */
    long long count, puts;
};

static bool content_put_again(struct content *self, uint64_t item, uint64_t token)
{
    PyObject *key = PyLong_FromUnsignedLongLong(item), *number = PyLong_FromUnsignedLongLong(token);
    PyObject *empty_list = PyList_New(0);
    PyObject *tokens = key != NULL && number != NULL && empty_list != NULL
                           ? PyDict_SetDefault(self->more, key, empty_list)
                           : NULL;
    const bool is_done = tokens != NULL && PyList_Append(tokens, number) == 0;
    Py_XDECREF(empty_list);
    Py_XDECREF(number);
    Py_XDECREF(key);
    return is_done;
}

/* False, with an error, where memory is short; nothing has changed then. */
static bool content_put(struct content *self, uint64_t item, uint64_t token)
{
    const bool is_there = map_find(&self->items, item) != NULL;
    if (is_there ? !content_put_again(self, item, token) : !map_add(&self->items, item, token)) {
        PyErr_NoMemory();
        return false;
    }
    self->count++;
    return true;
}

/* The next token of an item that is in there several times; 0: there is none, or with an error. */
static uint64_t content_next(struct content *self, uint64_t item)
{
    uint64_t token = 0;
    PyObject *key = PyLong_FromUnsignedLongLong(item);
    PyObject *tokens = key != NULL ? PyDict_GetItemWithError(self->more, key) : NULL;
    if (tokens != NULL && as_key(PyList_GET_ITEM(tokens, 0), &token) &&
        (PyList_GET_SIZE(tokens) == 1 ? PyDict_DelItem(self->more, key)
                                      : PyList_SetSlice(tokens, 0, 1, NULL)) < 0) {
        token = 0;
    }
    Py_XDECREF(key);
    return token;
}

/* The token of the item that was put first; 0: it is not known, or with an error. */
static uint64_t content_take(struct content *self, uint64_t item)
{
    struct entry *entry = map_find(&self->items, item);
    if (entry == NULL) {
        return 0;
    }
    const uint64_t token = entry->value;
    const uint64_t next = PyDict_GET_SIZE(self->more) > 0 ? content_next(self, item) : 0;
    if (PyErr_Occurred() != NULL) {
        return 0;
    }
    if (next != 0) {
        entry->value = next;
    } else {
        map_remove(&self->items, entry);
    }
    self->count--;
    return token;
}

static PyObject *content_put_method(struct content *self, PyObject *const *args, Py_ssize_t count)
{
    uint64_t item, token;
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "put takes an item's address and a token");
        return NULL;
    }
    if (!as_key(args[0], &item) || !as_key(args[1], &token) || !content_put(self, item, token)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *content_take_method(struct content *self, PyObject *address_of_item)
{
    uint64_t item;
    if (!as_key(address_of_item, &item)) {
        return NULL;
    }
    const uint64_t token = content_take(self, item);
    return PyErr_Occurred() == NULL ? PyLong_FromUnsignedLongLong(token) : NULL;
}

/* size(entry, item): what it takes, by what an entry of a table and an item of a list do. */
static PyObject *content_size(struct content *self, PyObject *args)
{
    long long entry_bytes, item_bytes;
    if (!PyArg_ParseTuple(args, "LL", &entry_bytes, &item_bytes)) {
        return NULL;
    }
    const long long items = self->count + PyObject_Size(self->free);
    return PyLong_FromLongLong(entry_bytes * (long long)self->items.count + item_bytes * items);
}

/* Content(free): an empty deque. */
static int content_init(struct content *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *free_places;
    if (self->free != NULL || !PyArg_ParseTuple(args, "O", &free_places)) {
        return -1;
    }
    self->free = Py_NewRef(free_places);
    self->more = PyDict_New();
    return self->more != NULL ? 0 : -1;
}

static void content_dealloc(struct content *self)
{
    map_clear(&self->items);
    Py_XDECREF(self->more);
    Py_XDECREF(self->free);
    free_object(self);
}

static PyMethodDef content_methods[] = {
    {"put", (PyCFunction)(void (*)(void))content_put_method, METH_FASTCALL, NULL},
    {"take", (PyCFunction)content_take_method, METH_O, NULL},
    {"size", (PyCFunction)content_size, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef content_members[] = {
    {"free", T_OBJECT, offsetof(struct content, free), READONLY, NULL},
    {"puts", T_LONGLONG, offsetof(struct content, puts), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot content_slots[] = {
    {Py_tp_doc, "What is known of one queue."}, {Py_tp_init, content_init},
    {Py_tp_dealloc, content_dealloc},           {Py_tp_methods, content_methods},
    {Py_tp_members, content_members},           {0, NULL},
};

static PyType_Spec content_spec = {
    .name = "staleread._accelerator.Content",
    .basicsize = sizeof(struct content),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = content_slots,
};

/* ---- Passing: `_put` and `_get` of asyncio's queues ------------------------------------------------------------------
 *
 * A method of the class, in the place of the library's own, which it calls. See `_putting` and `_getting` in
 * _order/queues.py, and `Queues`, which tells what is not plain: of a queue that is seen for the first time, one with a
 * limit, or one that another thread's loop has. As from `Watched`, nothing leads from here to what records. */

struct passing {
    PyObject_HEAD vectorcallfunc vectorcall;
    PyObject *original, *otherwise; /* the library's own; what tells in Python where it is not plain */
    PyObject *parts;                /* which hold all that is borrowed below */
    PyObject *attributes;           /* `__dict__` */
    PyObject *loop, *thread, *limit, *queue; /* names of attributes */
    struct buffer *buffer;
    struct numbers *numbers; /* Identity's own */
    struct call_sites *call_sites;
    struct counter *next_token; /* Identity's own */
    PyObject *contents;         /* Queues' own: by address of the queue */
    bool is_get;
};

/* What is to be told of a queue. */
struct passed {
    struct content *content;
    uint64_t number, site, length;
};

/* False where it is not plain, or with an error. `content` is borrowed. */
static bool passing_looks(struct passing *self, PyObject *queue, PyObject *attributes, struct passed *passed)
{
    PyObject *limit = PyDict_GetItemWithError(attributes, self->limit);
    PyObject *held = PyDict_GetItemWithError(attributes, self->queue);
    int overflow;
    if (limit == NULL || !PyLong_CheckExact(limit) || PyLong_AsLongAndOverflow(limit, &overflow) != 0 ||
        overflow != 0 || held == NULL || !is_at_home(attributes, self->loop, self->thread)) {
        return false;
    }
    PyObject *content = by_address(self->contents, queue);
    const struct state *state = PyType_GetModuleState(Py_TYPE(self));
    passed->number = map_get(&self->numbers->map, address(queue));
    if (content == NULL || !Py_IS_TYPE(content, (PyTypeObject *)state->content) || passed->number == 0) {
        return false;
    }
    passed->content = (struct content *)content;
    const Py_ssize_t length = PyList_CheckExact(held) || Py_IS_TYPE(held, Py_TYPE(passed->content->free))
                                  ? PyObject_Size(held)
                                  : -1;
    passed->length = (uint64_t)length;
    return length >= 0 && call_site_from(self->call_sites, level_running(), &passed->site);
}

/* False, with an error, where it failed; nothing is told then. */
static bool passing_tells_item(struct passing *self, struct content *content, const PyObject *item)
{
    if (self->is_get) {
        const uint64_t token = content_take(content, address(item));
        if (token == 0) {
            return PyErr_Occurred() == NULL;
        }
        buffer_put(self->buffer, RECV, token, 0, 0, 0);
        buffer_put(self->buffer, RETIRE, token, 0, 0, 0);
        return true;
    }
    if (!content_put(content, address(item), self->next_token->last + 1)) {
        return false;
    }
    content->puts++;
    buffer_put(self->buffer, SEND, ++self->next_token->last, 0, 0, 0);
    return true;
}

/* False where it is not plain, or with an error; nothing is told then. */
static bool passing_tells(struct passing *self, PyObject *queue, const PyObject *item)
{
    struct passed passed;
    PyObject *attributes = PyObject_GenericGetDict(queue, NULL);
    bool is_told = attributes != NULL && passing_looks(self, queue, attributes, &passed);
    Py_XDECREF(attributes);
    if (!is_told) {
        return false;
    }
    Py_INCREF(passed.content);
    is_told = passing_tells_item(self, passed.content, item);
    Py_DECREF(passed.content);
    if (is_told && passed.site != 0) {
        buffer_put(self->buffer, WRITE, passed.site, passed.number, STRUCTURE,
                   whole_value((int64_t)passed.length));
    }
    return is_told;
}

static PyObject *passing_call(PyObject *callable, PyObject *const *args, size_t count, PyObject *keywords)
{
    struct passing *self = (struct passing *)callable;
    PyObject *result = PyObject_Vectorcall(self->original, args, count, keywords);
    const bool is_usual = PyVectorcall_NARGS(count) == (self->is_get ? 1 : 2) && keywords == NULL;
    if (result == NULL || (is_usual && passing_tells(self, args[0], self->is_get ? result : args[1]))) {
        return result;
    }
    if (PyErr_Occurred() != NULL && !PyErr_ExceptionMatches(PyExc_Exception)) {
        Py_DECREF(result);
        return NULL;
    }
    PyErr_Clear();
    PyObject *told = is_usual ? PyObject_CallFunctionObjArgs(self->otherwise, args[0],
                                                             self->is_get ? result : args[1], NULL)
                              : Py_NewRef(Py_None);
    Py_XDECREF(told);
    if (told == NULL) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *passing_bind(PyObject *self, PyObject *object, PyObject *Py_UNUSED(owner))
{
    return object == NULL || object == Py_None ? Py_NewRef(self) : PyMethod_New(self, object);
}

static PyObject *passing_repr(struct passing *self)
{
    return PyObject_Repr(self->original);
}

/* Passing(is_get, original, otherwise, (buffer, numbers, call_sites, token_counter, contents)) */
static int passing_init(struct passing *self, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    int is_get;
    PyObject *original, *otherwise;
    const struct state *state = PyType_GetModuleState(Py_TYPE(self));
    if (self->original != NULL ||
        !PyArg_ParseTuple(args, "pOO(O!O!O!O!O!)", &is_get, &original, &otherwise, state->buffer,
                          &self->buffer, state->numbers, &self->numbers, state->call_sites, &self->call_sites,
                          state->counter, &self->next_token, &PyDict_Type, &self->contents)) {
        return -1;
    }
    self->vectorcall = passing_call;
    self->is_get = is_get;
    self->parts = Py_NewRef(PyTuple_GET_ITEM(args, 3));
    self->original = Py_NewRef(original);
    self->otherwise = Py_NewRef(otherwise);
    self->loop = PyUnicode_InternFromString("_loop");
    self->thread = PyUnicode_InternFromString("_thread_id");
    self->limit = PyUnicode_InternFromString("_maxsize");
    self->queue = PyUnicode_InternFromString("_queue");
    return self->loop != NULL && self->thread != NULL && self->limit != NULL && self->queue != NULL ? 0 : -1;
}

static void passing_dealloc(struct passing *self)
{
    Py_XDECREF(self->original);
    Py_XDECREF(self->otherwise);
    Py_XDECREF(self->parts);
    Py_XDECREF(self->attributes);
    Py_XDECREF(self->loop);
    Py_XDECREF(self->thread);
    Py_XDECREF(self->limit);
    Py_XDECREF(self->queue);
    free_object(self);
}

static PyMemberDef passing_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(struct passing, vectorcall), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(struct passing, attributes), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef passing_getters[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot passing_slots[] = {
    {Py_tp_init, passing_init},      {Py_tp_dealloc, passing_dealloc},
    {Py_tp_repr, passing_repr},      {Py_tp_call, PyVectorcall_Call},
    {Py_tp_descr_get, passing_bind}, {Py_tp_members, passing_members},
    {Py_tp_getset, passing_getters}, {0, NULL},
};

static PyType_Spec passing_spec = {
    .name = "staleread._accelerator.Passing",
    .basicsize = sizeof(struct passing),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .slots = passing_slots,
};

static int add_type(PyObject *module, PyType_Spec *spec, PyObject **type, const char *name)
{
    *type = PyType_FromModuleAndSpec(module, spec, NULL);
    return *type == NULL || (name != NULL && PyModule_AddObjectRef(module, name, *type) < 0) ? -1 : 0;
}

static int module_exec(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    if (running_thread() != PyThread_get_thread_ident()) {
        PyErr_SetString(PyExc_ImportError, "threads are not what they were");
        return -1;
    }
    if (add_type(module, &numbers_spec, &state->numbers, "Numbers") < 0 ||
        add_type(module, &block_spec, &state->block, NULL) < 0 ||
        add_type(module, &buffer_spec, &state->buffer, "Buffer") < 0 ||
        add_type(module, &batch_spec, &state->batch, "Batch") < 0 ||
        add_type(module, &allowance_spec, &state->allowance, "Allowance") < 0 ||
        add_type(module, &objects_spec, &state->objects, "Objects") < 0 ||
        add_type(module, &call_sites_spec, &state->call_sites, "CallSites") < 0 ||
        add_type(module, &noting_spec, &state->noting, "Noting") < 0 ||
        add_type(module, &hooks_spec, &state->hooks, NULL) < 0 ||
        add_type(module, &counter_spec, &state->counter, "Counter") < 0 ||
        add_type(module, &running_spec, &state->running, "Running") < 0 ||
        add_type(module, &watched_spec, &state->watched, "Watched") < 0 ||
        add_type(module, &content_spec, &state->content, "Content") < 0 ||
        add_type(module, &passing_spec, &state->passing, "Passing") < 0 ||
        add_type(module, &lane_spec, &state->lane, NULL) < 0) {
        return -1;
    }
#if defined(STALEREAD_ZLIB)
    const char *zlib = zlibVersion();
#else
    const char *zlib = "";
#endif
    if (PyModule_AddIntConstant(module, "INTERFACE", INTERFACE) < 0 ||
        PyModule_AddStringConstant(module, "ZLIB", zlib) < 0) {
        return -1;
    }
    PyObject *all = PyDict_New();
    for (size_t at = 0; all != NULL && at < sizeof constants / sizeof constants[0]; at++) {
        PyObject *value = PyLong_FromLong(constants[at].value);
        if (value == NULL || PyDict_SetItemString(all, constants[at].name, value) < 0) {
            Py_CLEAR(all);
        }
        Py_XDECREF(value);
    }
    const int result = all != NULL ? PyModule_AddObjectRef(module, "CONSTANTS", all) : -1;
    Py_XDECREF(all);
    return result;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    const struct state *state = PyModule_GetState(module);
    Py_VISIT(state->numbers);
    Py_VISIT(state->block);
    Py_VISIT(state->buffer);
    Py_VISIT(state->batch);
    Py_VISIT(state->allowance);
    Py_VISIT(state->objects);
    Py_VISIT(state->call_sites);
    Py_VISIT(state->noting);
    Py_VISIT(state->hooks);
    Py_VISIT(state->counter);
    Py_VISIT(state->running);
    Py_VISIT(state->lane);
    Py_VISIT(state->watched);
    Py_VISIT(state->content);
    Py_VISIT(state->passing);
    return 0;
}

static int module_clear(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    Py_CLEAR(state->numbers);
    Py_CLEAR(state->block);
    Py_CLEAR(state->buffer);
    Py_CLEAR(state->batch);
    Py_CLEAR(state->allowance);
    Py_CLEAR(state->objects);
    Py_CLEAR(state->call_sites);
    Py_CLEAR(state->noting);
    Py_CLEAR(state->hooks);
    Py_CLEAR(state->counter);
    Py_CLEAR(state->running);
    Py_CLEAR(state->lane);
    Py_CLEAR(state->watched);
    Py_CLEAR(state->content);
    Py_CLEAR(state->passing);
    return 0;
}

static PyMethodDef module_methods[] = {
    {"make_hooks", make_hooks, METH_VARARGS, NULL},
    {"make_lane", make_lane, METH_O, NULL},
    {"accelerate", accelerate, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "staleread._accelerator",
    .m_doc = "The agent's innermost parts in C.",
    .m_size = sizeof(struct state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit__accelerator(void)
{
    return PyModuleDef_Init(&module_definition);
}
