/* In: a worker and the call that it is in. Out: the events of the call up to where it suspends.
 * Must hold: sites are counted as program.c has them; who holds a lock lets go of it before its call is over. */
#include "play.h"

/* Most programs have few places that race. */
enum { racy_variants = 2, racy_services = 4, racy_keys = 8 };

enum { scanned_min = 4, scanned_more = 14, text_every = 4, site_none = 0 };

#define TELL(kind, ...) SINK_EVENT(play->sink, kind, __VA_ARGS__)

/* ---- accesses ---- */

static uint64_t whole(int32_t number)
{
    uint64_t zigzag = number < 0 ? ~((uint64_t)number << 1) : (uint64_t)number << 1;
    return zigzag << 3 | 2;
}

static uint64_t held_object(uint64_t object)
{
    return object << 3 | 4;
}

/* Some entries are whole numbers, some texts, of which a trace has fingerprints. */
static uint64_t entry_value(const struct service *service, uint32_t key, int32_t value)
{
    if (key % text_every != 0)
        return whole(value);
    return random_mix(service->object << 48 ^ (uint64_t)key << 32 ^ (uint32_t)value) << 3 | 3;
}

static uint64_t site(const struct call *call, uint32_t index)
{
    return program_site(call->pattern, call->variant, index);
}

static void read_attribute(struct play *play, const struct call *call, uint32_t index, enum program_text name,
                           uint64_t value)
{
    TELL(EVENT_READ, site(call, index), call->service->object, program_attribute(name), value);
}

static void read_entries(struct play *play, const struct call *call, uint32_t index)
{
    read_attribute(play, call, index, TEXT_ENTRIES, held_object(call->service->entries));
}

static void read_entry(struct play *play, struct call *call, uint32_t index, uint32_t key)
{
    call->read = call->service->values[key];
    TELL(EVENT_READ, site(call, index), call->service->entries, program_index(key),
         entry_value(call->service, key, call->read));
}

static void write_entry(struct play *play, struct call *call, uint32_t index, int32_t value)
{
    call->service->values[call->key] = value;
    TELL(EVENT_WRITE, site(call, index), call->service->entries, program_index(call->key),
         entry_value(call->service, call->key, value));
}

static int32_t amount(struct play *play)
{
    return (int32_t)random_below(&play->random, 2000) - 1000;
}

static void add_to_total(struct play *play, struct call *call, uint32_t index)
{
    read_attribute(play, call, index, TEXT_TOTAL, whole(call->service->total));
    call->service->total += amount(play);
    TELL(EVENT_WRITE, site(call, index + 1), call->service->object, program_attribute(TEXT_TOTAL),
         whole(call->service->total));
}

/* ---- locks ---- */

/* Whether the lock is held now; otherwise the task waits for it. */
static bool take_lock(struct play *play, struct task *task, uint64_t where)
{
    struct service *service = task->call.service;
    if (service->holder == NULL || service->holder == task) {
        service->holder = task;
        TELL(EVENT_ACQUIRE, service->lock, where);
        return true;
    }
    task->next_waiter = NULL;
    if (service->first_waiter == NULL)
        service->first_waiter = task;
    else
        service->last_waiter->next_waiter = task;
    service->last_waiter = task;
    return false;
}

static void give_lock(struct play *play, struct service *service, uint64_t where)
{
    TELL(EVENT_RELEASE, service->lock, where);
    service->holder = service->first_waiter;
    if (service->holder == NULL)
        return;
    service->first_waiter = service->holder->next_waiter;
    play_wake(play, service->holder);
}

/* ---- one function for each pattern ---- */

static enum call_outcome guarded(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    if (call->phase == 0) {
        read_attribute(play, call, 0, TEXT_LOCK, held_object(call->service->lock));
        TELL(EVENT_AWAIT, site(call, 1));
        call->phase = 1;
    }
    if (call->phase == 1) {
        if (!take_lock(play, task, site(call, 1)))
            return CALL_WAITS;
        read_entries(play, call, 2);
        read_entry(play, call, 3, call->key);
        read_attribute(play, call, 4, TEXT_LIMIT, whole(1000));
        TELL(EVENT_AWAIT, site(call, 5));
        call->phase = 2;
        return CALL_SLEEPS;
    }
    write_entry(play, call, 6, call->read + amount(play));
    give_lock(play, call->service, site(call, 1));
    return CALL_OVER;
}

static enum call_outcome racy(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    if (call->phase++ == 0) {
        read_entries(play, call, 0);
        read_entry(play, call, 1, call->key);
        read_attribute(play, call, 2, TEXT_LIMIT, whole(1000));
        TELL(EVENT_AWAIT, site(call, 3));
        return CALL_SLEEPS;
    }
    write_entry(play, call, 4, call->read + amount(play));
    return CALL_OVER;
}

/* A total alone where calls are short. */
static void add_both(struct play *play, struct call *call)
{
    add_to_total(play, call, 0);
    if (play->profile.is_short)
        return;
    read_entries(play, call, 2);
    read_entry(play, call, 3, call->key);
    write_entry(play, call, 4, call->read + amount(play));
}

static enum call_outcome count(struct play *play, struct task *task)
{
    add_both(play, &task->call);
    return CALL_OVER;
}

static enum call_outcome scan(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    uint32_t left = scanned_min + random_below(&play->random, scanned_more);
    read_entries(play, call, 0);
    for (uint32_t key = call->key; left > 0; left--, key = (key + 1) % play->profile.keys)
        read_entry(play, call, 1, key);
    read_attribute(play, call, 2, TEXT_LIMIT, whole(1000));
    return CALL_OVER;
}

