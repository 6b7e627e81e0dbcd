#include "firmware/idf/p4jit/reach.h"

#include <esp_psram.h>
#include <sdkconfig.h>
#include <soc/soc.h>

static bool is_inside(uint32_t address, uint32_t size, uint32_t low, uint32_t room) {
    uint32_t offset = address - low;
    return offset <= room && size <= room - offset;
}

bool p4jit_reaches(void* self, uint32_t address, uint32_t size, p4_access access) {
    (void)self;
    (void)access; // all of it can be read, written and executed
    // The top of the internal RAM is the second-level cache.
    return is_inside(address, size, SOC_DRAM_LOW, SOC_DRAM_HIGH - SOC_DRAM_LOW - CONFIG_CACHE_L2_CACHE_SIZE) ||
           is_inside(address, size, SOC_SCP_LOW, SOC_SCP_HIGH - SOC_SCP_LOW) ||
           is_inside(address, size, SOC_EXTRAM_LOW, (uint32_t)esp_psram_get_size());
}
