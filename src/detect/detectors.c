/* The table of detectors; a row each. An earlier one that proposes a window keeps later ones from proposing the same. */
#include "detect/detector.h"

#include "detect/blocking_call.h"
#include "detect/check_then_act.h"
#include "detect/lock_misuse.h"
#include "detect/lock_released_between.h"
#include "detect/lost_update.h"
#include "detect/never_awaited.h"

const struct detector *const detectors[] = {
    &lost_update, &check_then_act, &lock_released_between, &lock_misuse, &blocking_call, &never_awaited,
};

const size_t detector_count = sizeof detectors / sizeof detectors[0];
