/* Scenes made by hand, for reports that draw: the counter with a lock that its rival does not take, and hostile names everywhere. */
#ifndef STALEREAD_TESTS_REPORT_SCENES_H
#define STALEREAD_TESTS_REPORT_SCENES_H

#include "report/fixture.h"

/* Main makes two tasks; one reads under a lock, waits, and writes over what the other wrote meanwhile. */
static inline const struct scene *scenes_counter(void)
{
    static const struct scene_lane lanes[] = {
        {.name = {"Task-1", 6}, .kind = SCENE_LANE_TASK},
        {.name = {"Task-3", 6},
         .kind = SCENE_LANE_TASK,
         .made_by = {"Task-1", 6},
         .made_at = {.file = {"counter.py", 10}, .line = 16, .source = {"asyncio.gather(…)", 19}}},
        {.name = {"Task-2", 6}, .kind = SCENE_LANE_JOB, .made_by = {"Task-1", 6}},
    };
#define SCENES_AT(number, code)                                                                              \
    {                                                                                                        \
        .file = {"counter.py", 10}, .function = {"Counter.increment", 17}, .line = number, .source = {       \
            code,                                                                                            \
            sizeof(code) - 1                                                                                 \
        }                                                                                                    \
    }
    static const struct scene_moment moments[] = {
        {.kind = SCENE_BEGIN, .lane = 0, .number = 2},
        {.kind = SCENE_SPAWN, .lane = 0, .number = 3, .what = {"Task-2", 6}},
        {.kind = SCENE_SPAWN, .lane = 0, .number = 4, .what = {"Task-3", 6}},
        {.kind = SCENE_END, .lane = 0, .number = 5},
        {.kind = SCENE_LEFT_OUT, .number = 6, .left_out = 1234, .left_out_steps = 56},
        {.kind = SCENE_BEGIN, .lane = 1, .number = 1240},
        {.kind = SCENE_ACQUIRE, .lane = 1, .number = 1241, .what = {"Counter._lock", 13}},
        {.kind = SCENE_READ,
         .role = SCENE_ROLE_FIRST,
         .lane = 1,
         .number = 1242,
         .place = SCENES_AT(9, "value = self.value"),
         .what = {"Counter.value", 13},
         .value = {"0", 1}},
        {.kind = SCENE_AWAIT,
         .role = SCENE_ROLE_WINDOW,
         .lane = 1,
         .number = 1243,
         .place = SCENES_AT(10, "await asyncio.sleep(0)")},
        {.kind = SCENE_END, .lane = 1, .number = 1244},
        {.kind = SCENE_BEGIN, .lane = 2, .number = 1245},
        {.kind = SCENE_WRITE,
         .role = SCENE_ROLE_OTHER,
         .lane = 2,
         .number = 1246,
         .place = SCENES_AT(11, "self.value = value + 1"),
         .what = {"Counter.value", 13},
         .value = {"1", 1}},
        {.kind = SCENE_NOTIFY, .lane = 2, .number = 1247, .what = {"Counter.changed", 15}},
        {.kind = SCENE_END, .lane = 2, .number = 1248},
        {.kind = SCENE_BEGIN, .lane = 1, .number = 1249},
        {.kind = SCENE_WRITE,
         .role = SCENE_ROLE_LAST,
         .lane = 1,
         .number = 1250,
         .place = SCENES_AT(11, "self.value = value + 1"),
         .what = {"Counter.value", 13},
         .value = {"1", 1}},
        {.kind = SCENE_RELEASE, .lane = 1, .number = 1251, .what = {"Counter._lock", 13}},
        {.kind = SCENE_FINISH, .lane = 1, .number = 1252},
        {.kind = SCENE_END, .lane = 1, .number = 1253},
    };
    static const struct scene_span steps[] = {
        {.lane = 0, .from_row = 0, .to_row = 3, .is_cut_before = true},
        {.lane = 1, .from_row = 5, .to_row = 9},
        {.lane = 2, .from_row = 10, .to_row = 13, .is_cut_after = true},
        {.lane = 1, .from_row = 14, .to_row = 18},
    };
    static const struct scene_span held[] = {
        {.lane = 1, .from_row = 6, .to_row = 16, .lock = {"Counter._lock", 13}},
        {.lane = 1, .from_row = 5, .to_row = 18, .is_cut_before = true, .lock = {"Registry.all", 12}},
    };
    static const struct scene_edge edges[] = {
        {1, 10, "spawns"},
        {2, 5, "spawns"},
        {12, 14, "wakes"},
    };
    static const struct scene_line lines[] = {
        {.source = {"async def increment(self):", 26}, .line = 7},
        {.source = {"    async with self._lock:", 26}, .line = 8},
        {.source = {"        value = self.value", 26}, .line = 9, .role = SCENE_ROLE_FIRST},
        {.source = {"        await asyncio.sleep(0)", 30}, .line = 10, .role = SCENE_ROLE_WINDOW},
        {.source = {"        self.value = value + 1", 30}, .line = 11, .role = SCENE_ROLE_LAST},
        {.source = {"\tasyncio.gather(…)", 20}, .line = 16},
    };
#undef SCENES_AT
    static const struct scene_source sources[] = {{.file = {"counter.py", 10},
                                                   .function = {"Counter.increment", 17},
                                                   .lines = lines,
                                                   .line_count = sizeof lines / sizeof *lines}};
    static const struct scene scene = {
        .lanes = lanes,
        .lane_count = sizeof lanes / sizeof *lanes,
        .moments = moments,
        .moment_count = sizeof moments / sizeof *moments,
        .steps = steps,
        .step_count = sizeof steps / sizeof *steps,
        .held = held,
        .held_count = sizeof held / sizeof *held,
        .edges = edges,
        .edge_count = sizeof edges / sizeof *edges,
        .sources = sources,
        .source_count = 1,
    };
    return &scene;
}

