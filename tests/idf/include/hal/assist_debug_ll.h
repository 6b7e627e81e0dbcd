// ESP-IDF components/hal/esp32p4/include/hal/assist_debug_ll.h, where it is inline.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C"
#endif
    void
    assist_debug_ll_sp_spill_interrupt_clear(uint32_t core_id);
