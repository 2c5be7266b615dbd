/*
 * In:   a finding whose advice is a lock, and what is known of the source.
 * Out:  `with` around the block, whose lines move to the right; where the lock is taken within it today, that line goes.
 * Holds: `with` stands as far left as the block's leftmost line, above a line that does.
 */
#include "report/sketch_holding.h"

#include "finding/held.h"
#include "finding/source.h"

enum {
    lines_max = 24, /* of a longer block the beginning and the last line are shown */
    block_lines_max = 65536,
    above_max = 12, /* so far above a block its beginning is looked for */
};

/* Lines of one function. */
struct block {
    const struct finding_place *place; /* whose file and function it is */
    uint32_t from_line;
    uint32_t to_line;
};

static bool same_function(const struct finding_place *one, const struct finding_place *other)
{
    return text_equal(one->file, other->file) && text_equal(one->function, other->function);
}

static struct text line_of(const struct view *view, const struct block *block, uint32_t number)
{
    return view_source_line(view, block->place->file, number);
}

/* ---- Locks ---- */

static bool is_lock(struct text primitive)
{
    return text_equals(primitive, "asyncio.Lock") || text_equals(primitive, "threading.Lock") ||
           text_equals(primitive, "asyncio.Semaphore");
}

/* The lock that is there already, and that the advice speaks of; NULL: a new one. */
static const struct finding_lock *lock_there(const struct finding *finding)
{
    const struct finding_lock *lock = held_released(finding);
    lock = lock != NULL ? lock : held_missing(finding);
    lock = lock != NULL ? lock : held_late(finding);
    return lock != NULL ? lock : held_twin(finding);
}

/* Whether it is `with` of this lock: of one named Counter._lock a line that has `._lock`. */
static bool takes(struct text line, const struct finding_lock *lock)
{
    char attribute[64];
    size_t start = lock->name.length;
    while (start > 0 && lock->name.bytes[start - 1] != '.')
        start--;
    snprintf(attribute, sizeof attribute, "%.*s", (int)(lock->name.length - start), lock->name.bytes + start);
    size_t blanks = hunk_blanks(line).length;
    struct text code = {line.bytes + blanks, line.length - blanks};
    return attribute[0] != '\0' && source_has(code, attribute) &&
           (source_starts_with(code, "with") || source_starts_with(code, "async with"));
}

/* ---- Blocks ---- */

/* `with` goes where the block's leftmost line begins: above it, where its first line stands deeper. */
static void begin_at_leftmost(struct hunk *hunk, struct block *block)
{
    size_t least = SIZE_MAX;
    for (uint32_t line = block->from_line; line <= block->to_line; line++) {
        struct text source = line_of(hunk->view, block, line);
        size_t blanks = hunk_blanks(source).length;
        least = source.length != 0 && blanks < least ? blanks : least;
    }
    for (uint32_t line = block->from_line; line > 0 && block->from_line - line < above_max; line--) {
        struct text source = line_of(hunk->view, block, line);
        if (source.length == 0 || hunk_blanks(source).length > least)
            continue;
        block->from_line = line;
        return;
    }
}

/* "async with lock:  # Counter._lock" */
static void add_with(struct hunk *hunk, struct text indent, const struct finding_lock *lock)
{
    const struct finding *finding = hunk->view->finding;
    bool is_of_threads = text_equals(finding->advice.primitive, "threading.Lock");
    hunk_begin_added(hunk, indent);
    buffer_add_string(hunk_text(hunk), is_of_threads ? "with lock:  # " : "async with lock:  # ");
    if (lock != NULL) {
        buffer_add(hunk_text(hunk), lock->name);
    } else {
        buffer_add_string(hunk_text(hunk), "one ");
        buffer_add(hunk_text(hunk), finding->advice.primitive);
        buffer_add_string(hunk_text(hunk), " for all who use ");
        buffer_add(hunk_text(hunk), finding->cell.text);
    }
    hunk_end_added(hunk);
}

/* The lines of a block that comes under the lock. What stands deeper than `inside` does so already. */
static void add_lines(struct hunk *hunk, const struct block *block, const struct finding_lock *lock,
                      size_t inside)
{
    uint32_t shown = 0;
    bool is_missing = false;
    for (uint32_t line = block->from_line; line <= block->to_line; line++) {
        struct text source = line_of(hunk->view, block, line);
        size_t blanks = hunk_blanks(source).length;
        if (source.length == 0 || (shown >= lines_max && line < block->to_line)) {
            is_missing = true;
            continue;
        }
        if (is_missing && shown != 0)
            hunk_skip(hunk);
        is_missing = false;
        shown++;
        if (lock != NULL && takes(source, lock)) {
            hunk_remove(hunk, line, source);
            inside = blanks;
        } else {
            hunk_keep(hunk, line, source, blanks <= inside);
        }
    }
}

