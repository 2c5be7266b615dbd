/* In: places in the source, and the folder that they are relative to. Out: URLs. Must hold: only files that are there get one, and
 * nothing but printable ASCII gets into it, whatever a trace or the environment says. */
#include "cmd/hyperlinks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what a URL looks like ---- */

static const struct editor {
    const char *name;
    const char *pattern;
} editors[] = {
    {"file", "file://{host}{path}#{line}"},
    {"vscode", "vscode://file{path}:{line}"},
    {"vscodium", "vscodium://file{path}:{line}"},
    {"cursor", "cursor://file{path}:{line}"},
    {"zed", "zed://file{path}:{line}"},
    {"idea", "idea://open?file={path}&line={line}"},
    {"pycharm", "pycharm://open?file={path}&line={line}"},
    {"textmate", "txmt://open?url=file://{path}&line={line}"},
};

static const char *find_pattern(const char *name)
{
    for (size_t i = 0; i < sizeof editors / sizeof *editors; i++)
        if (strcmp(editors[i].name, name) == 0)
            return editors[i].pattern;
    return strstr(name, "{path}") != NULL ? name : NULL;
}

enum status hyperlinks_init(struct hyperlinks *hyperlinks, const char *pattern, struct diag *diag)
{
    *hyperlinks = (struct hyperlinks){.pattern = find_pattern(pattern != NULL ? pattern : editors[0].name)};
    if (hyperlinks->pattern == NULL)
        return diag_set(diag, STATUS_USAGE,
                        "STALEREAD_HYPERLINKS is `%s`: that is neither the name of an editor that is known "
                        "(vscode, pycharm, …) nor a URL with {path} in it",
                        pattern);
    if (gethostname(hyperlinks->host, sizeof hyperlinks->host - 1) != 0)
        hyperlinks->host[0] = '\0';
    return STATUS_OK;
}

/* ---- who understands them ---- */

static bool environment_is(const char *name, const char *prefix)
{
    const char *value = getenv(name);
    return value != NULL && strncmp(value, prefix, strlen(prefix)) == 0;
}

/* Terminals by what they call themselves. What is not known is trusted to pass over what it does not understand, as the standard
 * for terminals asks of it. */
bool hyperlinks_are_understood(void)
{
    static const char *const terms[] = {"dumb", "linux", "cons25", "eterm", "emacs", "screen", "rxvt", "vt"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        if (environment_is("TERM", terms[i]))
            return false;
    const char *vte = getenv("VTE_VERSION");
    if (vte != NULL && atoi(vte) < 5000)
        return false;
    return !environment_is("TERM_PROGRAM", "Apple_Terminal") && getenv("INSIDE_EMACS") == NULL;
}

/* ---- making one ---- */

/* What means nothing in a URL stands as it is, all else as %20 and the like. */
static void add_quoted(struct buffer *url, struct text text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte != '\0' && strchr(plain, byte) != NULL)
            buffer_add_char(url, (char)byte);
        else
            buffer_add_format(url, "%%%02X", byte);
    }
}

static bool is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static void add_path(struct buffer *path, struct text root, struct text file)
{
    if (file.length > 0 && file.bytes[0] == '/') {
        buffer_add(path, file);
        return;
    }
    buffer_add(path, root);
    buffer_add_char(path, '/');
    buffer_add(path, file);
}

static bool starts_with(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

static void add_url(struct buffer *url, const struct hyperlinks *hyperlinks, struct text path, uint32_t line)
{
    const char *rest = hyperlinks->pattern;
    while (*rest != '\0') {
        if (starts_with(rest, "{path}")) {
            add_quoted(url, path);
            rest += strlen("{path}");
        } else if (starts_with(rest, "{host}")) {
            add_quoted(url, text_of(hyperlinks->host));
            rest += strlen("{host}");
        } else if (starts_with(rest, "{line}")) {
            buffer_add_number(url, line);
            rest += strlen("{line}");
        } else {
            if (*rest > ' ' && *rest < '\x7f')
                buffer_add_char(url, *rest);
            rest++;
        }
    }
}

void hyperlinks_add(const void *hyperlinks, struct text root, const struct finding_place *place,
                    struct buffer *url)
{
    bool is_absolute = place->file.length > 0 && place->file.bytes[0] == '/';
    bool is_known = is_absolute || (root.length > 0 && root.bytes[0] == '/');
    if (place->line == 0 || place->file.length == 0 || !is_known)
        return;
    struct buffer path;
    buffer_init(&path);
    add_path(&path, root, place->file);
    bool is_whole = memchr(buffer_text(&path).bytes, '\0', path.length) == NULL;
    if (is_whole && is_file(buffer_string(&path)))
        add_url(url, hyperlinks, buffer_text(&path), place->line);
    buffer_fini_part(&path, url);
}
