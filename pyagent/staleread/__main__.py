"""`python -m staleread`: the same words as the `staleread` command."""

import sys

from staleread._interpreter import IS_TOO_OLD, refusal

if __name__ == "__main__":
    if IS_TOO_OLD:
        sys.stderr.write("staleread: {}\n".format(refusal()))
        sys.exit(2)
    from staleread._cli import main

    sys.exit(main(sys.argv[1:]))