static enum call_outcome cache(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    bool is_again = call->phase++ > 0;
    read_entries(play, call, 0);
    read_entry(play, call, is_again ? 3 : 1, call->key);
    if (!is_again && random_chance(&play->random, 40)) {
        TELL(EVENT_AWAIT, site(call, 2));
        return CALL_SLEEPS;
    }
    if (is_again)
        write_entry(play, call, 4, amount(play));
    return CALL_OVER;
}

static enum call_outcome put(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    struct service *service = call->service;
    read_attribute(play, call, 0, TEXT_QUEUE, held_object(service->queue));
    if (service->item_count == play_queue_items)
        return CALL_OVER;
    service->items[service->item_count++] = play->next_token;
    TELL(EVENT_SEND, play->next_token++);
    TELL(EVENT_WRITE, site(call, 1), service->queue, 0, whole((int32_t)service->item_count));
    return CALL_OVER;
}

static enum call_outcome get(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    struct service *service = call->service;
    read_attribute(play, call, 0, TEXT_QUEUE, held_object(service->queue));
    if (service->item_count == 0)
        return CALL_OVER;
    uint64_t token = service->items[0];
    service->item_count--;
    for (uint32_t i = 0; i < service->item_count; i++)
        service->items[i] = service->items[i + 1];
    TELL(EVENT_RECV, token);
    TELL(EVENT_RETIRE, token);
    TELL(EVENT_WRITE, site(call, 1), service->queue, 0, whole((int32_t)service->item_count));
    add_to_total(play, call, 2);
    return CALL_OVER;
}

static enum call_outcome make(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    if (call->phase++ == 0) {
        call->made = play->next_object++;
        call->read = amount(play);
        TELL(EVENT_OBJECT, call->made, OBJECT_DICT, TEXT_DICT);
        TELL(EVENT_LOCAL, call->made, program_function(call->pattern, call->variant), TEXT_MADE,
             program_line(call->pattern, call->variant));
        for (uint32_t key = 0; key < 3; key++)
            TELL(EVENT_WRITE, site(call, 0), call->made, program_index(key), whole(call->read));
        TELL(EVENT_AWAIT, site(call, 2));
        return CALL_SLEEPS;
    }
    for (uint32_t key = 0; key < 3; key++)
        TELL(EVENT_READ, site(call, 1), call->made, program_index(key), whole(call->read));
    TELL(EVENT_DROP, call->made);
    return CALL_OVER;
}

static const struct {
    enum call_outcome (*go_on)(struct play *play, struct task *task);
    uint32_t share; /* of a hundred calls */
} patterns[pattern_count] = {
    [PATTERN_GUARDED] = {guarded, 16}, [PATTERN_RACY] = {racy, 2},    [PATTERN_COUNT] = {count, 20},
    [PATTERN_SCAN] = {scan, 26},       [PATTERN_CACHE] = {cache, 16}, [PATTERN_PUT] = {put, 6},
    [PATTERN_GET] = {get, 6},          [PATTERN_MAKE] = {make, 8},
};

static enum pattern choose(struct play *play)
{
    uint32_t place = random_below(&play->random, 100);
    enum pattern pattern = 0;
    for (; place >= patterns[pattern].share; pattern++)
        place -= patterns[pattern].share;
    return pattern;
}

/* An entry that is written with the lock held is never written without. */
static uint32_t choose_key(struct play *play, enum pattern pattern)
{
    uint32_t key = random_skewed(&play->random, play->profile.keys);
    return pattern == PATTERN_GUARDED ? key | 1 : key & ~UINT32_C(1);
}

/* Among threads only few places race: whatever races makes a finding of its own for each variable. */
static uint32_t racy_place(const struct play *play, enum pattern pattern, uint32_t chosen, uint32_t places)
{
    return pattern == PATTERN_RACY && play->profile.is_guarded ? chosen % places : chosen;
}

void call_begin(struct play *play, struct task *task)
{
    enum pattern pattern = play->profile.is_short ? PATTERN_COUNT : choose(play);
    uint32_t variants = pattern == PATTERN_RACY ? racy_variants : program_variants;
    /* One after the other: in which order an initializer's parts are evaluated is the compiler's choice. */
    uint32_t variant = random_skewed(&play->random, variants);
    uint32_t key = racy_place(play, pattern, choose_key(play, pattern), racy_keys);
    uint32_t service = random_skewed(&play->random, play_services);
    task->call = (struct call){
        .is_running = true,
        .pattern = pattern,
        .variant = variant,
        .key = key,
        .service = &play->services[racy_place(play, pattern, service, racy_services)],
    };
    TELL(EVENT_ENTER, program_function(pattern, variant));
}

/* Threads hold the service's lock over the whole call: no step shelters them. */
static bool needs_lock(const struct play *play, const struct call *call)
{
    return play->profile.is_guarded && call->pattern != PATTERN_RACY && call->pattern != PATTERN_GUARDED;
}

enum call_outcome call_go_on(struct play *play, struct task *task)
{
    struct call *call = &task->call;
    if (needs_lock(play, call) && !call->is_locked) {
        if (!take_lock(play, task, site_none))
            return CALL_WAITS;
        call->is_locked = true;
    }
    enum call_outcome outcome = patterns[call->pattern].go_on(play, task);
    if (outcome != CALL_OVER)
        return outcome;
    if (call->is_locked)
        give_lock(play, call->service, site_none);
    TELL(EVENT_LEAVE, 0);
    call->is_running = false;
    return CALL_OVER;
}
