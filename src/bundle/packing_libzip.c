/* In: names and contents. Out: a zip file, made in memory by libzip.
 * Must hold: no clock and no machine gets into it. */
#include <stdbool.h>
#include <zip.h>

#include "bundle/packing.h"

/* 1980-01-01 00:00:00, where the times of zip files begin; a plain file, which everybody may read. */
enum { dos_date = 1 << 5 | 1, dos_time = 0 };
static const zip_uint32_t attributes = 0100644u << 16;

enum status packing_check(struct diag *diag)
{
    (void)diag;
    return STATUS_OK;
}

static bool add(zip_t *archive, const struct packing_file *file)
{
    zip_source_t *source = zip_source_buffer(archive, file->content.bytes, file->content.length, 0);
    if (source == NULL)
        return false;
    zip_int64_t index = zip_file_add(archive, file->name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_file_set_dostime(archive, (zip_uint64_t)index, dos_time, dos_date, 0) == 0 &&
           zip_file_set_external_attributes(archive, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX, attributes) == 0;
}

static bool write_archive(zip_source_t *into, const struct packing_file *files, size_t count)
{
    zip_t *archive = zip_open_from_source(into, ZIP_TRUNCATE, NULL);
    if (archive == NULL)
        return false;
    zip_source_keep(into);
    bool is_added = true;
    for (size_t i = 0; i < count && is_added; i++)
        is_added = add(archive, &files[i]);
    if (is_added && zip_close(archive) == 0)
        return true;
    zip_discard(archive);
    return false;
}

static bool read_back(zip_source_t *from, struct buffer *out)
{
    char bytes[16384];
    zip_int64_t count = -1;
    if (zip_source_open(from) != 0)
        return false;
    while ((count = zip_source_read(from, bytes, sizeof bytes)) > 0)
        buffer_add(out, (struct text){bytes, (size_t)count});
    zip_source_close(from);
    return count == 0 && buffer_status(out) == STATUS_OK;
}

enum status packing_pack(const struct packing_file *files, size_t count, struct buffer *out,
                         struct diag *diag)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    if (source == NULL)
        return diag_set_nomem(diag);
    bool is_packed = write_archive(source, files, count) && read_back(source, out);
    zip_source_free(source);
    return is_packed ? STATUS_OK : diag_set_nomem(diag);
}
