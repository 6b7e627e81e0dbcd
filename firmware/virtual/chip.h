// The virtual ESP32-P4 as its firmware sees it. Numbers are rows of spec/chip;
// their C names: LINK_RX_LENGTH is a register's address, l2mem_base and
// l2mem_size describe a region, CPU_MHZ is a figure of the board.
#ifndef P4_VIRTUAL_CHIP_H
#define P4_VIRTUAL_CHIP_H

#include <stdint.h>

enum {
#define DEVICE_REGISTER(name, address, ...) name = (address),
#include "spec/chip/devices.def"
#define MEMORY_REGION(id, base, size, ...) id##_base = (base), id##_size = (size),
#include "spec/chip/memory.def"
#define BOARD_FIGURE(NAME, value, ...) NAME = (value),
#include "spec/chip/board.def"
};

enum { SERVICE_HART, KERNEL_HART };

// Bits of mstatus, mie and mip (RISC-V Privileged Architecture, 3.1.6 and 3.1.9).
enum {
    MSTATUS_MIE = 1 << 3,
    INTERRUPT_SOFTWARE = 1 << 3,
    INTERRUPT_EXTERNAL = 1 << 11,
};

static inline uint32_t read_register(uint32_t address) { return *(volatile uint32_t*)address; }

static inline void write_register(uint32_t address, uint32_t value) { *(volatile uint32_t*)address = value; }

/// Orders memory and registers, before against after.
static inline void fence(void) { __asm__ volatile("fence" : : : "memory"); }

static inline uint32_t hart_id(void) {
    uint32_t id;
    __asm__("csrr %0, mhartid" : "=r"(id));
    return id;
}

/// 100 for revisions 1.x, 300 for 3.x: no register tells, but an instruction of
/// Zba does. In start.S, for the service hart.
uint32_t chip_revision(void);

/// Cycles since the hart started.
static inline uint64_t cycles(void) {
    uint32_t high, low, again;
    do {
        __asm__ volatile("rdcycleh %0\n rdcycle %1\n rdcycleh %2" : "=r"(high), "=r"(low), "=r"(again));
    } while (high != again);
    return (uint64_t)high << 32 | low;
}

/// Sleeps until one of the interrupts is pending. Interrupts being disabled,
/// none is taken. May also return for no reason.
static inline void sleep_until(uint32_t interrupts) {
    __asm__ volatile("csrw mie, %0\n wfi" : : "r"(interrupts) : "memory");
}

#endif
