/* In: a command. Out: on stderr, how many seconds it took by the clock and on the processor, and the most memory it had.
 *
 *     measure COMMAND ARGUMENT...
 *
 * It is so small because the system counts the memory of whoever starts a program as the program's own. The exit
 * status is the command's. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { cannot = 126 };

static double seconds(struct timeval of)
{
    return (double)of.tv_sec + (double)of.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct timespec before, after;
    struct rusage usage;
    int status = 0;
    if (argc < 2)
        return cannot;
    clock_gettime(CLOCK_MONOTONIC, &before);
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(cannot);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || getrusage(RUSAGE_CHILDREN, &usage) != 0)
        return cannot;
    clock_gettime(CLOCK_MONOTONIC, &after);
    double wall = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    fprintf(stderr, "\n%.6f %.6f %ld\n", wall, seconds(usage.ru_utime) + seconds(usage.ru_stime),
            usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : cannot;
}
