/* In: the table of commands. Out: pages in the language of man(7).
 * Must hold: nothing of the table is taken for a request of that language; the same program writes the same pages, without a date. */
#include "cmd/man.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "cmd/display.h"
#include "cmd/help.h"
#include "cmd/output.h"

/* ---- texts ---- */

/* Characters that mean something to man(7) as they are. */
static void add_plain(struct buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '\\':
            buffer_add_string(out, "\\e");
            break;
        case '-':
            buffer_add_string(out, "\\-");
            break;
        case '\'':
            buffer_add_string(out, "\\(aq");
            break;
        default:
            buffer_add_char(out, text[i]);
        }
    }
}

static void add_in_font(struct buffer *out, char font, const char *text, size_t length)
{
    buffer_add_format(out, "\\f%c", font);
    add_plain(out, text, length);
    buffer_add_string(out, "\\fR");
}

/* A line of prose: code, which stands in backticks, is bold. */
static void add_prose(struct buffer *out, const char *text, size_t length)
{
    if (length > 0 && text[0] == '.')
        buffer_add_string(out, "\\&");
    while (length > 0) {
        const char *tick = memchr(text, '`', length);
        size_t before = tick != NULL ? (size_t)(tick - text) : length;
        const char *end = tick != NULL ? memchr(tick + 1, '`', length - before - 1) : NULL;
        if (end == NULL) {
            add_plain(out, text, length);
            break;
        }
        add_plain(out, text, before);
        add_in_font(out, 'B', tick + 1, (size_t)(end - tick - 1));
        length -= (size_t)(end + 1 - text);
        text = end + 1;
    }
    buffer_add_char(out, '\n');
}

/* "[OPTION...] TRACE": what is to be put in for a word is italic. */
static void add_synopsis(struct buffer *out, const char *text)
{
    while (*text != '\0') {
        size_t length = 0;
        while (isupper((unsigned char)text[length]) || (length > 0 && text[length] == '-'))
            length++;
        if (length > 1) {
            add_in_font(out, 'I', text, length);
            text += length;
        } else {
            add_plain(out, text++, 1);
        }
    }
}

/* ---- parts of a page ---- */

static void add_title(struct buffer *out, const char *command)
{
    buffer_add_string(out, ".\\\" Written by `staleread help --man`.\n.TH STALEREAD");
    for (const char *letter = command != NULL ? command : ""; *letter != '\0'; letter++) {
        if (letter == command)
            buffer_add_string(out, "\\-");
        buffer_add_char(out, (char)toupper((unsigned char)*letter));
    }
    buffer_add_format(out, " 1 \"\" \"staleread %s\" \"User Commands\"\n.SH NAME\nstaleread", version_text());
    if (command != NULL) {
        buffer_add_string(out, "\\-");
        add_plain(out, command, strlen(command));
    }
    buffer_add_string(out, " \\- ");
}

static void add_paragraphs(struct buffer *out, const char *text)
{
    const char *end;
    for (bool is_first = true; *text != '\0'; text = end + (*end == '\n'), is_first = false) {
        end = text + strcspn(text, "\n");
        if (!is_first)
            buffer_add_string(out, ".PP\n");
        add_prose(out, text, (size_t)(end - text));
    }
}

static void add_option(struct buffer *out, const struct cmd_option *option)
{
    char letter[] = {'-', option->letter, '\0'};
    buffer_add_string(out, ".TP\n");
    if (option->letter != '\0')
        add_in_font(out, 'B', letter, 2);
    if (option->letter != '\0' && option->word != NULL)
        buffer_add_string(out, ", ");
    if (option->word != NULL) {
        buffer_add_string(out, "\\fB\\-\\-");
        add_plain(out, option->word, strlen(option->word));
        buffer_add_string(out, "\\fR");
    }
    if (option->value != NULL) {
        buffer_add_char(out, ' ');
        add_in_font(out, 'I', option->value, strlen(option->value));
    }
    buffer_add_char(out, '\n');
    struct buffer help;
    buffer_init(&help);
    help_add_option(&help, option);
    add_prose(out, buffer_string(&help), help.length);
    buffer_fini_part(&help, out);
}

