/* The page's style and script: html/report.css and html/report.js, as they were when the program was built. */
#ifndef STALEREAD_REPORT_HTML_ASSETS_H
#define STALEREAD_REPORT_HTML_ASSETS_H

#include "base/text.h"

/* Defined by cmake/Embed.cmake. The hashes are what a Content-Security-Policy lets them in by. */
extern const struct text html_assets_style;
extern const struct text html_assets_style_hash;
extern const struct text html_assets_script;
extern const struct text html_assets_script_hash;

#endif
