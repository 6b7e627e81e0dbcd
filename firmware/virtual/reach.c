#include "firmware/virtual/reach.h"

#include "firmware/virtual/chip.h"

typedef enum region_kind { ram, rom, device } region_kind;

typedef struct region {
    uint32_t base, size;
    region_kind kind;
} region;

enum {
#define MEMORY_REGION(id, base, size, kind, ...) kind_of_##id = kind,
#include "spec/chip/memory.def"
};

static const region regions[] = {
#define MEMORY_REGION(id, base, size, kind, ...) {base, size, kind},
#define MEMORY_ALIAS(id, base, of) {base, of##_size, (region_kind)kind_of_##of},
#include "spec/chip/memory.def"
};

static const uint32_t registers[] = {
#define DEVICE_REGISTER(name, address, ...) address,
#include "spec/chip/devices.def"
};

static bool is_register(uint32_t address) {
    for (uint32_t i = 0; i < sizeof registers / sizeof *registers; ++i)
        if (registers[i] == address) return true;
    return false;
}

static bool are_registers(uint32_t address, uint32_t size, p4_access access) {
    if ((address | size) % 4 != 0 || access == P4_TO_RUN) return false;
    for (uint32_t offset = 0; offset < size; offset += 4) {
        uint32_t here = address + offset;
        bool is_of_link = here >= LINK_RX_AVAILABLE && here <= LINK_TX_LENGTH;
        if (!is_register(here) || (is_of_link && access == P4_TO_WRITE)) return false;
    }
    return true;
}

bool world_reaches(void* self, uint32_t address, uint32_t size, p4_access access) {
    (void)self;
    for (uint32_t i = 0; i < sizeof regions / sizeof *regions; ++i) {
        const region* home = &regions[i];
        uint32_t offset = address - home->base;
        if (offset >= home->size || size > home->size - offset) continue;
        if (home->kind == device) return are_registers(address, size, access);
        return home->kind == ram || access != P4_TO_WRITE;
    }
    return false;
}
