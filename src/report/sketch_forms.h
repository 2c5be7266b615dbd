/* Sketches for findings whose cure is no lock over a block and no line that becomes another. */
#ifndef STALEREAD_REPORT_SKETCH_FORMS_H
#define STALEREAD_REPORT_SKETCH_FORMS_H

#include "report/hunk.h"

/* Draws nothing where words are better. */
void sketch_forms_draw(struct hunk *hunk);

#endif
