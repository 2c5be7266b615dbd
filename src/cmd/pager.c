/* In: a text, and the environment. Out: a pager that shows it. Must hold: the pager may end when it likes, and Ctrl-C is its affair
 * while it runs; everything is afterwards as it was. */
#include "cmd/pager.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* F: leave what fits on the screen there; R: let colours through; X: keep the screen. */
#define LESS_OPTIONS "FRX"

/* Where it is not installed, it does not matter. */
static const char default_command[] =
    "if command -v less >/dev/null; then exec less -" LESS_OPTIONS "; else exec cat; fi";

/* The first that lets hyperlinks through. */
enum { less_with_links = 581 };

/* What the shell answers where there is no such program, or none that can be run. */
enum { status_not_run = 126, status_not_found = 127 };

const char *pager_command(void)
{
    const char *command = getenv("STALEREAD_PAGER");
    if (command == NULL)
        command = getenv("PAGER");
    if (command == NULL)
        command = default_command;
    return command[0] == '\0' || strcmp(command, "cat") == 0 ? NULL : command;
}

bool pager_shows_links(const char *command)
{
    int version = 0;
    if (command != default_command && strncmp(command, "less", strlen("less")) != 0)
        return false;
    FILE *answer = popen("less --version 2>/dev/null", "r");
    if (answer == NULL)
        return false;
    if (fscanf(answer, "less %d", &version) != 1)
        version = 0;
    pclose(answer);
    return version >= less_with_links;
}

/* ---- running it ---- */

/* The process, its input the end of a pipe whose other end is *to; -1: there is none. */
static pid_t start(const char *command, int *to)
{
    char *const words[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    pid_t pid = -1;
    if (pipe(ends) != 0)
        return -1;
    *to = ends[1];
    if (posix_spawn_file_actions_init(&actions) == 0) {
        bool is_ready =
            posix_spawn_file_actions_addclose(&actions, ends[1]) == 0 &&
            posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO) == 0 &&
            (ends[0] == STDIN_FILENO || posix_spawn_file_actions_addclose(&actions, ends[0]) == 0);
        /* As git has it: who uses `less` without saying how gets what shows colours. */
        setenv("LESS", LESS_OPTIONS, 0);
        setenv("LV", "-c", 0);
        if (!is_ready || posix_spawn(&pid, "/bin/sh", &actions, NULL, words, environ) != 0)
            pid = -1;
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[0]);
    if (pid == -1)
        close(ends[1]);
    return pid;
}

static void feed(int to, struct text text)
{
    while (text.length > 0) {
        ssize_t written = write(to, text.bytes, text.length);
        if (written < 0 && errno != EINTR)
            break; /* nobody reads on */
        size_t taken = written < 0 ? 0 : (size_t)written;
        text = (struct text){text.bytes + taken, text.length - taken};
    }
    close(to);
}

/* Whether the command was there to be run. */
static bool wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return true;
    return !WIFEXITED(status) ||
           (WEXITSTATUS(status) != status_not_found && WEXITSTATUS(status) != status_not_run);
}

bool pager_show(const char *command, const struct buffer *text)
{
    static const int signals[] = {SIGPIPE, SIGINT, SIGQUIT};
    enum { signal_count = sizeof signals / sizeof *signals };
    struct sigaction before[signal_count], ignored = {.sa_handler = SIG_IGN};
    int to;
    fflush(stdout);
    pid_t pid = start(command, &to);
    if (pid == -1)
        return false;
    for (size_t i = 0; i < signal_count; i++)
        sigaction(signals[i], &ignored, &before[i]);
    feed(to, buffer_text(text));
    bool has_run = wait_for(pid);
    for (size_t i = 0; i < signal_count; i++)
        sigaction(signals[i], &before[i], NULL);
    return has_run;
}
