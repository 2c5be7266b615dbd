/*
 * In:   a kind of finding.
 * Out:  all that is to be said about it.
 * Holds: plain text and Markdown have the same words, those of explain_rows.
 */
#include "finding/explain.h"

#include <string.h>

#include "finding/kinds.h"

void explain_add_text(struct buffer *out, enum finding_kind kind)
{
    const struct explain_row *row = &explain_rows[kind];
    buffer_add_format(out, "%s: %s\n\n", kinds_name(kind), row->headline);
    buffer_add_format(out, "%s\nFor example\n\n%s\n", row->meaning, row->example);
    buffer_add_format(out, "What cures it\n\n%s\nWhat is none\n\n%s", row->cures, row->not_it);
}

/* Lines without the indent that all of them have. */
static void add_code(struct buffer *out, const char *lines)
{
    static const char indent[] = "    ";
    const size_t indent_length = sizeof indent - 1;
    while (*lines != '\0') {
        const char *end = strchr(lines, '\n') + 1;
        lines += strncmp(lines, indent, indent_length) == 0 ? indent_length : 0;
        buffer_add(out, (struct text){lines, (size_t)(end - lines)});
        lines = end;
    }
}

void explain_add_markdown(struct buffer *out, enum finding_kind kind)
{
    const struct explain_row *row = &explain_rows[kind];
    buffer_add_format(out, "%s\n**For example**\n\n```python\n", row->meaning);
    add_code(out, row->example);
    buffer_add_format(out, "```\n\n**What cures it**\n\n%s\n**What is none**\n\n%s", row->cures, row->not_it);
}