static void hold(struct hunk *hunk, const struct finding_place *place, uint32_t to_line,
                 const struct finding_lock *lock)
{
    struct block block = {place, place->line, to_line};
    bool is_of_threads = text_equals(hunk->view->finding->advice.primitive, "threading.Lock");
    if (!is_of_threads && view_cannot_await(hunk->view, place)) {
        hunk_comment_at(hunk, place, "nothing can be awaited here: let a task do this while it holds ",
                        lock != NULL ? lock->name : TEXT("the lock"), "");
        return;
    }
    begin_at_leftmost(hunk, &block);
    hunk_open(hunk, place);
    add_with(hunk, hunk_blanks(line_of(hunk->view, &block, block.from_line)), lock);
    add_lines(hunk, &block, lock, SIZE_MAX);
    hunk_close(hunk);
}

/* The line that takes the lock which is let go in between; 0: not known. */
static uint32_t taken_at(const struct view *view, const struct finding_lock *lock)
{
    const struct block block = {.place = &view->finding->first};
    uint32_t first = view->finding->first.line;
    for (uint32_t line = first; line > 0 && first - line < above_max; line--)
        if (takes(line_of(view, &block, line), lock))
            return line;
    return 0;
}

/* It stays where it is taken first. */
static void hold_on(struct hunk *hunk, const struct finding_lock *lock)
{
    const struct finding *finding = hunk->view->finding;
    uint32_t line = taken_at(hunk->view, lock);
    const struct block block = {&finding->first, line + 1, finding->last.line};
    struct text with = line_of(hunk->view, &block, line);
    hunk_open(hunk, block.place);
    hunk_keep(hunk, line, with, false);
    add_lines(hunk, &block, lock, hunk_blanks(with).length);
    hunk_close(hunk);
}

/* ---- What is drawn ---- */

/* Not where a lock of threads would be held over an await, nor where it is not seen how a lock is let go in between. */
bool sketch_holding_is_block(const struct view *view)
{
    const struct finding *finding = view->finding;
    const struct finding_lock *released = held_released(finding);
    bool awaits_in_thread_lock = finding->between_threads && finding->window.line != 0;
    return is_lock(finding->advice.primitive) && finding->form == FINDING_FORM_ONLY &&
           finding->kind != FINDING_DATA_RACE && finding->kind != FINDING_ATOMICITY &&
           !awaits_in_thread_lock && finding->first.line != 0 && finding->first.line <= finding->last.line &&
           finding->last.line - finding->first.line < block_lines_max &&
           same_function(&finding->first, &finding->last) &&
           (released == NULL || taken_at(view, released) != 0) &&
           (lock_there(finding) != NULL || !text_equals(finding->advice.primitive, "asyncio.Semaphore"));
}

static bool is_within(const struct finding_place *place, const struct finding *finding)
{
    return same_function(place, &finding->first) && place->line >= finding->first.line &&
           place->line <= finding->last.line;
}

void sketch_holding_draw_block(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    const struct finding_lock *missing = held_missing(finding), *released = held_released(finding);
    if (released != NULL) {
        hold_on(hunk, released);
        return;
    }
    if (missing == NULL)
        hold(hunk, &finding->first, finding->last.line, lock_there(finding));
    bool other_takes = finding->other.lock_count != 0 && missing == NULL && lock_there(finding) != NULL;
    if (finding->other.line != 0 && !is_within(&finding->other, finding) && !other_takes)
        hold(hunk, &finding->other, finding->other.line, lock_there(finding));
}

bool sketch_holding_is_race(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->kind == FINDING_DATA_RACE && is_lock(finding->advice.primitive) &&
           finding->first.line != 0 && finding->last.line != 0 && !finding->first.is_location;
}

static const struct finding_lock *thread_lock_at(const struct finding_place *place)
{
    for (uint32_t i = 0; i < place->lock_count; i++)
        if (place->locks[i].kind == FINDING_LOCK_THREADING)
            return &place->locks[i];
    return NULL;
}

/* Whether the two are in one function, with nothing awaited in between: then most likely they belong together. */
static bool is_one_block(const struct view *view, const struct finding_place *upper,
                         const struct finding_place *lower)
{
    const struct block block = {.place = upper};
    if (!same_function(upper, lower) || lower->line - upper->line > lines_max)
        return false;
    for (uint32_t line = upper->line; line <= lower->line; line++)
        if (source_has(line_of(view, &block, line), "await"))
            return false;
    return true;
}

void sketch_holding_draw_race(struct hunk *hunk)
{
    const struct finding_place *first = &hunk->view->finding->first, *last = &hunk->view->finding->last;
    const struct finding_lock *at_first = thread_lock_at(first), *at_last = thread_lock_at(last);
    const struct finding_place *upper = first->line < last->line ? first : last;
    const struct finding_place *lower = upper == first ? last : first;
    if (at_first == NULL && at_last == NULL && is_one_block(hunk->view, upper, lower)) {
        hold(hunk, upper, lower->line, NULL);
        return;
    }
    if (at_first == NULL)
        hold(hunk, first, first->line, at_last);
    if (at_last == NULL)
        hold(hunk, last, last->line, at_first);
}
