/* Words that are Python's own: of the language, of its built-in types, and of what asyncio and threading offer. */
#ifndef STALEREAD_SLICE_PUBLIC_WORDS_H
#define STALEREAD_SLICE_PUBLIC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A keyword, a built-in, or a class of the library: wherever it stands, unless the program calls something of its own by it. */
bool public_words_has(struct text word);

/* A function of one of the modules below: behind the name of such a module. */
bool public_words_has_function(struct text word);

/* A method that built-in and library objects have: where it is called on one of these. */
bool public_words_has_method(struct text word);

bool public_words_has_module(struct text word);

/* A function of a module whose name may also be anybody's, with that name before it (`time.sleep`): how many bytes it has if the text begins
 * with one, and goes on with something else; else 0. */
size_t public_words_dotted(struct text text);

#endif
