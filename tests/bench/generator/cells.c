/* In: how many cells. Out: a run in which each is touched by as many workers, one long after the other.
 * Must hold: no two touches of a cell are by one worker. */
#include "play.h"

enum {
    HOW_TIMER = 3,
    workers = 64,
    stride = 6, /* so far from each other are the workers that touch a cell one after the other */
    cells_of_object = 1000,
    touches_of_step = 100,
    write_percent = 30,
};

struct cells_run {
    struct sink *sink;
    uint64_t random, next_token;
    uint64_t tokens[workers];
};

#define TELL(kind, ...) SINK_EVENT(run->sink, kind, __VA_ARGS__)

static void schedule(struct cells_run *run, uint32_t worker)
{
    run->tokens[worker] = run->next_token++;
    TELL(EVENT_SCHEDULE, run->tokens[worker], HOW_TIMER, play_loop);
}

static void open_run(struct cells_run *run, uint64_t cells)
{
    TELL(EVENT_ACTOR, 1, ACTOR_THREAD, TEXT_MAIN);
    TELL(EVENT_BEGIN, 1, 0);
    TELL(EVENT_LOOP, play_loop, TEXT_LOOP);
    for (uint64_t object = 1; object <= cells / cells_of_object + 1; object++)
        TELL(EVENT_OBJECT, object, OBJECT_DICT, TEXT_DICT);
    for (uint32_t i = 0; i < workers; i++) {
        TELL(EVENT_ACTOR, 2 + i, ACTOR_TASK, TEXT_WORKER, play_loop);
        schedule(run, i);
    }
}

static void touch(struct cells_run *run, uint64_t cell)
{
    bool writes = random_chance(&run->random, write_percent);
    uint32_t variant = random_below(&run->random, program_variants);
    uint64_t value = (uint64_t)random_below(&run->random, 1 << 16) << 4 | 2;
    TELL(writes ? EVENT_WRITE : EVENT_READ,
         program_site(writes ? PATTERN_MAKE : PATTERN_SCAN, variant, writes ? 0 : 1),
         1 + cell / cells_of_object, program_index((uint32_t)(cell % cells_of_object)), value);
}

/* All cells of one worker in one round, a step for each so many. */
static void play_worker(struct cells_run *run, uint32_t worker, uint64_t first, uint64_t cells)
{
    for (uint64_t cell = first; cell < cells;) {
        TELL(EVENT_BEGIN, 2 + worker, run->tokens[worker]);
        for (uint32_t i = 0; i < touches_of_step && cell < cells; i++, cell += workers)
            touch(run, cell);
        schedule(run, worker);
        TELL(EVENT_END, 5 + random_skewed(&run->random, 100));
    }
}

void play_cells(struct sink *sink, uint64_t seed, uint64_t cells)
{
    struct cells_run run = {.sink = sink, .random = seed, .next_token = 1};
    open_run(&run, cells);
    for (uint32_t round = 0; round < play_cell_actors; round++)
        for (uint32_t worker = 0; worker < workers; worker++)
            play_worker(&run, worker, (worker + workers - round * stride % workers) % workers, cells);
}