#define SCENES_HOSTILE                                                                                       \
    "</title></style></script><script>alert(1)</script>\" onload='alert(2)' &lt; \x1b[2J\xFF\xE2\x80\xAE"

/* Every text that a scene can have is an attempt to get out of where it stands. */
static inline const struct scene *scenes_hostile(void)
{
#define SCENES_TEXT                                                                                          \
    {                                                                                                        \
        SCENES_HOSTILE, sizeof SCENES_HOSTILE - 1                                                            \
    }
#define SCENES_PLACE                                                                                         \
    {                                                                                                        \
        .file = SCENES_TEXT, .function = SCENES_TEXT, .source = SCENES_TEXT, .line = 3                       \
    }
    static const struct scene_lane lanes[] = {
        {.name = SCENES_TEXT, .made_by = SCENES_TEXT, .made_at = SCENES_PLACE},
        {.name = SCENES_TEXT, .kind = SCENE_LANE_THREAD},
    };
    static const struct scene_moment moments[] = {
        {.kind = SCENE_READ,
         .role = SCENE_ROLE_FIRST,
         .place = SCENES_PLACE,
         .what = SCENES_TEXT,
         .value = SCENES_TEXT},
        {.kind = SCENE_WRITE,
         .role = SCENE_ROLE_OTHER,
         .lane = 1,
         .place = SCENES_PLACE,
         .what = SCENES_TEXT},
        {.kind = SCENE_ACQUIRE, .place = SCENES_PLACE, .what = SCENES_TEXT},
        {.kind = SCENE_WRITE, .role = SCENE_ROLE_LAST, .place = SCENES_PLACE, .what = SCENES_TEXT},
    };
    static const struct scene_span held[] = {{.lane = 0, .from_row = 2, .to_row = 3, .lock = SCENES_TEXT}};
    static const struct scene_line lines[] = {{.source = SCENES_TEXT, .line = 3}};
    static const struct scene_source sources[] = {
        {.file = SCENES_TEXT, .function = SCENES_TEXT, .lines = lines, .line_count = 1}};
#undef SCENES_PLACE
#undef SCENES_TEXT
    static const struct scene scene = {.lanes = lanes,
                                       .lane_count = 2,
                                       .moments = moments,
                                       .moment_count = 4,
                                       .held = held,
                                       .held_count = 1,
                                       .sources = sources,
                                       .source_count = 1,
                                       .is_supposed = true};
    return &scene;
}

/* For each finding of the list the scene that was made for it, NULL for the others. */
static inline void scenes_of(const struct finding_list *list, const struct scene **scenes)
{
    for (size_t i = 0; i < list->findings.count; i++) {
        struct text cell = list->findings.items[i].cell.text;
        scenes[i] = text_equals(cell, "Counter.value")                         ? scenes_counter()
                    : text_equals(list->findings.items[i].cell.owner, "Cache") ? scenes_hostile()
                                                                               : NULL;
    }
}

/* Of 4,004 events, with everything in the middle. */
static inline const struct scene_overview *scenes_overview(void)
{
    static const struct scene_overview overview = {.events = 4004,
                                                   .bucket_count = 4,
                                                   .steps = {10, 1000, 990, 2},
                                                   .actors = {1001, 0, 0, 0},
                                                   .writes = {1, 500, 500, 0}};
    return &overview;
}

#endif
