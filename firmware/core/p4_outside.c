#include "firmware/core/p4_outside.h"

#include "firmware/core/p4_bytes.h"
#include "firmware/core/p4_core.h"

uint32_t p4_outside_error(const p4_core* core, uint32_t address, uint32_t size, p4_access access) {
    const p4_world* world = core->world;
    if (!core->dialog.unsafe) return P4_V2_ERROR_NOT_OWNED;
    if (!world->reaches || size == 0 || size - 1 > UINT32_MAX - address) return P4_V2_ERROR_UNREACHABLE;
    return world->reaches(world->self, address, size, access) ? 0 : P4_V2_ERROR_UNREACHABLE;
}

static bool is_in_words(uint32_t address, uint32_t size) { return (address | size) % 4 == 0; }

void p4_outside_read(p4_core* core, uint32_t address, uint32_t size) {
    volatile uint8_t* from = core->world->memory(core->world->self, address);
    if (is_in_words(address, size)) {
        volatile uint32_t* words = (volatile uint32_t*)(volatile void*)from;
        for (uint32_t i = 0; i < size / 4; ++i) p4_store32(core->outside + 4 * i, words[i]);
    } else {
        for (uint32_t i = 0; i < size; ++i) core->outside[i] = from[i];
    }
}

void p4_outside_write(const p4_core* core, uint32_t address, const uint8_t* from, uint32_t size) {
    volatile uint8_t* to = core->world->memory(core->world->self, address);
    if (is_in_words(address, size)) {
        volatile uint32_t* words = (volatile uint32_t*)(volatile void*)to;
        for (uint32_t i = 0; i < size / 4; ++i) words[i] = p4_load32(from + 4 * i);
    } else {
        for (uint32_t i = 0; i < size; ++i) to[i] = from[i];
    }
}
