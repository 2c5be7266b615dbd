/* In: what the build says. Out: which staleread this is.
 * Must hold: this file alone depends on the version, so that nothing else is built again for a new one. */
#include "base/version.h"

#ifndef STALEREAD_VERSION
#error "the build tells the version"
#endif

const char *version_text(void)
{
    return STALEREAD_VERSION;
}
