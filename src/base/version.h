/* Which staleread this is. */
#ifndef STALEREAD_BASE_VERSION_H
#define STALEREAD_BASE_VERSION_H

/* "0.1.0" */
const char *version_text(void);

#endif
