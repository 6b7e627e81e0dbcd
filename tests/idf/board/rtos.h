// Two harts, three tasks: what the component sees of FreeRTOS, for real on the
// virtual chip.
#ifndef TESTS_IDF_RTOS_H
#define TESTS_IDF_RTOS_H

#include <stdint.h>

/// Runs the serving task that the component made, for ever.
_Noreturn void rtos_serve(void);

#endif
