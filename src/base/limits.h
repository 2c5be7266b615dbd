/* Every limit, in one place. Units come last in a name. A limit protects memory and time from files that lie;
 * none is meant to be met by a trace that was honestly recorded. */
#ifndef STALEREAD_BASE_LIMITS_H
#define STALEREAD_BASE_LIMITS_H

/* The first three are laid down by formats/trace.md: a frame that says more is damaged. */
enum {
    frame_inflated_bytes_max = 1048576,
    frame_stored_bytes_max = 1114112,
    frame_events_max = 262144,

    /* Per event: more fields than any kind has; a frame may have more (from a newer writer), they are skipped. */
    event_fields_max = 6,

    /* Numbers of strings, functions and sites are below this. */
    table_rows_max = 16777216,
    meta_pairs_max = 1024,

    /* Indexes of threads are below this. */
    trace_threads_max = 1048576,

    /* What is kept of a sentence about what went wrong, and of the file's name in it. */
    diag_message_bytes_max = 512,
    diag_file_bytes_max = 512,
};

/* All tables of one trace together. */
#define trace_tables_bytes_max (1024ull * 1024 * 1024)

#endif
