/* Which locks are taken while which others are held, and where that goes round in a circle.
 *
 * Opposite orders are an *inversion*. It is a *deadlock* where it can be reached: by different actors whose second
 * acquisitions no order keeps apart, with no further lock held around both, and each of whom may wait. */
#ifndef STALEREAD_DETECT_LOCK_ORDER_H
#define STALEREAD_DETECT_LOCK_ORDER_H

#include "detect/reporter.h"

struct lock_order;

/* NULL: no memory. */
struct lock_order *lock_order_open(void) WARN_UNUSED;
void lock_order_close(struct lock_order *order, struct clock_pool *clocks);

/* The moment is an acquisition. Reports the circles that it closes. STATUS_OK or STATUS_NOMEM. */
enum status lock_order_acquired(struct lock_order *order, const struct moment *moment,
                                struct reporter *reporter) WARN_UNUSED;

#endif
