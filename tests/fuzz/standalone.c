/* Drives a fuzz target where there is no libFuzzer: without coverage, but everywhere, and always in the same way.
 *
 *     TARGET [-runs=N] [-seed=N] FILE|FOLDER...
 *
 * In: inputs. Out: nothing, or a crash. Every input is run as it is, and then N changed ones (0 without -runs). What is being
 * run stands in `crash-input` in the current folder if that goes wrong. */
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/vector.h"
#include "random.h"
#include "target.h"

#pragma weak LLVMFuzzerInitialize
#pragma weak LLVMFuzzerCustomMutator

enum { input_bytes_max = 1 << 20, path_bytes_max = 4096, changes_max = 4, span_bytes_max = 32 };

struct input {
    uint8_t *bytes;
    size_t length;
};

struct inputs {
    VECTOR(struct input) all;
};

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- inputs ---- */

static void load_file(struct inputs *inputs, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    struct input input = {.bytes = must(malloc(input_bytes_max))};
    input.length = fread(input.bytes, 1, input_bytes_max, file);
    input.bytes = must(realloc(input.bytes, input.length + 1));
    fclose(file);
    if (VECTOR_PUSH(&inputs->all, input) != STATUS_OK)
        abort();
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A file, or all files of a folder, in the order of their names. */
static void load(struct inputs *inputs, const char *path)
{
    struct stat about;
    struct dirent **entries;
    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) {
        load_file(inputs, path);
        return;
    }
    int count = scandir(path, &entries, is_shown, alphasort);
    for (int i = 0; i < count; i++) {
        char inside[path_bytes_max];
        snprintf(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
        load_file(inputs, inside);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* ---- changes ---- */

/* The driver's own state of randomness: targets have no way to hand one through. */
static uint64_t driver_random;

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max)
{
    static const uint8_t telling[] = {0,   1,    2,   3,   4,    5,    8,    16,   24,  '"',
                                      ':', '\n', '|', '(', 0x7F, 0x80, 0xC2, 0xFE, 0xFF};
    size_t at = random_below(&driver_random, size + 1);
    size_t span = 1 + random_below(&driver_random, span_bytes_max);
    size_t rest = size - at;
    switch (random_below(&driver_random, 6)) {
    case 0: /* takes out */
        span = span < rest ? span : rest;
        memmove(data + at, data + at + span, rest - span);
        return size - span;
    case 1: /* doubles */
        span = span < rest ? span : rest;
        span = span < size_max - size ? span : size_max - size;
        memmove(data + at + span, data + at, rest);
        return size + span;
    case 2: /* puts in */
        if (size == size_max)
            return size;
        memmove(data + at + 1, data + at, rest);
        data[at] = telling[random_below(&driver_random, sizeof telling)];
        return size + 1;
    case 3:
        if (rest > 0)
            data[at] = telling[random_below(&driver_random, sizeof telling)];
        return size;
    case 4:
        if (rest > 0)
            data[at] ^= (uint8_t)(1u << random_below(&driver_random, 8));
        return size;
    default:
        if (rest > 0)
            data[at] = (uint8_t)random_next(&driver_random);
        return size;
    }
}

static size_t change(uint8_t *data, size_t size)
{
    for (size_t left = 1 + random_below(&driver_random, changes_max); left > 0; left--)
        if (LLVMFuzzerCustomMutator != NULL)
            size =
                LLVMFuzzerCustomMutator(data, size, input_bytes_max, (unsigned)random_next(&driver_random));
        else
            size = LLVMFuzzerMutate(data, size, input_bytes_max);
    return size;
}

/* ---- the run ---- */

static struct input running;

static void keep_running(void)
{
    FILE *file = fopen("crash-input", "wb");
    if (file == NULL)
        return;
    fwrite(running.bytes, 1, running.length, file);
    fclose(file);
    fputs("what did it is in crash-input\n", stderr);
}

/* What the address sanitizer calls before it ends the process. */
void __sanitizer_set_death_callback(void (*callback)(void));
#pragma weak __sanitizer_set_death_callback

static void on_abort(int number)
{
    keep_running();
    signal(number, SIG_DFL);
    raise(number);
}

/* In memory of its own size, so that a byte too far is seen. */
static void run_once(const uint8_t *data, size_t size)
{
    running = (struct input){.bytes = must(malloc(size + 1)), .length = size};
    uint8_t *exact = must(realloc(running.bytes, size > 0 ? size : 1));
    running.bytes = exact;
    if (size > 0)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static bool take_number(const char *word, const char *name, uint64_t *number)
{
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0)
        return false;
    *number = strtoull(word + length, NULL, 10);
    return true;
}

int main(int argc, char **argv)
{
    struct inputs inputs = {.all = {.count = 0}};
    uint64_t runs = 0, seed = 1;
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    if (__sanitizer_set_death_callback != NULL)
        __sanitizer_set_death_callback(keep_running);
    signal(SIGABRT, on_abort);
    for (int i = 1; i < argc; i++)
        if (!take_number(argv[i], "-runs=", &runs) && !take_number(argv[i], "-seed=", &seed))
            load(&inputs, argv[i]);
    if (inputs.all.count == 0) {
        fprintf(stderr, "usage: %s [-runs=N] [-seed=N] FILE|FOLDER...\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < inputs.all.count; i++)
        run_once(inputs.all.items[i].bytes, inputs.all.items[i].length);
    driver_random = seed * 0x9E3779B97F4A7C15ull | 1;
    uint8_t *changed = must(malloc(input_bytes_max));
    for (uint64_t i = 0; i < runs; i++) {
        const struct input *input = &inputs.all.items[random_below(&driver_random, inputs.all.count)];
        memcpy(changed, input->bytes, input->length);
        run_once(changed, change(changed, input->length));
    }
    printf("%zu inputs as they are and %" PRIu64 " changed ones\n", inputs.all.count, runs);
    free(changed);
    for (size_t i = 0; i < inputs.all.count; i++)
        free(inputs.all.items[i].bytes);
    VECTOR_FINI(&inputs.all);
    return 0;
}
