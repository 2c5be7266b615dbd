/* The words of the command line. One file and one row of the table in cmd.c for each. */
#ifndef STALEREAD_CMD_CMD_H
#define STALEREAD_CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

/* What the program's exit status means. */
enum cmd_exit {
    CMD_EXIT_OK = 0,
    CMD_EXIT_FINDINGS = 1, /* of analyze: something at or above --fail-on; of diff: something differs */
    CMD_EXIT_CANNOT = 2,   /* wrong usage, unreadable input, output refused */
};

enum { cmd_options_max = 24, cmd_display_options_max = 8 };

/* The words that may stand in a place: number `i` of them, NULL behind the last one. */
typedef const char *cmd_choice(size_t i);

struct cmd_option {
    const char *word;   /* without the dashes; NULL: it has a letter only */
    char letter;        /* 0: it has none */
    const char *value;  /* name of what follows it; NULL: it is a flag */
    const char *help;   /* where there are choices, they are told behind it */
    cmd_choice *choice; /* what may follow it, and nothing else; NULL: anything */
};

struct cmd;

/* What was given to a command. Values stand at the index of their option; NULL: not given. A flag's value is "". */
struct cmd_arguments {
    const struct cmd *cmd; /* whose they are */
    const char *values[cmd_options_max];
    const char *display[cmd_display_options_max]; /* the same for display_options */
    const char *const *operands;
    size_t operand_count;
};

struct cmd {
    const char *name;
    const char *operands; /* "TRACE..." */
    const char *summary;  /* for the list of commands */
    const char *details;  /* for its own --help: paragraphs, each with a newline behind it */
    const struct cmd_option *options;
    size_t option_count;
    cmd_choice *operand_choice; /* what its operands are taken from; NULL: they are files, if it has any */
    bool wraps;                 /* what follows its first operand is another program\'s command line */
    bool shows; /* it prints what people read, and has the options of display.h besides its own */
    size_t operands_min;
    size_t operands_max;
    int (*run)(const struct cmd_arguments *arguments); /* NULL: the agent does */
};

/* Runs what the command line asks for; returns the exit status. */
int cmd_main(int argc, const char *const *argv);

/* Every command, in the order in which they are listed; NULL behind the last. The agent's are among them. */
const struct cmd *cmd_at(size_t i);

/* NULL when there is no such command. */
const struct cmd *cmd_find(const char *name);

/* Option number `i` of a command: first its own, then, where it has them, those of display.h. NULL behind the last. */
const struct cmd_option *cmd_option_at(const struct cmd *cmd, size_t i);

/* Says that there is no such command, and where or what it might be; returns the exit status. */
int cmd_refuse(const char *word);

extern const struct cmd cmd_analyze;
extern const struct cmd cmd_completion;
extern const struct cmd cmd_diff;
extern const struct cmd cmd_dump;
extern const struct cmd cmd_explain;
extern const struct cmd cmd_export;
extern const struct cmd cmd_help;
extern const struct cmd cmd_import;
extern const struct cmd cmd_info;
extern const struct cmd cmd_show;
extern const struct cmd cmd_merge;
extern const struct cmd cmd_bundle;
extern const struct cmd cmd_slice;
extern const struct cmd cmd_version;

#endif
