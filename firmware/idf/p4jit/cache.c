#include "firmware/idf/p4jit/cache.h"

#include "firmware/core/p4_caps.h"

#include <esp_cache.h>

enum {
#define MEMORY_REGION(id, base, size, ...) id##_base = (base), id##_size = (size),
#include "spec/chip/memory.def"
};

// esp_cache_msync() works with interrupts off: not for longer than this many
// bytes take, since USB is served by the same core.
static const uint32_t piece = 32 * 1024;

// First the bytes go from the data cache to memory; then what the caches hold of
// them is dropped, so that instructions are fetched anew. Both at once, writing
// back with the instruction type, is refused.
static bool sync_piece(uint32_t address, uint32_t size) {
    void* bytes = (void*)(uintptr_t)address;
    return esp_cache_msync(bytes, size, ESP_CACHE_MSYNC_FLAG_DIR_C2M | ESP_CACHE_MSYNC_FLAG_TYPE_DATA) == ESP_OK &&
           esp_cache_msync(bytes, size, ESP_CACHE_MSYNC_FLAG_DIR_M2C | ESP_CACHE_MSYNC_FLAG_TYPE_INST) == ESP_OK;
}

bool p4jit_cache_sync(void* self, uint32_t address, uint32_t size) {
    (void)self;
    if (address - (uint32_t)spm_base < (uint32_t)spm_size) return false; // it has no cache
    if (size == 0) return true;
    uint32_t from = address & ~(P4_CACHE_LINE - 1);
    uint32_t left = (address - from + size + P4_CACHE_LINE - 1) & ~(P4_CACHE_LINE - 1);
    bool synced = true;
    while (left > 0) {
        uint32_t part = left < piece ? left : piece;
        synced = sync_piece(from, part) && synced;
        from += part;
        left -= part;
    }
    return synced;
}
