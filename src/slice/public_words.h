/* Words that everybody knows: of Python itself, of its built-in types, and of what asyncio and threading offer. */
#ifndef STALEREAD_SLICE_PUBLIC_WORDS_H
#define STALEREAD_SLICE_PUBLIC_WORDS_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the word tells nothing of whose program it stands in, unless the program calls something of its own by it. */
bool public_words_has(struct text word);

#endif
