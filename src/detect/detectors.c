/* The table of detectors; a row each. An earlier one that proposes a window keeps later ones from proposing the same. */
#include "detect/detector.h"

#include "detect/atomicity.h"
#include "detect/blocking_call.h"
#include "detect/check_then_act.h"
#include "detect/data_race.h"
#include "detect/dirty_read.h"
#include "detect/late_write.h"
#include "detect/lock_misuse.h"
#include "detect/lock_released_between.h"
#include "detect/lost_update.h"
#include "detect/lost_wakeup.h"
#include "detect/lost_write.h"
#include "detect/never_awaited.h"
#include "detect/stale_read.h"

const struct detector *const detectors[] = {
    /* clang-format off */
    &lost_update,
    &check_then_act,
    &lock_released_between,
    &lost_write,
    &late_write,
    &stale_read,
    &dirty_read,
    &lock_misuse,
    &lost_wakeup,
    &blocking_call,
    &never_awaited,
    &data_race,
    &atomicity,
    /* clang-format on */
};

const size_t detector_count = sizeof detectors / sizeof detectors[0];
