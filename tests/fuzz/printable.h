/* What every text output keeps to. */
#ifndef STALEREAD_FUZZ_PRINTABLE_H
#define STALEREAD_FUZZ_PRINTABLE_H

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Ends the process where there is something that a terminal would obey, or no UTF-8. `layout`: what may stand in it besides. */
static inline void check_printable(struct text text, const char *layout)
{
    for (size_t i = 0; i < text.length;) {
        size_t length = text_printable((struct text){text.bytes + i, text.length - i});
        if (length == 0 && (text.bytes[i] == '\0' || strchr(layout, text.bytes[i]) == NULL))
            abort();
        i += length + (length == 0);
    }
}

static inline void check_json(struct text text)
{
    cJSON *parsed = cJSON_ParseWithLength(text.bytes, text.length);
    if (parsed == NULL)
        abort();
    cJSON_Delete(parsed);
}

#endif
