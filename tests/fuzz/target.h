/* What a fuzz target is, as libFuzzer has it. With clang libFuzzer drives it (`./dev fuzz`), otherwise standalone.c does. */
#ifndef STALEREAD_FUZZ_TARGET_H
#define STALEREAD_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Takes any bytes; whatever is wrong with what comes of them ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Once, before everything else. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Of targets that know how their inputs are built: changes one, and returns its new size. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed);

/* The driver's: changes bytes without knowing what they are. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);

#endif
