"""`python -m staleread`: the same words as the `staleread` command."""

import sys

from staleread._cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
