/* The result of everything that can fail.
 *
 * STATUS_END and STATUS_WAIT are no errors: so an iteration says that it is done, or that the next one is not there
 * yet. Whoever returns an error has filled in
 * the caller's `struct diag` if it was given one. */
#ifndef STALEREAD_BASE_STATUS_H
#define STALEREAD_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_END,         /* nothing more to come */
    STATUS_WAIT,        /* nothing more for now: ask again later */
    STATUS_NOMEM,       /* the system has no memory left */
    STATUS_IO,          /* the system refused to open, read or write */
    STATUS_BAD_INPUT,   /* what was read is not what it claims to be */
    STATUS_UNSUPPORTED, /* what was read may be right, but is newer than we are */
    STATUS_LIMIT,       /* a limit of base/limits.h was met */
    STATUS_USAGE,       /* what was asked for makes no sense */
    STATUS_STOPPED,     /* who asked for it wants no more */
};

/* On every function whose result must be looked at. */
#define WARN_UNUSED __attribute__((warn_unused_result))

/* On every function that formats: `text` and `first` count parameters from 1. */
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

#endif
