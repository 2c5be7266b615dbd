/* The program is its commands: see cmd/cmd.h. */
#include "cmd/cmd.h"

int main(int argc, char **argv)
{
    return cmd_main(argc, (const char *const *)argv);
}