static void add_options(struct buffer *out, const struct cmd *cmd)
{
    const struct cmd_option *option;
    buffer_add_string(out, ".SH OPTIONS\n");
    for (size_t i = 0; (option = cmd_option_at(cmd, i)) != NULL; i++)
        add_option(out, option);
    add_option(out, &help_option);
}

static void add_environment(struct buffer *out)
{
    const struct display_variable *variable;
    buffer_add_string(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; (variable = display_variable_at(i)) != NULL; i++) {
        buffer_add_format(out, ".TP\n\\fB%s\\fR\n", variable->name);
        add_prose(out, variable->meaning, strlen(variable->meaning));
    }
}

static void add_reference(struct buffer *out, const char *command, const char *after)
{
    buffer_add_string(out, ".BR staleread");
    if (command != NULL) {
        buffer_add_string(out, "\\-");
        add_plain(out, command, strlen(command));
    }
    buffer_add_format(out, " (1)%s\n", after);
}

/* ---- pages ---- */

static void add_command_page(struct buffer *out, const struct cmd *cmd)
{
    add_title(out, cmd->name);
    add_prose(out, cmd->summary, strlen(cmd->summary));
    buffer_add_string(out, ".SH SYNOPSIS\n\\fBstaleread ");
    add_plain(out, cmd->name, strlen(cmd->name));
    buffer_add_string(out, "\\fR [\\fIOPTION\\fR...] ");
    add_synopsis(out, cmd->operands);
    buffer_add_string(out, "\n.SH DESCRIPTION\n");
    add_paragraphs(out, cmd->details);
    add_options(out, cmd);
    if (cmd->shows)
        add_environment(out);
    buffer_add_string(out, ".SH SEE ALSO\n");
    add_reference(out, NULL, "");
}

static void add_main_page(struct buffer *out)
{
    const struct cmd *cmd;
    add_title(out, NULL);
    buffer_add_string(
        out, "find reads that went stale in asyncio programs\n"
             ".SH SYNOPSIS\n\\fBstaleread\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fITRACE\\fR...]\n"
             ".SH DESCRIPTION\n");
    add_paragraphs(out, help_introduction);
    buffer_add_string(out, ".SH COMMANDS\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        buffer_add_format(out, ".TP\n\\fB%s\\fR\n", cmd->name);
        add_prose(out, cmd->summary, strlen(cmd->summary));
    }
    buffer_add_string(out, ".SH EXIT STATUS\n");
    add_paragraphs(out, help_exit_status);
    buffer_add_string(out, ".SH SEE ALSO\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        add_reference(out, cmd->name, cmd_at(i + 1) != NULL ? "," : "");
}

void man_page(struct buffer *out, const struct cmd *cmd)
{
    if (cmd != NULL)
        add_command_page(out, cmd);
    else
        add_main_page(out);
}

/* ---- all of them, as files ---- */

static enum status write_page(const char *folder, const struct cmd *cmd, struct diag *diag)
{
    struct buffer path, page;
    buffer_init(&path);
    buffer_init(&page);
    buffer_add_format(&path, "%s/staleread%s%s.1", folder, cmd != NULL ? "-" : "",
                      cmd != NULL ? cmd->name : "");
    man_page(&page, cmd);
    enum status status = STATUS_OK;
    if (buffer_status(&path) != STATUS_OK || buffer_status(&page) != STATUS_OK)
        status = diag_set_nomem(diag);
    else
        status = output_replace(buffer_string(&path), &page, diag);
    buffer_fini(&page);
    buffer_fini(&path);
    return status;
}

enum status man_write_all(const char *folder, struct diag *diag)
{
    enum status status = write_page(folder, NULL, diag);
    for (size_t i = 0; status == STATUS_OK && cmd_at(i) != NULL; i++)
        status = write_page(folder, cmd_at(i), diag);
    return status;
}
