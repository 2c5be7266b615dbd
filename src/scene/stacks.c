/* In: begin, end and gap events. Out: the innermost step of each thread.
 * Must hold: the same events give the same steps each time, so that two looks at a trace agree about them. */
#include "scene/stacks.h"

void stacks_fini(struct stacks *stacks)
{
    for (size_t i = 0; i < stacks->threads.count; i++)
        VECTOR_FINI(&stacks->threads.items[i].steps);
    VECTOR_FINI(&stacks->threads);
}

/* NULL: no memory. */
static struct stacks_thread *stack_of(struct stacks *stacks, uint32_t thread)
{
    while (stacks->threads.count <= thread)
        if (VECTOR_PUSH(&stacks->threads, (struct stacks_thread){0}) != STATUS_OK)
            return NULL;
    return &stacks->threads.items[thread];
}

enum status stacks_begin(struct stacks *stacks, const struct event *event)
{
    struct stacks_thread *stack = stack_of(stacks, event->thread);
    struct stacks_step step = {
        .actor = event->field[0],
        .begin = event->number,
        .token = event->field[1],
        .ordinal = ++stacks->begun,
    };
    return stack != NULL ? VECTOR_PUSH(&stack->steps, step) : STATUS_NOMEM;
}

struct stacks_step *stacks_top(struct stacks *stacks, const struct event *event, bool *is_new)
{
    struct stacks_thread *stack = stack_of(stacks, event->thread);
    if (is_new != NULL)
        *is_new = stack != NULL && stack->steps.count == 0;
    if (stack == NULL)
        return NULL;
    /* Numbers of the agent are small; those of made-up actors cannot meet them. */
    struct stacks_step made_up = {.actor = UINT64_MAX - event->number, .begin = event->number};
    if (stack->steps.count == 0 && VECTOR_PUSH(&stack->steps, made_up) != STATUS_OK)
        return NULL;
    return &stack->steps.items[stack->steps.count - 1];
}

bool stacks_end(struct stacks *stacks, const struct event *event, struct stacks_step *ended)
{
    if (event->thread >= stacks->threads.count || stacks->threads.items[event->thread].steps.count == 0)
        return false;
    struct stacks_thread *stack = &stacks->threads.items[event->thread];
    /* After a gap a step may end whose begin was lost: a thread itself is not taken for over then. */
    if (stack->steps.count == 1 && stack->steps.items[0].is_blind)
        return false;
    *ended = stack->steps.items[--stack->steps.count];
    return true;
}

void stacks_gap(struct stacks *stacks)
{
    for (size_t i = 0; i < stacks->threads.count; i++)
        for (size_t j = 0; j < stacks->threads.items[i].steps.count; j++)
            stacks->threads.items[i].steps.items[j].is_blind = true;
}
